import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const FILE = fileURLToPath(new URL('../../../local/node-version.cjs', import.meta.url));
const runNode = promisify(execFile);

/** The check under a Node that says it is `version`. */
function under(version: string): Promise<{ stdout: string; stderr: string }> {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
  return runNode(process.execPath, ['-e', `${pretend} require(${JSON.stringify(FILE)}); console.log('went on');`]);
}

it('stops an old Node with one line that says what to do', async () => {
  await expect(under('20.18.1')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'Node 24 is needed, this is 20.18.1: on Linux x64 `npm ci` brings it, elsewhere install Node 24.\n',
  });
});

it.each(['24.0.0', '25.3.0'])('lets Node %s go on in silence', async version => {
  expect(await under(version)).toEqual({ stdout: 'went on\n', stderr: '' });
});
