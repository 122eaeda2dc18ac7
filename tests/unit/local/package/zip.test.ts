import { describe, expect, it } from 'vitest';
import type { PackagedFile } from '../../../../local/package/bundle.ts';
import { unzip, zip } from '../../../../local/package/zip.ts';

const file = (path: string, content: string): PackagedFile => ({ path, content: Buffer.from(content) });
const readable = (files: readonly PackagedFile[]) => files.map(({ path, content }) => [path, String(content)]);

describe('zip', () => {
  it('holds what went in, in the order of the paths', async () => {
    const long = 'a line that repeats\n'.repeat(500);
    const archive = await zip([file('package.json', '{}'), file('functions/a.js', long), file('empty.txt', '')]);
    expect(readable(unzip(archive))).toEqual([
      ['empty.txt', ''],
      ['functions/a.js', long],
      ['package.json', '{}'],
    ]);
    expect(archive.length).toBeLessThan(long.length / 10);
  });

  it('does not depend on the order of the files', async () => {
    const [a, b] = [file('a', '1'), file('b', '2')];
    expect((await zip([a, b])).equals(await zip([b, a]))).toBe(true);
  });

  it('depends on every byte of the content', async () => {
    expect((await zip([file('a', '1')])).equals(await zip([file('a', '2')]))).toBe(false);
  });

  it('makes files that everybody may read: Lambda runs the code as another user', async () => {
    const archive = await zip([file('a', '1')]);
    const directory = archive.indexOf(Buffer.from('PK\x01\x02'));
    expect(archive.readUInt16LE(directory + 40).toString(8)).toBe('100644');
  });
});

describe('unzip', () => {
  it('says so when it gets something else', () => {
    expect(() => unzip(Buffer.from('not an archive, but longer than an end record'))).toThrow(
      'not a plain zip archive',
    );
    expect(() => unzip(Buffer.alloc(0))).toThrow('not a plain zip archive');
  });
});
