/**
 * What is asked of the service in table 1, and the shortest chain of calls that each needs: calls that have to wait for each
 * other, whatever runs beside them.
 */
import { aBooking, bookingBody } from '../../support/bookings.ts';
import { drRossi, drVerdi, msNeri, type Person, patients } from '../../support/people.ts';
import type { Delayed } from './waited-for.ts';

export type Step = 'table' | 'kaleyra';

export interface Scenario {
  endpoint: string;
  /** How many take part; undefined where that makes no difference by nature. */
  people?: number;
  chain: readonly Step[];
  status: number;
  /** Puts everything in place, and gives back what is then measured. */
  prepare(delayed: Delayed): Promise<() => Promise<{ status: number }>>;
}

const clock = { now: () => Date.now() } as Parameters<typeof aBooking>[0]['clock'];

const book = ({ api }: Delayed, people: readonly Person[], startsIn = '2 hours'): Promise<string> =>
  aBooking({ api, clock }, { participants: people, startsIn });

let crowds = 0;

/** A doctor and as many patients as make up the number; nobody has seen these patients before. */
const aCrowd = (count: number): Person[] => {
  crowds += 1;
  return [drRossi, ...patients(count - 1, `crowd-${crowds}`)];
};

const at = '/teleconsultation';

const opening = (people: number): Scenario => ({
  endpoint: '`GET /teleconsultation/{id}`, not open yet',
  people,
  chain: ['table'],
  status: 200,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    return () => delayed.api.as(drRossi).get(`${at}/${id}`);
  },
});

const openingOpen = (people: number): Scenario => ({
  endpoint: '`GET /teleconsultation/{id}`, open, details due',
  people,
  chain: ['table', 'kaleyra'],
  status: 200,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people), '-5 minutes');
    return () => delayed.api.as(drRossi).get(`${at}/${id}`);
  },
});

const openingAgain = (people: number): Scenario => ({
  endpoint: '`GET /teleconsultation/{id}`, open, details known',
  people,
  chain: ['table'],
  status: 200,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people), '-5 minutes');
    await delayed.api.as(drRossi).get(`${at}/${id}`);
    return () => delayed.api.as(drRossi).get(`${at}/${id}`);
  },
});

const booking = (people: number, known: boolean): Scenario => ({
  endpoint: `\`POST /teleconsultation\`, ${known ? 'known' : 'new'} people`,
  people,
  chain: known ? ['table', 'kaleyra', 'table'] : ['table', 'kaleyra', 'kaleyra', 'table'],
  status: 201,
  prepare: async delayed => {
    const crowd = aCrowd(people);
    await book(delayed, known ? crowd : [drRossi, msNeri]);
    const body = bookingBody(Date.now(), { participants: crowd });
    return () => delayed.api.post(at, body);
  },
});

const replacing = (people: number, known: boolean): Scenario => ({
  endpoint: `\`PATCH /teleconsultation/{id}\`, another ${known ? 'known' : 'new'} participant`,
  people,
  chain: known
    ? ['table', 'table', 'kaleyra', 'table', 'kaleyra']
    : ['table', 'table', 'kaleyra', 'kaleyra', 'table', 'kaleyra'],
  status: 204,
  prepare: async delayed => {
    const crowd = aCrowd(people);
    const [newcomer] = aCrowd(2).slice(1);
    if (newcomer === undefined) throw new Error('nobody to come');
    const id = await book(delayed, crowd);
    if (known) await book(delayed, [drRossi, newcomer]);
    const data = [...crowd.slice(0, -1), newcomer];
    return () => delayed.api.patch(`${at}/${id}`, { participants: { number: people, data } });
  },
});

const moving = (people: number): Scenario => ({
  endpoint: '`PATCH /teleconsultation/{id}`, another time',
  people,
  chain: ['table', 'table'],
  status: 204,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    const { start_date, end_date } = bookingBody(Date.now(), { startsIn: '3 hours' });
    return () => delayed.api.patch(`${at}/${id}`, { start_date, end_date });
  },
});

const repeating = (people: number): Scenario => ({
  endpoint: '`PATCH /teleconsultation/{id}`, nothing new',
  people,
  chain: ['table'],
  status: 204,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    return () => delayed.api.patch(`${at}/${id}`, {});
  },
});

const cancelling = (people: number): Scenario => ({
  endpoint: '`DELETE /teleconsultation/{id}`',
  people,
  chain: ['table', 'table', 'kaleyra'],
  status: 204,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    return () => delayed.api.delete(`${at}/${id}`);
  },
});

