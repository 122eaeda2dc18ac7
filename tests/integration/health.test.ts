import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { about } from '../../lib/about.ts';
import { createDeps } from '../../lib/deps.ts';
import { createStoreClient } from '../../lib/store/client.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

describe.each(TRANSPORTS)('status routes, %s', transport => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ transport });
  });
  afterAll(() => world.close());
  afterEach(async () => {
    world.clock.reset();
    world.wrapDeps(deps => deps);
    await world.simulator.clearFaults();
  });

  const withoutStore = () =>
    world.wrapDeps(deps => ({ ...deps, openStore: createDeps(world.env, { client: dead }).openStore }));
  const dead = createStoreClient({ environment: process.env, endpoint: 'http://127.0.0.1:9' });

  it.each(['', '/api/v1/telecons-be'])('are OK under "%s" while everything works', async prefix => {
    for (const route of ['healthz', 'ready', 'check-up']) {
      const reply = await world.api.get(`${prefix}/-/${route}`);
      expect([reply.status, reply.body]).toEqual([200, { status: 'OK', ...about }]);
    }
  });

  it('ready is KO without DynamoDB, healthz is not', async () => {
    withoutStore();
    const reply = await world.api.get('/-/ready');
    expect([reply.status, reply.body]).toEqual([503, { status: 'KO', ...about, message: 'not available: store' }]);
    expect((await world.api.get('/-/healthz')).status).toBe(200);
  });

  it('check-up names every dependency that fails', async () => {
    withoutStore();
    await world.simulator.fault({ method: 'GET', path: '/v2/company', times: 2, status: 500 });
    const reply = await world.api.get('/-/check-up');
    expect(reply.body).toMatchObject({ status: 'KO', message: 'not available: store, kaleyra' });
  });

  it.each([[{}], [{ status: 'OK' }], [[]], [{ company: { id: 7 } }]])(
    'check-up is KO where something that is not Kaleyra answers at its address: %j',
    async body => {
      world.clock.moveBy(60_000);
      await world.simulator.fault({ method: 'GET', path: '/v2/company', status: 200, body });
      const reply = await world.api.get('/-/check-up');
      expect([reply.status, reply.body]).toEqual([503, { status: 'KO', ...about, message: 'not available: kaleyra' }]);
    },
  );

  it('check-up asks Kaleyra once for many who ask, and again later', async () => {
    await world.simulator.forgetRequests();
    world.clock.moveBy(60_000);
    await Promise.all(Array.from({ length: 5 }, () => world.api.get('/-/check-up')));
    expect(await world.simulator.requests()).toHaveLength(1);
    world.clock.moveBy(60_000);
    await world.api.get('/-/check-up');
    expect(await world.simulator.requests()).toHaveLength(2);
  });

  it('ask for no secret and no user', async () => {
    const reply = await world.api.raw({ method: 'GET', url: '/-/healthz' });
    expect(reply.status).toBe(200);
  });
});
