import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { aHeldCall } from '../support/calls.ts';
import { erase } from '../support/erasures.ts';
import { aForm, aJpeg, anOffer, postTo } from '../support/images.ts';
import { retain } from '../support/jobs.ts';
import { drRossi, drVerdi, msNeri } from '../support/people.ts';
import { type SecretName, secretReads } from '../support/secret-reads.ts';
import { type SecretStores, startSecretStores } from '../support/secret-stores.ts';
import { anEvent, sendSigned } from '../support/signed.ts';
import { textOf } from '../support/sources.ts';
import { openWorld, type World } from '../support/world.ts';

/**
 * Each function, in a process that knows nothing yet, reads exactly the secrets that its role lets it read (see template.test.ts),
 * when it does the most that it can do.
 */
const KEY_OF_WEBHOOKS = 'invented-key-that-webhooks-are-signed-with';
/** As serverless.yml has them for stage `local`: what the simulator takes and the gateway of the world sends. */
const LOCAL_KEY = 'ak_test_0123456789abcdef01234567';
const LOCAL_SECRET = 'local-gateway-secret-for-this-machine-only';

const nameOf = (secret: SecretName): string => `/teleconsultation/dev/${secret}`;

let stores: SecretStores;
let world: World;
beforeAll(async () => {
  stores = await startSecretStores();
  world = await openWorld({
    env: {
      BANDYER_API_SECRET_KEY: '',
      BANDYER_API_SECRET_KEY_PARAMETER: nameOf('kaleyra-api-key'),
      GATEWAY_SECRETS: '',
      GATEWAY_SECRETS_PARAMETER: nameOf('gateway-secrets'),
      WEBHOOK_KEYS_PARAMETER: nameOf('webhook-keys'),
      TELECONSULTATION_DELETE_UPLOADS: 'true',
      RETENTION_DAYS: '1',
      DEFAULT_RECORDING_TYPE: 'automatic',
    },
  });
  stores.putParameter(nameOf('kaleyra-api-key'), LOCAL_KEY);
  stores.putParameter(nameOf('gateway-secrets'), LOCAL_SECRET);
  stores.putParameter(nameOf('webhook-keys'), KEY_OF_WEBHOOKS);
});
afterAll(async () => {
  await world.close();
  await stores.close();
});
beforeEach(() => world.clock.reset());

/** What is prepared; and what the function is then asked, in a process that knows nothing yet. */
interface Run {
  prepare?(): Promise<string>;
  ask(prepared: string): Promise<unknown>;
}

const signed = (path: string, body: unknown) => sendSigned(world, path, body, { key: KEY_OF_WEBHOOKS });
const opened = (): Promise<string> => aBooking(world, { startsIn: '-1 minute' });
const held = async (): Promise<string> => {
  const { roomId, sessionId } = await aHeldCall(world, { startsIn: '-10 minutes' });
  return `${roomId}/${sessionId}`;
};
const list = { participants: { number: 2, data: [drRossi, msNeri] } };
const asRossi = () => world.api.as(drRossi);

const RUNS: Record<string, Run> = {
  createTeleconsultation: { ask: () => world.api.post('/teleconsultation', bookingBody(world.clock.now())) },
  getTeleconsultation: { prepare: opened, ask: id => asRossi().get(`/teleconsultation/${id}`) },
  getStatus: { prepare: opened, ask: id => asRossi().get(`/teleconsultation/${id}/status`) },
  getCalendar: { prepare: opened, ask: id => asRossi().get(`/teleconsultation/${id}/calendar`) },
  updateTeleconsultation: {
    prepare: () => aBooking(world),
    ask: id => world.api.patch(`/teleconsultation/${id}`, list),
  },
  deleteTeleconsultation: { prepare: opened, ask: id => world.api.delete(`/teleconsultation/${id}`) },
  addParticipantData: {
    prepare: () => aBooking(world, { participants: [drRossi], expected: 2 }),
    ask: id => world.api.post(`/teleconsultation/${id}/participants/data`, msNeri),
  },
  deleteUploads: { prepare: opened, ask: id => world.api.delete(`/teleconsultation/${id}/uploads`) },
  createCredentials: {
    ask: () => world.api.as(drVerdi).withHeaders({ miausergroups: 'doctor' }).post('/credentials'),
  },
  getTranscription: { prepare: held, ask: names => asRossi().get(`/transcription/${names}`) },
  getRecording: { prepare: held, ask: names => asRossi().get(`/recording/${names}`) },
  uploadBackgroundImage: { ask: () => asRossi().raw(aForm(aJpeg())) },
  listBackgroundImages: { ask: () => asRossi().get('/settings/background-image') },
  requestBackgroundUpload: { ask: () => asRossi().post('/settings/background-image/uploads') },
  processBackgroundUpload: {
    prepare: async () => JSON.stringify(await anOffer(world)),
    ask: async offer => {
      await postTo(JSON.parse(offer), aJpeg());
      await world.bucket.told();
    },
  },
  updateSettings: { ask: () => asRossi().patch('/settings/update', { background_alias: 'invented' }) },
  receiveWebhook: {
    prepare: async () => (await held()).split('/')[0] ?? '',
    ask: room => signed('/webhooks/kaleyra', anEvent('on_session_ended', { room_id: room })),
  },
  getUserDetails: { ask: () => signed('/user-details', { data: { user_ids: ['usr_invented'] } }) },
  cleanupUploads: {
    prepare: () => aBooking(world, { startsIn: '-3 days' }),
    ask: () => world.invoke('cleanupUploads', {}),
  },
  reconcileRooms: {
    prepare: async () => {
      const id = await aBooking(world);
      await world.simulator.fault({ method: 'DELETE', path: '/v2/rooms', times: 2, status: 500 });
      await world.api.delete(`/teleconsultation/${id}`);
      world.clock.moveBy(7_200_000);
      return id;
    },
    ask: () => world.invoke('reconcileRooms', {}),
  },
  applyRetention: { prepare: () => aBooking(world, { startsIn: '-3 days' }), ask: () => retain(world) },
  eraseUser: {
    prepare: () => aBooking(world, { startsIn: '-3 hours', participants: [drVerdi, msNeri] }),
    ask: () => erase(world, msNeri.userId, { cancel: true }),
  },
  documentation: {
    ask: async () => {
      for (const path of ['/documentation', '/documentation/json']) await world.api.get(path);
    },
  },
  health: {
    ask: async () => {
      for (const check of ['healthz', 'ready', 'check-up']) await world.api.get(`/-/${check}`);
    },
  },
};

it('every function has a run here, and a row in the list', () => {
  const { functions } = parse(textOf('serverless.yml'), { merge: true, logLevel: 'silent' }) as {
    functions: Record<string, unknown>;
  };
  expect(Object.keys(RUNS).sort()).toEqual(Object.keys(functions).sort());
  expect(Object.keys(secretReads).sort()).toEqual(Object.keys(functions).sort());
});

it.each(Object.entries(RUNS))('%s reads what it may, and nothing else', async (key, { prepare, ask }) => {
  const prepared = (await prepare?.()) ?? '';
  world.configure({});
  stores.asked.length = 0;
  await ask(prepared);
  expect(stores.asked.toSorted()).toEqual((secretReads[key] ?? []).map(name => `ssm:GetParameter ${nameOf(name)}`));
});
