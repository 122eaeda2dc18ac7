/** What takes as long with many people as with few. */
import { aForm, aJpeg } from '../../../support/images.ts';
import { drRossi, drVerdi, msNeri } from '../../../support/people.ts';
import { anEvent, sendSigned } from '../../../support/signed.ts';
import type { Delayed } from '../waited-for.ts';
import { AT, aStranger, book, D, K, roomOf, type Scenario } from './scenario.ts';

type Asked = { status: number };

const alone = (
  route: string,
  chain: Scenario['chain'],
  status: number,
  ask: (delayed: Delayed) => Promise<Asked>,
): Scenario => ({ route, chain, status, repeatable: true, prepare: async delayed => () => ask(delayed) });

/** Whose it is, whether the session is one of its room, and where the file lies, which is then fetched without delay. */
const fetching = (what: 'transcription' | 'recording'): Scenario => ({
  route: `GET /${what}/{roomId}/{sessionId}`,
  chain: [D, K, K],
  status: what === 'recording' ? 302 : 200,
  repeatable: true,
  prepare: async delayed => {
    const id = await book(delayed, [drRossi, msNeri], '-5 minutes');
    const call = { roomId: await roomOf(delayed, id), uploads: 0, webhooks: false, transcription: 'Buongiorno' };
    const { sessionId } = await delayed.simulator.playCall(call);
    return () => delayed.api.as(drRossi).get(`/${what}/${id}/${sessionId}`);
  },
});

const credentials = (known: boolean): Scenario => ({
  route: 'POST /credentials',
  what: known ? 'known' : 'new',
  chain: known ? [D, K] : [D, K, K],
  status: 201,
  ...(known && { repeatable: true }),
  prepare: async delayed => {
    const somebody = aStranger();
    if (known) await book(delayed, [drVerdi, somebody]);
    return () => delayed.api.as(somebody).withHeaders({ miausergroups: 'patient' }).post('/credentials', {});
  },
});

/** For what the simulator wants to see signed. */
const signing = ({ api, apiKey }: Delayed): Parameters<typeof sendSigned>[0] => ({
  api,
  clock: { now: () => Date.now() } as Parameters<typeof sendSigned>[0]['clock'],
  env: { BANDYER_API_SECRET_KEY: apiKey },
});

/**
 * Which record the room belongs to, the record, and that a look is due, before Kaleyra is asked: then one that is cut off is made
 * up for. The calls, then the room, which says in this order whether a call is over. What was seen.
 */
const hearing: Scenario = {
  route: 'POST /webhooks/kaleyra',
  what: 'a call has ended',
  chain: [D, D, D, K, K, D],
  status: 200,
  repeatable: true,
  prepare: async delayed => {
    const id = await book(delayed, [drRossi, msNeri], '-5 minutes');
    const event = anEvent('on_session_ended', { room_id: await roomOf(delayed, id) });
    return () => sendSigned(signing(delayed), '/webhooks/kaleyra', event);
  },
};

const naming: Scenario = {
  route: 'POST /user-details',
  what: '25 people',
  chain: [D],
  status: 200,
  repeatable: true,
  prepare: async delayed => {
    const body = { user_ids: Array.from({ length: 25 }, (_, index) => `usr_${String(index).padStart(32, '0')}`) };
    return () => sendSigned(signing(delayed), '/user-details', body);
  },
};

/** A company may have ten. */
const removeBackgrounds = async ({ kaleyra, apiKey }: Delayed): Promise<void> => {
  const headers = { apikey: apiKey, 'content-type': 'application/json' };
  const listed = await fetch(`${kaleyra}/v2/company/virtual-backgrounds`, { headers });
  const { backgrounds } = (await listed.json()) as { backgrounds: { background_alias: string }[] };
  for (const { background_alias } of backgrounds) {
    const body = JSON.stringify({ background_alias });
    await fetch(`${kaleyra}/v2/company/virtual-background`, { method: 'DELETE', headers, body });
  }
};

const addingBackground: Scenario = {
  route: 'POST /settings/background-image',
  chain: [K],
  status: 200,
  prepare: async delayed => {
    await removeBackgrounds(delayed);
    return () => delayed.api.as(drRossi).raw(aForm(aJpeg()));
  },
};

/** One that the company has already, given by its alias; where it lies is asked for if the first answer does not say so. */
const choosingBackground: Scenario = {
  route: 'PATCH /settings/update',
  chain: [K, K],
  status: 200,
  repeatable: true,
  prepare: async delayed => {
    await removeBackgrounds(delayed);
    const { api } = delayed;
    const { body } = await api.as(drRossi).raw(aForm(aJpeg()));
    const { virtual_background } = body as { virtual_background: { background_alias: string } };
    const { background_alias } = virtual_background;
    return () => api.as(drRossi).patch('/settings/update', { background_alias });
  },
};

export const OTHERS: readonly Scenario[] = [
  fetching('transcription'),
  fetching('recording'),
  credentials(true),
  credentials(false),
  addingBackground,
  alone('GET /settings/background-image', [K], 200, ({ api }) => api.as(drRossi).get('/settings/background-image')),
  choosingBackground,
  hearing,
  naming,
  alone('GET /-/ready', [D], 200, ({ api }) => api.get('/-/ready')),
  // The first in a while: what Kaleyra has just answered is not asked again.
  alone('GET /-/check-up', [K], 200, ({ api }) => api.get('/-/check-up')),
];

/** The record, the list of files, the files side by side, and a last look at the list. */
export const REMOVING_FILES: Scenario = {
  route: 'DELETE /teleconsultation/{id}/uploads',
  what: '3 files',
  chain: [D, K, K, K],
  status: 200,
  prepare: async delayed => {
    const id = await book(delayed, [drRossi, msNeri], '-5 minutes');
    await delayed.simulator.playCall({ roomId: await roomOf(delayed, id), uploads: 3, webhooks: false });
    return () => delayed.api.as(drRossi).delete(`${AT}/${id}/uploads`);
  },
};
