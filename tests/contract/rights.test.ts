import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { aHeldCall } from '../support/calls.ts';
import { erase } from '../support/erasures.ts';
import { aForm, aJpeg, aStoredImage } from '../support/images.ts';
import { drRossi, drVerdi, msNeri } from '../support/people.ts';
import { anEvent, sendSigned } from '../support/signed.ts';
import { textOf } from '../support/sources.ts';
import { openWorld, type World } from '../support/world.ts';

/**
 * Each function's role grants exactly the actions that its code calls on the table and on its index, in its happy and its failing
 * runs together; and nothing of a service that is watched nowhere.
 */
let world: World;
const called = new Set<string>();
beforeAll(async () => {
  world = await openWorld();
  world.store.listen(({ operation, input: { IndexName } }) => {
    called.add(`dynamodb:${operation} on the ${IndexName === undefined ? 'table' : `index ${IndexName}`}`);
  });
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

const granted = (key: string, service = 'dynamodb'): string[] => {
  const role = manifest.resources.Resources[manifest.functions[key]?.role ?? ''];
  const statements = role?.Properties.Policies.flatMap(policy => policy.PolicyDocument.Statement) ?? [];
  const actions = statements.flatMap(statement => statement.Action);
  return [...new Set(actions.filter(action => action.startsWith(service === '' ? '' : `${service}:`)))].sort();
};

/** What a statement about the table allows on what: the table itself and its index are two things to DynamoDB. */
const partOfTable = (resource: unknown): string => {
  if (resource === 'TeleconsultationsTable.Arn') return 'table';
  const [, [table, index] = []] = resource as [string, string[]];
  if (table !== 'TeleconsultationsTable.Arn') throw new Error(`${JSON.stringify(resource)} is not of the table`);
  return String(index).replace(/^\/index\//, 'index ');
};

const grantedOnTable = (key: string): string[] => {
  const role = manifest.resources.Resources[manifest.functions[key]?.role ?? ''];
  const statements = role?.Properties.Policies.flatMap(policy => policy.PolicyDocument.Statement) ?? [];
  return statements
    .filter(({ Action }) => Action.some(action => action.startsWith('dynamodb:')))
    .flatMap(({ Action, Resource }) => Action.map(action => `${action} on the ${partOfTable(Resource)}`))
    .sort();
};

const list = { participants: { number: 2, data: [drRossi, msNeri] } };

/** A look that is due for a record that was removed. */
const anOrphan = () =>
  world.scope().activities.begin('0123456789abcdef01234567', { look: 'noted too late', now: 0, dueAt: 0 });

const bookedBefore = async (): Promise<string> => {
  const id = await aBooking(world);
  called.clear();
  return id;
};

const RUNS: Record<string, () => Promise<unknown>> = {
  createTeleconsultation: async () => {
    await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', times: 2, status: 500 });
    await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
  },
  getTeleconsultation: () => world.api.as(drRossi).get('/teleconsultation/0123456789abcdef01234567'),
  getStatus: async () => world.api.as(drRossi).get(`/teleconsultation/${await bookedBefore()}/status`),
  getCalendar: async () => world.api.as(drRossi).get(`/teleconsultation/${await bookedBefore()}/calendar`),
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
  createCredentials: () => world.api.as(drVerdi).withHeaders({ miausergroups: 'doctor' }).post('/credentials'),
  getTranscription: () => world.api.as(drRossi).get('/transcription/room_0123456789ab/session_0123456789ab'),
  getRecording: () => world.api.as(drRossi).get('/recording/0123456789abcdef01234567/session_0123456789ab'),
  uploadBackgroundImage: () => world.api.as(drRossi).raw(aForm(aJpeg())),
  listBackgroundImages: () => world.api.as(drRossi).get('/settings/background-image'),
  requestBackgroundUpload: () => world.api.as(drRossi).post('/settings/background-image/uploads'),
  processBackgroundUpload: () => aStoredImage(world, aJpeg()),
  updateSettings: () => world.api.as(drRossi).patch('/settings/update', { background_alias: 'invented' }),
  receiveWebhook: async () => {
    const { roomId } = await aHeldCall(world);
    called.clear();
    await sendSigned(world, '/webhooks/kaleyra', anEvent('on_session_ended', { room_id: roomId }));
  },
  getUserDetails: () => sendSigned(world, '/user-details', { data: { user_ids: ['usr_invented'] } }),
  cleanupUploads: async () => {
    for (const fault of [undefined, { method: 'GET', path: '/v2/rooms', status: 429 }]) {
      await aBooking(world, { startsIn: '-3 days' });
      if (fault !== undefined) await world.simulator.fault(fault);
      called.clear();
      await world.invoke('cleanupUploads', {});
    }
    await anOrphan();
    await aBooking(world, { startsIn: '-3 days' });
    world.clock.moveBy(3_600_000);
    await world.invoke('cleanupUploads', {});
    world.clock.reset();
  },
  reconcileRooms: async () => {
    await anOrphan();
    const { records, kaleyra } = world.scope();
    const lost = await records.find(await aBooking(world));
    await kaleyra.deleteRoom(lost?.room?.id ?? '');
    const id = await aBooking(world);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', times: 2, status: 500 });
    await world.api.delete(`/teleconsultation/${id}`);
    world.clock.moveBy(7_200_000);
    called.clear();
    await world.invoke('reconcileRooms', {});
    world.clock.reset();
  },
  applyRetention: async () => {
    world.configure({ RETENTION_DAYS: '1' });
    await aHeldCall(world, { startsIn: '-3 days' });
    await world.simulator.fault({ method: 'GET', path: '/v2/rooms', status: 429 });
    called.clear();
    // Each time after what the pause before it was for.
    world.clock.moveBy(120_000);
    await world.invoke('applyRetention', {});
    world.clock.moveBy(120_000);
    await world.invoke('applyRetention', {});
    world.clock.reset();
    world.configure({});
  },
  eraseUser: async () => {
    const id = await aBooking(world, { startsIn: '-3 hours', participants: [drVerdi, msNeri] });
    await world.api.as(msNeri).post('/teleconsultation', bookingBody(world.clock.now()));
    called.clear();
    // Nothing of the person but a booking made for others is to be found without the mapping.
    expect(await erase(world, msNeri.userId, { cancel: true })).toMatchObject({ outcome: 'finished' });
    expect(await world.record(id)).toMatchObject({ state: 'PUBLIC' });
    world.clock.reset();
  },
  documentation: async () => {
    for (const path of ['/documentation', '/documentation/json']) await world.api.get(path);
  },
  health: () => world.api.get('/-/ready'),
};

it('every function has a run here', () => {
  expect(Object.keys(RUNS).sort()).toEqual(Object.keys(manifest.functions).sort());
});

it.each(Object.entries(RUNS))('%s calls what it may, and may nothing else', async (key, run) => {
  called.clear();
  await run();
  expect([...called].sort()).toEqual(grantedOnTable(key));
});

/** Where the rights of a service are held against the calls that are made; the log and the queue are written by Lambda itself. */
const WATCHED: Record<string, string> = {
  logs: 'tests/contract/template.test.ts',
  sqs: 'tests/contract/template.test.ts',
  dynamodb: 'tests/contract/rights.test.ts',
  s3: 'tests/contract/rights.test.ts',
  ssm: 'tests/contract/secret-reads.test.ts',
};

it('no role holds a right of a service whose calls are watched nowhere', () => {
  const actions = Object.keys(manifest.functions).flatMap(key => granted(key, ''));
  const services = new Set(actions.map(action => action.split(':')[0] ?? ''));
  expect([...services].sort()).toEqual(Object.keys(WATCHED).sort());
  for (const file of Object.values(WATCHED)) expect(textOf(file)).toContain("from 'vitest'");
});

it('an image goes through the bucket by what its two functions may do there, and nothing else', async () => {
  const before = world.bucket.calls().length;
  await aStoredImage(world, aJpeg());
  const calls = world.bucket.calls().slice(before);
  // The form is posted in the name of the function that signed it.
  expect(calls.slice(0, 1).map(call => `s3:${call}`)).toEqual(granted('requestBackgroundUpload', 's3'));
  // Listing is never called: the right to it is what makes S3 tell "gone" from "not allowed".
  const processing = granted('processBackgroundUpload', 's3').filter(action => action !== 's3:ListBucket');
  expect(
    calls
      .slice(1)
      .map(call => `s3:${call}`)
      .sort(),
  ).toEqual(processing);
});
