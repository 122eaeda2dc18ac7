import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { guard } from '../../../../local/dynamodb/guard.ts';
import { listen, shut } from '../../../../local/listen.ts';

/** A server whose own listener answers after `ms`, and takes the process with it when a request is aborted. */
async function guarded(ms: number) {
  const aborted: Error[] = [];
  const server = createServer((request, response) => {
    request.on('error', error => aborted.push(error));
    setTimeout(() => response.end('done'), ms);
  });
  const settle = guard(server);
  const address = await listen(server, 0);
  onTestFinished(() => shut(server));
  return { ...address, settle, aborted };
}

it('waits for requests under way, and refuses new ones', async () => {
  const { url, settle } = await guarded(80);
  const before = fetch(url).then(response => response.text());
  await wait(30);
  const settled = settle();
  await expect(fetch(url)).rejects.toThrow();
  await settled;
  expect(await before).toBe('done');
});

it('does not wait for ever', async () => {
  const { url, settle } = await guarded(2_000);
  const never = fetch(url).catch(() => undefined);
  await wait(30);
  const begun = performance.now();
  await settle();
  expect(performance.now() - begun).toBeLessThan(1_000);
  void never;
});

it('keeps aborted requests from the listener', async () => {
  const { port, aborted } = await guarded(500);
  const socket = connect(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
  await wait(30);
  socket.resetAndDestroy();
  await wait(30);
  expect(aborted).toEqual([]);
});
