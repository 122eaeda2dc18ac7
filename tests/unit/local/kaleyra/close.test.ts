import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startKaleyra } from '../../../../local/kaleyra/index.ts';
import { API_KEY, aMoment, aReceiver, aRoom, aSimulator } from './support.ts';

/** Far less than anything that is kept waiting here. */
const SOON_MS = 10_000;

async function closesSoon(simulator: { close(): Promise<void> }) {
  const started = performance.now();
  await simulator.close();
  expect(performance.now() - started).toBeLessThan(SOON_MS);
}

it('ends with idle and silent connections open', async () => {
  const simulator = await aSimulator();
  const agent = new Agent({ keepAlive: true });
  const asked = request(`${simulator.url}/v2/company`, { agent, headers: { apikey: API_KEY } }).end();
  const [response] = await once(asked, 'response');
  response.resume();
  const silent = connect(simulator.port, '127.0.0.1');
  silent.on('error', () => undefined);
  await once(silent, 'connect');
  await closesSoon(simulator);
  agent.destroy();
  silent.destroy();
  await expect(fetch(simulator.url)).rejects.toThrow('fetch failed');
});

it('ends with a delayed answer under way', async () => {
  const simulator = await aSimulator();
  await simulator.fault({ delayMs: 60_000 });
  const waiting = expect(simulator.get('/v2/company')).rejects.toThrow('fetch failed');
  await aMoment();
  await closesSoon(simulator);
  await waiting;
});

it('carries nothing out any more once it is closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kaleyra-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const stateFile = join(folder, 'state.json');
  const simulator = await aSimulator({ stateFile });
  await simulator.fault({ delayMs: 400 });
  const waiting = expect(simulator.post('/v2/users', { role: 'plus' })).rejects.toThrow('fetch failed');
  await aMoment();
  await closesSoon(simulator);
  await waiting;
  await aMoment(500);
  expect(JSON.parse(await readFile(stateFile, 'utf8')).state.users).toEqual([]);
});

it('ends with deliveries waiting to be repeated, and others unanswered', async () => {
  const receiver = await aReceiver(index => (index === 0 ? 500 : 'never'));
  const simulator = await aSimulator({ webhookDelaysMs: [600] });
  await simulator.post('/v2/webhooks', { event: 'on_room_created', url: receiver.url });
  await aRoom(simulator);
  await aRoom(simulator);
  await receiver.until(2);
  await closesSoon(simulator);
  await aMoment(700);
  expect(receiver.received).toHaveLength(2);
});

it('may be closed twice', async () => {
  const simulator = await aSimulator();
  await Promise.all([simulator.close(), simulator.close()]);
  await simulator.close();
});

it('says that a port is taken', async () => {
  const simulator = await aSimulator();
  const second = startKaleyra({ port: simulator.port, apiKey: API_KEY });
  await expect(second).rejects.toThrow('EADDRINUSE');
});

it('names the address it answers at', async () => {
  const simulator = await aSimulator({ host: '127.0.0.2' });
  expect(simulator.url).toBe(`http://127.0.0.2:${simulator.port}`);
  expect((await simulator.get('/v2/company')).status).toBe(200);
});
