/** `npm run openapi`: writes docs/openapi.json, or says that it is as it should be. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { openApiDocument } from './openapi/document.ts';

const FILE = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));

const wanted = openApiDocument();
const before: unknown = JSON.parse(await readFile(FILE, 'utf8').catch(() => 'null'));
const isCurrent = isDeepStrictEqual(before, wanted);
if (!isCurrent) await writeFile(FILE, `${JSON.stringify(wanted, undefined, 2)}\n`);
console.log(isCurrent ? 'docs/openapi.json is current' : 'docs/openapi.json was written');
