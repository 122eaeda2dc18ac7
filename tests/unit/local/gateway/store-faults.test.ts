import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startGateway } from '../../../../local/gateway/index.ts';
import { readManifest } from '../../../../local/manifest.ts';
import { startStack } from '../../../../local/stack.ts';

/** Failures of DynamoDB, ordered through the gateway of a running stack. */

const manifestFile = fileURLToPath(new URL('../../../fixtures/local/serverless.yml', import.meta.url));

async function aStack() {
  const stack = await startStack({ manifestFile });
  onTestFinished(() => stack.close());
  const call = async (method: string, body?: string) => {
    const response = await fetch(`${stack.api}/_local/store-faults`, { method, ...(body !== undefined && { body }) });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const memory = () =>
    stack.invoke('remember', { id: '1' }).then(
      () => 'answered',
      (error: Error) => error.name,
    );
  return { call, memory };
}

it('an order is carried out, listed while something is left of it, and forgotten when cleared', async () => {
  const { call, memory } = await aStack();
  const order = { operation: 'GetItem', keyPrefix: '1', times: 2, kind: 'html' };
  expect(await call('POST', JSON.stringify(order))).toEqual({ status: 201, body: { ...order, skip: 0 } });
  expect(await memory()).toBe('SyntaxError');
  expect(await call('GET')).toEqual({ status: 200, body: { faults: [{ ...order, skip: 0, times: 1 }] } });
  expect(await call('DELETE')).toEqual({ status: 204, body: undefined });
  expect(await call('GET')).toEqual({ status: 200, body: { faults: [] } });
  expect(await memory()).toBe('answered');
});

it.each([
  ['{', 'not valid JSON'],
  ['{"kind":"throttled","oparation":"GetItem"}', '"oparation"'],
  ['{"kind":"slow"}', 'kind'],
  ['[]', 'object'],
])('an order that says %s is refused', async (body, named) => {
  const { call } = await aStack();
  const reply = await call('POST', body);
  expect([reply.status, reply.body.message]).toEqual([400, expect.stringContaining(named)]);
  expect((await call('PUT', '{}')).status).toBe(404);
  expect(await call('GET')).toEqual({ status: 200, body: { faults: [] } });
});

it('a gateway without a store of its own has no such path', async () => {
  const manifest = await readManifest(manifestFile, { stage: 'local', env: {} });
  const gateway = await startGateway({ port: 0, manifest, handlerFor: async () => async () => undefined });
  onTestFinished(() => gateway.close());
  expect((await fetch(`${gateway.url}/_local/store-faults`)).status).toBe(404);
});
