/** Zip archives that depend on nothing but their content, and a reader for the plain archives that this makes. */
import { buffer } from 'node:stream/consumers';
import { inflateRawSync } from 'node:zlib';
import { ZipFile } from 'yazl';
import type { PackagedFile } from './bundle.ts';

/** An archive's times are wall-clock fields: a date built from local fields is the same bytes in every time zone. */
const fixedTime = new Date(1980, 0, 1);
const readableFile = 0o100644;

/** The archive of these files: the same bytes for the same files, whatever their order, the time and the machine. */
export async function zip(files: readonly PackagedFile[]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const { path, content } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    archive.addBuffer(Buffer.from(content), path, { mtime: fixedTime, mode: readableFile, forceDosTimestamp: true });
  }
  archive.end();
  return buffer(archive.outputStream);
}

const endOfDirectory = 0x06054b50;
const endOfDirectorySize = 22;
const directoryEntry = 0x02014b50;
const directoryEntrySize = 46;
const localHeaderSize = 30;
const stored = 0;

/** The files of an archive without comment, encryption or 64-bit sizes, in the archive's order. */
export function unzip(archive: Buffer): PackagedFile[] {
  const end = archive.length - endOfDirectorySize;
  if (end < 0 || archive.readUInt32LE(end) !== endOfDirectory) throw new Error('this is not a plain zip archive');

  const files: PackagedFile[] = [];
  let entry = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(entry) !== directoryEntry) throw new Error(`no directory entry at byte ${entry}`);
    const nameLength = archive.readUInt16LE(entry + 28);
    const path = archive.toString('utf8', entry + directoryEntrySize, entry + directoryEntrySize + nameLength);

    const header = archive.readUInt32LE(entry + 42);
    const start = header + localHeaderSize + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const packed = archive.subarray(start, start + archive.readUInt32LE(entry + 20));
    files.push({ path, content: archive.readUInt16LE(entry + 10) === stored ? packed : inflateRawSync(packed) });

    entry += directoryEntrySize + nameLength + archive.readUInt16LE(entry + 30) + archive.readUInt16LE(entry + 32);
  }
  return files;
}
