import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { drRossi, msNeri } from '../support/people.ts';
import { textOf } from '../support/sources.ts';
import { openWorld, type World } from '../support/world.ts';

/** Each function's role grants exactly the table actions that its code calls, in its happy and its failing runs together. */
let world: World;
const called = new Set<string>();
beforeAll(async () => {
  world = await openWorld();
  world.client.middlewareStack.add(
    (next, context) => args => {
      const { commandName = '' } = context as { commandName?: string };
      called.add(`dynamodb:${commandName.replace(/Command$/, '')}`);
      return next(args);
    },
    { step: 'initialize' },
  );
});
afterAll(() => world.close());
afterEach(() => world.simulator.clearFaults());

interface Role {
  Properties: { Policies: { PolicyDocument: { Statement: { Action: string[]; Resource: unknown }[] } }[] };
}

const manifest = parse(textOf('serverless.yml'), { merge: true, logLevel: 'silent' }) as {
  functions: Record<string, { role: string }>;
  resources: { Resources: Record<string, Role> };
};

const granted = (key: string): string[] => {
  const role = manifest.resources.Resources[manifest.functions[key]?.role ?? ''];
  const statements = role?.Properties.Policies.flatMap(policy => policy.PolicyDocument.Statement) ?? [];
  return statements
    .flatMap(statement => statement.Action)
    .filter(action => action.startsWith('dynamodb:'))
    .sort();
};

const list = { participants: { number: 2, data: [drRossi, msNeri] } };

const RUNS: Record<string, () => Promise<unknown>> = {
  createTeleconsultation: async () => {
    await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', times: 2, status: 500 });
    await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
  },
  getTeleconsultation: () => world.api.as(drRossi).get('/teleconsultation/0123456789abcdef01234567'),
  updateTeleconsultation: async () => {
    const id = await aBooking(world);
    called.clear();
    await world.api.patch(`/teleconsultation/${id}`, list);
  },
  deleteTeleconsultation: async () => {
    const id = await aBooking(world);
    called.clear();
    await world.api.delete(`/teleconsultation/${id}`);
  },
  addParticipantData: async () => {
    const id = await aBooking(world, { participants: [drRossi], expected: 2 });
    called.clear();
    await world.api.post(`/teleconsultation/${id}/participants/data`, msNeri);
  },
  deleteUploads: async () => {
    const id = await aBooking(world);
    world.configure({ TELECONSULTATION_DELETE_UPLOADS: 'true' });
    called.clear();
    await world.api.delete(`/teleconsultation/${id}/uploads`);
    world.configure({});
  },
  health: () => world.api.get('/-/ready'),
};

it('every function has a run here', () => {
  expect(Object.keys(RUNS).sort()).toEqual(Object.keys(manifest.functions).sort());
});

it.each(Object.entries(RUNS))('%s calls what it may, and may nothing else', async (key, run) => {
  called.clear();
  await run();
  expect([...called].sort()).toEqual(granted(key));
});