const adding = (people: number): Scenario => ({
  endpoint: '`POST .../participants/data`, the last, new',
  people,
  chain: ['table', 'table', 'kaleyra', 'kaleyra', 'table'],
  status: 201,
  prepare: async delayed => {
    const crowd = aCrowd(people);
    const id = await aBooking({ api: delayed.api, clock }, { participants: crowd.slice(0, -1), expected: people });
    return () => delayed.api.post(`${at}/${id}/participants/data`, crowd.at(-1));
  },
});

const glancing = (people: number, what: 'status' | 'calendar'): Scenario => ({
  endpoint: `\`GET /teleconsultation/{id}/${what}\``,
  people,
  chain: ['table'],
  status: 200,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    return () => delayed.api.as(drRossi).get(`${at}/${id}/${what}`);
  },
});

const fetching = (what: 'transcription' | 'recording'): Scenario => ({
  endpoint: `\`GET /${what}/{roomId}/{sessionId}\``,
  chain: ['table', 'kaleyra', 'kaleyra'],
  status: what === 'recording' ? 302 : 200,
  prepare: async delayed => {
    const id = await book(delayed, [drRossi, msNeri], '-5 minutes');
    const room = (await delayed.simulator.rooms()).find(({ description }) => description === id);
    const call = { roomId: room?.id, uploads: 0, webhooks: false, transcription: 'Buongiorno' };
    const { sessionId } = await delayed.simulator.playCall(call);
    return () => delayed.api.as(drRossi).get(`/${what}/${id}/${sessionId}`);
  },
});

const credentials = (known: boolean): Scenario => ({
  endpoint: `\`POST /credentials\`, ${known ? 'known' : 'new'}`,
  chain: known ? ['table', 'kaleyra'] : ['table', 'kaleyra', 'kaleyra'],
  status: 201,
  prepare: async delayed => {
    const [, somebody] = aCrowd(2);
    if (somebody === undefined) throw new Error('nobody to ask');
    if (known) await book(delayed, [drVerdi, somebody]);
    return () => delayed.api.as(somebody).withHeaders({ miausergroups: 'patient' }).post('/credentials', {});
  },
});

const removingFiles: Scenario = {
  endpoint: '`DELETE /teleconsultation/{id}/uploads`, 3 files',
  // The list, the files side by side, and a last look at the list.
  chain: ['table', 'kaleyra', 'kaleyra', 'kaleyra'],
  status: 200,
  prepare: async delayed => {
    const id = await book(delayed, [drRossi, msNeri], '-5 minutes');
    const room = (await delayed.simulator.rooms()).find(({ description }) => description === id);
    await delayed.simulator.playCall({ roomId: room?.id, uploads: 3, webhooks: false });
    return () => delayed.api.as(drRossi).delete(`${at}/${id}/uploads`);
  },
};

const listingBackgrounds: Scenario = {
  endpoint: '`GET /settings/background-image`',
  chain: ['kaleyra'],
  status: 200,
  prepare:
    async ({ api }) =>
    () =>
      api.as(drRossi).get('/settings/background-image'),
};

const ready: Scenario = {
  endpoint: '`GET /-/ready`',
  chain: ['table'],
  status: 200,
  prepare:
    async ({ api }) =>
    () =>
      api.get('/-/ready'),
};

const BY_PEOPLE: readonly ((people: number) => Scenario)[] = [
  opening,
  openingOpen,
  openingAgain,
  people => glancing(people, 'status'),
  people => glancing(people, 'calendar'),
  people => booking(people, true),
  people => booking(people, false),
  repeating,
  moving,
  people => replacing(people, true),
  people => replacing(people, false),
  adding,
  cancelling,
];

/** Those whose work might grow with the people, for each number of people; then the others. */
export const scenariosFor = (sizes: readonly number[]): Scenario[] => [
  ...BY_PEOPLE.flatMap(scenario => sizes.map(scenario)),
  fetching('transcription'),
  fetching('recording'),
  credentials(true),
  credentials(false),
  listingBackgrounds,
  ready,
];

/** Nobody can add a file any more, the files, and then the room. */
const CLEARED: readonly Step[] = ['kaleyra', 'kaleyra'];

const cleared = (scenario: Scenario): Scenario => ({
  ...scenario,
  chain: [...scenario.chain.slice(0, -1), ...CLEARED, ...scenario.chain.slice(-1)],
});

/** In a deployment that deletes uploads. */
export const SCENARIOS_WITH_FILES: readonly Scenario[] = [
  cleared(replacing(2, true)),
  cleared(cancelling(2)),
  removingFiles,
];
