import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { bundleHandlers } from '../../local/package/bundle.ts';
import { textOf } from '../support/sources.ts';

/** The documentation as it is on AWS: the bundle and the files that the manifest names, far from any node_modules. */

const ENVIRONMENT = {
  BANDYER_API_SECRET_KEY: 'ak_test_000000000000000000000000',
  BANDYER_BASE_URL: 'https://api.sandbox.eu.bandyer.com',
  TELECONSULTATIONS_TABLE: 'not-a-table',
  HASH_KEY: 'only-there-so-that-the-function-loads',
  AWS_REGION: 'eu-west-1',
  LOG_LEVEL: 'silent',
};

const PROGRAM = `
const { handler } = await import(process.argv[1]);
const answers = [];
for (const path of ['/documentation', '/documentation/json']) {
  const event = { routeKey: 'GET ' + path, rawPath: path, rawQueryString: '', headers: {} };
  const context = { awsRequestId: 'r', functionName: 'documentation', getRemainingTimeInMillis: () => 28000 };
  const { statusCode, headers, body, isBase64Encoded } = await handler(event, context);
  const text = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString();
  answers.push([statusCode, headers['content-type'], text.slice(0, 15), text.length > 1_000_000, body.length < 4_000_000]);
}
process.stdout.write(JSON.stringify(answers));
`;

it('answers from its zip alone', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { functions } = parse(textOf('serverless.yml'), { merge: true, logLevel: 'silent' }) as {
    functions: { documentation: { handler: string; package: { patterns: string[] } } };
  };
  const { handler, package: packaged } = functions.documentation;
  const bundle = (await bundleHandlers(root, [handler])).get(handler) ?? [];
  const assets = packaged.patterns.map(path => ({ path, content: textOf(path) }));
  const folder = mkdtempSync(join(tmpdir(), 'documentation-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const { path, content } of [...bundle, ...assets]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const output = execFileSync(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, join(folder, 'functions/documentation.js')],
    { cwd: folder, env: ENVIRONMENT, encoding: 'utf8' },
  );
  expect(JSON.parse(output)).toEqual([
    [200, 'text/html; charset=utf-8', '<!doctype html>', true, true],
    [200, 'application/json', '{"openapi":"3.1', false, true],
  ]);
});
