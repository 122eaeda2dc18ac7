import { describe, expect, it } from 'vitest';
import { filesUnder, importsOf, textOf } from '../support/sources.ts';

/**
 * Arrows point one way. Each row: what files below the first path may import at run time, besides their own folder. Types may
 * also come from where the interfaces live (`TYPES`).
 */
const BASE = [
  'lib/errors.ts',
  'lib/log.ts',
  'lib/metrics.ts',
  'lib/together.ts',
  'lib/clock.ts',
  'lib/about.ts',
  'lib/plain-link.ts',
];
const DIGESTS = ['lib/keyed-digest.ts', 'lib/user-hash.ts'];
/** Around a use case, whatever called the function. */
const AROUND = ['lib/deps.ts', 'lib/deadline.ts', 'lib/schemas/', ...BASE];
const ARROWS: [from: string, to: string[]][] = [
  ['functions/', ['lib/http/', 'lib/jobs/', 'lib/domain/', 'lib/schemas/', 'lib/together.ts']],
  // The signature is checked where the raw bytes are.
  ['lib/http/', ['lib/kaleyra/signature.ts', ...AROUND]],
  ['lib/jobs/', AROUND],
  // Commands for a person's machine: each composes what it needs.
  ['lib/cli/', ['lib/config.ts', 'lib/domain/', 'lib/kaleyra/', 'lib/secrets/', 'lib/store/', ...AROUND]],
  // Goes into pages and into other people's programs: types alone come from elsewhere.
  ['lib/client/', []],
  [
    'lib/deps.ts',
    [
      'lib/config.ts',
      'lib/domain/',
      'lib/kaleyra/',
      'lib/secrets/',
      'lib/storage/',
      'lib/store/',
      'lib/users/',
      ...BASE,
      ...DIGESTS,
    ],
  ],
  ['lib/domain/', ['lib/schemas/', ...BASE]],
  ['lib/kaleyra/', ['lib/outbound/', ...BASE]],
  ['lib/store/', ['lib/aws/', 'lib/schemas/', ...BASE]],
  ['lib/storage/', ['lib/aws/', ...BASE]],
  ['lib/secrets/', ['lib/aws/', 'lib/schemas/', ...BASE]],
  ['lib/users/', ['lib/outbound/', 'lib/schemas/', ...BASE]],
  ['lib/outbound/', []],
  ['lib/aws/', BASE],
  ['lib/config.ts', ['lib/schemas/']],
  ['lib/schemas/', ['lib/errors.ts']],
  ['lib/errors.ts', []],
  ['lib/log.ts', []],
  ['lib/metrics.ts', []],
  ['lib/deadline.ts', ['lib/errors.ts']],
  ['lib/together.ts', []],
  ['lib/clock.ts', []],
  ['lib/about.ts', []],
  ['lib/keyed-digest.ts', ['lib/hmac.ts']],
  ['lib/user-hash.ts', ['lib/hmac.ts']],
  ['lib/hmac.ts', []],
  ['lib/personal.ts', []],
  ['lib/plain-link.ts', []],
];
const TYPES = [
  ...DIGESTS,
  'lib/personal.ts',
  'lib/config.ts',
  'lib/clock.ts',
  'lib/log.ts',
  'lib/metrics.ts',
  'lib/domain/',
  'lib/schemas/',
  'lib/secrets/secret.ts',
];

const rowOf = (file: string) => ARROWS.find(([from]) => file === from || (from.endsWith('/') && file.startsWith(from)));
const below = (file: string, folders: readonly string[]): boolean =>
  folders.some(folder => (folder.endsWith('/') ? file.startsWith(folder) : file === folder));
const production = filesUnder('functions', 'lib');

describe('arrows', () => {
  it('every production file has a row', () => {
    expect(production.filter(file => rowOf(file) === undefined)).toEqual([]);
  });

  it('point one way', () => {
    const backwards = production.flatMap(file => {
      const [from, to] = rowOf(file) ?? ['', []];
      return importsOf(file)
        .filter(one => /^(lib|functions|local|tests)\//.test(one.to) || one.to.startsWith('..'))
        .filter(one => !below(one.to, [from, ...to, ...(one.typeOnly ? TYPES : [])]))
        .map(one => `${file} -> ${one.to}`);
    });
    expect(backwards).toEqual([]);
  });

  it('never run in a circle at run time', () => {
    const files = filesUnder('functions', 'lib', 'local');
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const { to, typeOnly } of importsOf(file)) if (!typeOnly && files.includes(to)) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('the vendor’s simulator knows nothing of the client it tests', () => {
    const own = filesUnder('local/kaleyra').flatMap(file =>
      importsOf(file)
        .filter(({ to }) => /^(lib|functions|tests)\//.test(to))
        .map(({ to }) => `${file} -> ${to}`),
    );
    expect(own).toEqual([]);
  });
});

describe('habits that a reader relies on', () => {
  it('only the composition root and commands read the process environment', () => {
    const readers = production.filter(file => /process\.env/.test(textOf(file).replace(/\/\*\*?[\s\S]*?\*\//g, '')));
    expect(readers.filter(file => !file.startsWith('lib/cli/'))).toEqual(['lib/deps.ts']);
  });

  it('no production file asks whether it is local, but commands, whose caller says so', () => {
    const asking = production.filter(file => /_simulator|_local\b|isLocal|IS_OFFLINE/.test(textOf(file)));
    expect(asking.filter(file => !file.startsWith('lib/cli/'))).toEqual([]);
  });

  it('no rule reads a clock or makes an id of its own', () => {
    const own = /Date\.now\(|new Date\(\)|Math\.random|randomBytes|randomUUID/;
    expect(production.filter(file => file !== 'lib/clock.ts' && own.test(textOf(file)))).toEqual([]);
  });

  it('a handler has at most forty lines, and says what it answers to', () => {
    const handlers = filesUnder('functions').map(file => [file, textOf(file)] as const);
    expect(handlers.filter(([, text]) => text.split('\n').length > 41).map(([file]) => file)).toEqual([]);
    expect(
      handlers
        .filter(([, text]) => !/\/\*\* `((GET|POST|PATCH|DELETE) \/|s3:ObjectCreated|schedule`|by hand`)/.test(text))
        .map(([file]) => file),
    ).toEqual([]);
  });

  it('no file of lib or local is longer than 250 lines', () => {
    const long = filesUnder('functions', 'lib', 'local').filter(file => textOf(file).split('\n').length > 251);
    expect(long).toEqual([]);
  });

  it('no comment promises what is not there', () => {
    const files = filesUnder('functions', 'lib', 'local', 'tests').filter(
      file => file !== 'tests/contract/architecture.test.ts',
    );
    expect(files.filter(file => /\b(TODO|FIXME|XXX)\b/.test(textOf(file)))).toEqual([]);
  });
});
