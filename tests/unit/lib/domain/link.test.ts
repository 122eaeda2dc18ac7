import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withOptions } from '../../../../lib/domain/link.ts';

const LINK = 'https://clinic.bandyer.com/eu/direct-rest-call-handler/0123456789abcdef';
const patient = { groups: ['patient'], language: null };
const italian = { groups: ['patient'], language: 'it' as const };

describe('a personal link', () => {
  it('is untouched where nothing is asked for', () => {
    const odd = `${LINK}?a=b%20c&d&e=%7E#part`;
    for (const link of [LINK, odd, 'https://clinic.bandyer.com']) {
      expect(withOptions(link, patient, {}, [])).toBe(link);
      expect(withOptions(link, patient, { useBackground: false }, ['doctor'])).toBe(link);
    }
  });

  it('has the background where one of several groups has it, and none where there are no groups', () => {
    const nurse = { groups: ['nurses', 'doctor'], language: null };
    expect(withOptions(LINK, nurse, {}, ['doctor'])).toBe(`${LINK}?virtual_background=image`);
    expect(withOptions(LINK, { groups: [], language: null }, {}, ['doctor'])).toBe(LINK);
  });

  it.each([
    ['the background that the request asks for', patient, { useBackground: true }, [], '?virtual_background=image'],
    ['the background of a group', patient, {}, ['doctor', 'patient'], '?virtual_background=image'],
    [
      "a group's background although the request asks for none",
      patient,
      { useBackground: false },
      ['patient'],
      '?virtual_background=image',
    ],
    ['the language of the request', patient, { language: 'en' as const }, [], '?language=en'],
    ["the participant's own language", italian, {}, [], '?language=it'],
    ["the request's language before the participant's", italian, { language: 'en' as const }, [], '?language=en'],
    ['both', italian, { useBackground: true }, [], '?virtual_background=image&language=it'],
  ])('gets %s', (_, participant, options, groups, query) => {
    expect(withOptions(LINK, participant, options, groups)).toBe(`${LINK}${query}`);
  });

  it('keeps whatever it carries, and says nothing twice', () => {
    const query = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.string()), { maxLength: 5 });
    fc.assert(
      fc.property(query, pairs => {
        const before = new URL(LINK);
        for (const [name, value] of pairs) before.searchParams.append(name, value);
        const after = new URL(withOptions(before.href, italian, { useBackground: true }, []));
        const names = ['virtual_background', 'language'];
        expect([after.origin, after.pathname]).toEqual([before.origin, before.pathname]);
        expect([...after.searchParams].filter(([name]) => !names.includes(name))).toEqual(
          [...before.searchParams].filter(([name]) => !names.includes(name)),
        );
        expect(names.map(name => after.searchParams.getAll(name))).toEqual([['image'], ['it']]);
      }),
      {
        examples: [
          [
            [
              ['language', 'de'],
              ['language', 'fr'],
              ['token', 'a+b/c='],
            ],
          ],
        ],
      },
    );
  });
});
