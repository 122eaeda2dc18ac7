import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { aJpeg, FORM_TYPE, imagePart, partsBody } from '../support/images.ts';
import { hostileTexts, hostileValues } from './values.ts';

/** Bodies: what a schema takes, damaged on three levels, as a value, as a text, as bytes. Each damage is one entry of a list. */

export interface SentBody {
  contentType: string | undefined;
  bytes: Buffer;
}

type Path = readonly (string | number)[];

/** Places of a JSON value, the value itself first; no deeper than a body that means something. */
const placesIn = (value: unknown, at: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null || at.length > 8) return [at];
  const inside = Object.entries(value).slice(0, 30);
  return [at, ...inside.flatMap(([key, child]) => placesIn(child, [...at, key]))];
};

const replaced = (value: unknown, path: Path, change: (there: unknown) => unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  const next = replaced(copy[key], rest, change);
  if (next === GONE) delete copy[key];
  else copy[key] = next;
  return copy;
};

const GONE = Symbol('no longer there');

type Damage = { place: number } & (
  | { kind: 'put'; value: unknown }
  | { kind: 'remove' }
  | { kind: 'wrap' }
  | { kind: 'as text' }
  | { kind: 'repeat'; times: number }
  | { kind: 'add'; key: string; value: unknown }
);

const damages: fc.Arbitrary<Damage> = fc
  .tuple(
    fc.nat({ max: 40 }),
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), value: hostileValues }) },
      fc.record({ kind: fc.constantFrom('remove' as const, 'wrap' as const, 'as text' as const) }),
      fc.record({ kind: fc.constant('repeat' as const), times: fc.constantFrom(2, 26, 300) }),
      fc.record({ kind: fc.constant('add' as const), key: hostileTexts, value: hostileValues }),
    ),
  )
  .map(([place, damage]) => ({ place, ...damage }));

const damaged = (value: unknown, damage: Damage): unknown => {
  const places = placesIn(value);
  return replaced(value, places[damage.place % places.length] ?? [], there => {
    if (damage.kind === 'put') return damage.value;
    if (damage.kind === 'remove') return GONE;
    if (damage.kind === 'wrap') return [there];
    if (damage.kind === 'as text') return String(typeof there === 'object' ? JSON.stringify(there) : there);
    if (damage.kind === 'repeat') return Array.from({ length: damage.times }, () => there);
    if (typeof there !== 'object' || there === null) return { [damage.key]: damage.value };
    const copy = Array.isArray(there) ? [...there] : { ...there };
    return Object.defineProperty(copy, damage.key, { value: damage.value, enumerable: true, configurable: true });
  });
};

/** A JSON body as text; what stands for nothing at all is no body. */
const textOf = (value: unknown): string => (value === GONE ? '' : (JSON.stringify(value) ?? ''));

/** What JSON text can hold and a value cannot. */
const textDamages: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((text: string) => text) },
  fc.nat({ max: 200 }).map(at => (text: string) => text.slice(0, at)),
  fc
    .constantFrom('participants', 'start_date', 'userId', 'user_ids', 'data', 'expiresIn', '__proto__')
    .chain(key =>
      hostileValues.map(
        value => (text: string) => text.replace('{', `{${JSON.stringify(key)}:${JSON.stringify(value)},`),
      ),
    ),
  fc.constantFrom<(text: string) => string>(
    text => `\ufeff${text}`,
    text => `${text}${text}`,
    text => text.replaceAll('"', "'"),
    text => `/* */${text}`,
    text => text.replace(/\d+/, '1e999'),
    text => text.replace(/\d+/, '-0'),
    text => text.replace(/\d+/, '01'),
    text => text.replace('}', ',}'),
    text => text.replace(/"([a-z])/, '"\\u0000$1'),
    text => text.replace(/"([a-z])/, '"\\ud800$1'),
    () => '['.repeat(20_000),
    () => `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
    () => `"${'a'.repeat(300_000)}"`,
    () => `[${'0,'.repeat(100_000)}0]`,
    () => 'participants=1&start_date=2',
  ),
);

const byteDamages: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  { weight: 14, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 255 })).map(([at, byte]) => (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at % copy.length] = byte;
    return copy;
  }),
  fc.constantFrom<(bytes: Buffer) => Buffer>(
    bytes => gzipSync(bytes),
    bytes => Buffer.concat([bytes, Buffer.from([0xff, 0xfe, 0xc3, 0x28])]),
    bytes => Buffer.from(bytes.toString('utf8'), 'utf16le'),
    bytes => Buffer.from(bytes.toString('base64')),
    bytes => bytes.subarray(0, bytes.length / 2),
  ),
);

const CONTENT_TYPES = [
  ...[undefined, '', ' ', 'text/plain', 'text/html', 'application/octet-stream', 'application/x-www-form-urlencoded'],
  ...['multipart/form-data', 'multipart/form-data; boundary=', `multipart/form-data; boundary="${'a'.repeat(200)}"`],
  ...['application/json; charset=utf-16', 'APPLICATION/JSON', 'application/json, text/plain', 'application/json;;;'],
  ...['application/vnd.api+json', 'json', 'application/json\u0000', '*/*', FORM_TYPE],
];

const contentTypes = (usual: string): fc.Arbitrary<string | undefined> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, fc.constantFrom(...CONTENT_TYPES));

const finished = (texts: fc.Arbitrary<Buffer>, usual: string): fc.Arbitrary<SentBody> =>
  fc
    .record({ bytes: texts, damage: byteDamages, contentType: contentTypes(usual) })
    .map(({ bytes, damage, contentType }) => ({ bytes: damage(bytes), contentType }));

/** @param valid what the endpoint's schema takes */
export const jsonBodies = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<SentBody> => {
  const list = fc.oneof(
    { weight: 1, arbitrary: fc.constant<Damage[]>([]) },
    { weight: 2, arbitrary: fc.array(damages, { maxLength: 3 }) },
  );
  const texts = fc
    .record({ value: valid, damages: list, atText: textDamages })
    .map(({ value, damages: all, atText }) =>
      Buffer.from(atText(textOf(all.reduce((sent, damage) => (sent === GONE ? sent : damaged(sent, damage)), value)))),
    );
  return finished(texts, 'application/json');
};

const JPEG = aJpeg();
const FORMS = [
  partsBody([imagePart(JPEG)]),
  partsBody([imagePart(aJpeg({ width: 100, height: 100 }))]),
  partsBody([imagePart(Buffer.from('no image'))]),
  partsBody([imagePart(JPEG, '../../evil.jpg'), { name: 'apikey', content: 'x' }]),
  partsBody([imagePart(JPEG), imagePart(JPEG)]),
  partsBody([{ name: 'virtual_background', content: 'text' }]),
  partsBody([{ name: '__proto__', content: JPEG, fileName: 'a.jpg' }]),
  partsBody(Array.from({ length: 40 }, (_, index) => ({ name: `f${index}`, content: 'x' }))),
  partsBody([{ name: 'a'.repeat(9000), content: 'x' }]),
  partsBody([]),
];

export const formBodies: fc.Arbitrary<SentBody> = finished(fc.constantFrom(...FORMS), FORM_TYPE);

/** Most requests without a schema for their body have none. */
export const noBodies: fc.Arbitrary<SentBody> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ contentType: undefined, bytes: Buffer.alloc(0) }) },
  jsonBodies(hostileValues),
);
