import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Line, readLines } from '../../../../lib/cli/lines.ts';

const all = async (lines: AsyncIterable<Line>): Promise<Line[]> => {
  const found: Line[] = [];
  for await (const line of lines) found.push(line);
  return found;
};

const linesOf = async (content: string | Buffer): Promise<Line[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'lines-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'export.ndjson');
  await writeFile(file, content);
  return all(readLines(file));
};

it('numbers lines as an editor does, and leaves out empty ones', async () => {
  expect(await linesOf('{"a":1}\n\n  \r\n{"a":2}\r\n{"a":3}')).toEqual([
    { number: 1, value: { a: 1 }, problem: undefined },
    { number: 4, value: { a: 2 }, problem: undefined },
    { number: 5, value: { a: 3 }, problem: undefined },
  ]);
});

it('has nothing to say of an empty file', async () => {
  expect(await linesOf('')).toEqual([]);
});

it('takes a byte order mark, and line separators inside of a name', async () => {
  const name = 'Ada\u2028Rossi\u0085Example';
  expect(await linesOf(`\uFEFF${JSON.stringify({ name })}\n`)).toMatchObject([{ number: 1, value: { name } }]);
});

it('puts lines together that are longer than what is read at once', async () => {
  const lines = Array.from({ length: 40 }, (_, index) => ({ index, text: 'è'.repeat(30_000) }));
  const read = await linesOf(lines.map(line => JSON.stringify(line)).join('\n'));
  expect(read.map(({ value }) => value)).toEqual(lines);
});

it('says what is wrong with a line without a word of it', async () => {
  const notUtf8 = Buffer.from('{"name":"Ad\u00e8le-Example"}', 'latin1');
  expect(await linesOf(Buffer.concat([Buffer.from('{"name":"Ada\n'), notUtf8]))).toEqual([
    { number: 1, value: undefined, problem: 'is not JSON' },
    { number: 2, value: undefined, problem: 'is not UTF-8' },
  ]);
});

it('names a file that is not there, and stops at a line without end', async () => {
  await expect(all(readLines('/nowhere/at-all.ndjson'))).rejects.toThrow(
    '/nowhere/at-all.ndjson cannot be read: ENOENT',
  );
  await expect(linesOf('x'.repeat(5 * 1024 * 1024))).rejects.toThrow(/line 1 is too long$/);
});
