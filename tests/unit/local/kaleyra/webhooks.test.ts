import { expect, it } from 'vitest';
import { aSimulator } from './support.ts';

const hook = { event: 'on_recording_available', url: 'https://example.org/hook', version: '1' };

it('lives from creation to deletion', async () => {
  const simulator = await aSimulator({ clock: () => Date.UTC(2030, 0, 1) });
  const created = await simulator.post('/v2/webhooks', hook);
  expect(created.status).toBe(201);
  expect(created.body).toEqual({ ...hook, id: expect.any(String), creation_date: '2030-01-01T00:00:00.000Z' });
  const path = `/v2/webhooks/${created.body.id}`;
  expect((await simulator.get(path)).body).toEqual(created.body);
  const changed = await simulator.put(path, { event: 'on_room_created', version: '0.1' });
  expect(changed.body).toEqual({ ...created.body, event: 'on_room_created', version: '0.1' });
  const second = (await simulator.post('/v2/webhooks', { ...hook, version: '2' })).body;
  expect((await simulator.get('/v2/webhooks')).body).toMatchObject({ count: 2, webhooks: [second, changed.body] });
  expect(await simulator.delete(path)).toMatchObject({ status: 200, body: changed.body });
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const gone = await simulator.send(method, path, method === 'PUT' ? {} : undefined);
    expect(gone).toMatchObject({ status: 404, body: { code: 'webhook_not_found' } });
  }
  expect((await simulator.state()).webhooks).toMatchObject([{ id: created.body.id, deleted: true }, second]);
});

it('is of version 1 unless said', async () => {
  const simulator = await aSimulator();
  const { event, url } = hook;
  expect((await simulator.post('/v2/webhooks', { event, url })).body.version).toBe('1');
});

it.each([
  [{ url: hook.url }, 'event'],
  [{ event: hook.event }, 'url'],
  [{ ...hook, event: 'on_everything' }, 'event'],
  [{ ...hook, event: ['on_room_created'] }, 'event'],
  [{ ...hook, events: ['on_room_created'] }, 'events'],
  [{ ...hook, url: 'example.org' }, 'url'],
  [{ ...hook, url: 'ftp://example.org' }, 'url'],
  [{ ...hook, version: 'v1' }, 'version'],
  [{ ...hook, version: 1 }, 'version'],
])('refuses %j', async (body, field) => {
  const simulator = await aSimulator();
  const reply = await simulator.post('/v2/webhooks', body);
  expect(reply).toMatchObject({ status: 422, body: { code: 'validation_error' } });
  expect(reply.body.message).toContain(`"${field}"`);
});
