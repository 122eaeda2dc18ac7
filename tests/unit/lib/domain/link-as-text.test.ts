import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withOptions } from '../../../../lib/domain/link.ts';

/** Options that are added to the text of a plain link: exactly what `URL` would have made of it, whatever the link. */

const byUrl = (link: string, background: boolean, language: 'it' | 'en' | null): string => {
  if (!background && language === null) return link;
  const url = new URL(link);
  if (background) url.searchParams.set('virtual_background', 'image');
  if (language !== null) url.searchParams.set('language', language);
  return url.href;
};

const plain = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'z9', 'eu', '0', '127', 'clinic', 'xn--a'), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('com', 'bandyer.com', 'a-b', '1', '0x1', 'c0m'),
    fc.array(fc.constantFrom('a', 'Zz_9-', 'direct-rest-call-handler'), { maxLength: 3 }),
  )
  .map(([labels, top, steps]) => `https://${[...labels, top].join('.')}${steps.map(step => `/${step}`).join('')}`);

/** What `URL` changes, refuses or splits at, in one place or another. */
const odd = fc.constantFrom(
  ...[
    '',
    '.',
    '..',
    './',
    '../',
    '/',
    '//',
    '/./',
    '/../',
    '%2e',
    '%',
    '%41',
    'xn--',
    'xn--a',
    '--',
    '-',
    'A',
    'è',
    'ß',
    '。',
  ],
  ...[
    ':',
    ':443',
    ':80',
    '@',
    'a@',
    '?',
    '?a',
    '?a=b',
    '&',
    '#',
    '#x',
    '\\',
    '\t',
    '\n',
    ' ',
    '"',
    "'",
    '<',
    '|',
    '^',
    '{',
    '[::1]',
  ],
  ...['?language=de', '?virtual_background=x&language=', '\u00ad', '\ud800', '0', '0x7f', '127.0.0.1', 'http://'],
);

const links = fc.tuple(plain, fc.array(fc.tuple(fc.nat(), odd), { maxLength: 2 })).map(([link, insertions]) =>
  insertions.reduce((text, [at, put]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + put + text.slice(place);
  }, link),
);

it('is what URL makes of the link', () => {
  fc.assert(
    fc.property(links, fc.boolean(), fc.constantFrom('it', 'en', null), (link, background, language) => {
      fc.pre(URL.canParse(link));
      const asked = { useBackground: background };
      expect(withOptions(link, { groups: [], language }, asked, [])).toBe(byUrl(link, background, language));
    }),
    { numRuns: 4000 },
  );
});

it('is nothing for what is no link at all', () => {
  fc.assert(
    fc.property(links, link => {
      fc.pre(!URL.canParse(link));
      expect(() => withOptions(link, { groups: [], language: 'it' }, {}, [])).toThrow('Invalid URL');
    }),
    { numRuns: 1000 },
  );
});

it.each(['a', '9', `${'a'.repeat(80)}`, 'a.b-c.d', `${'a.'.repeat(150)}a`])(
  'is the same for the host %s.example',
  name => {
    const link = `https://${name}.example/eu/direct-rest-call-handler/54e99cced226c5bec7787245`;
    expect(withOptions(link, { groups: [], language: 'en' }, {}, [])).toBe(byUrl(link, false, 'en'));
  },
);
