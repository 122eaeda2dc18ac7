import type { Api, Reply } from './api.ts';
import { aBooking, bookingBody, span } from './bookings.ts';
import { aForm, aJpeg } from './images.ts';
import type { Look, Promised } from './invariants.ts';
import { roomIdOf } from './jobs.ts';
import type { Person } from './people.ts';
import { anEvent, sendSigned } from './signed.ts';
import type { World } from './world.ts';

/** Every route at the moment at which it does most, with people of its own each time. */

export interface Prepared {
  doctor: Person;
  patient: Person;
  /** Somebody whom nobody has heard of so far. */
  newcomer: Person;
  id: string;
  /** Whatever else the call needs. */
  more: string;
}

export interface Situation {
  route: string;
  /** Brings the moment about, except for what all situations have in common. */
  prepare(world: World, people: Omit<Prepared, 'id' | 'more'>): Promise<Partial<Pick<Prepared, 'id' | 'more'>>>;
  ask(world: World, prepared: Prepared): Promise<Reply>;
  /** Can be asked again and again. */
  repeatable?: true;
  /** How the teleconsultation looks before and after the call. */
  looks?(prepared: Prepared, reply: Reply): { id: string; before?: Look; after: Look } | undefined;
}

/** A day on which nothing of all this begins, ends or locks. */
const START = '3 days';

const as = ({ api }: World, { userId, groups, fullName }: Person): Api =>
  api.withHeaders({
    miauserid: userId,
    miausergroups: groups.join(','),
    miauserproperties: JSON.stringify({ fullName }),
  });

/** Dates are the same for all of a world, so that a look can be told from the moment of a booking. */
const bookedAt = new WeakMap<World, number>();
const instantOf = (world: World): number => {
  const known = bookedAt.get(world) ?? world.clock.now();
  bookedAt.set(world, known);
  return known;
};

const idsOf = (people: readonly Person[]): string[] => people.map(({ userId }) => userId);

interface Parties {
  doctor: Person;
  patient: Person;
}

const body = (world: World, participants: readonly Person[], startsIn = START, lasts = '1 hour', expected?: number) =>
  bookingBody(instantOf(world), { startsIn, lasts, participants, ...(expected !== undefined && { expected }) });

const book = async (world: World, ...rest: Parameters<typeof body> extends [World, ...infer More] ? More : never) => {
  const reply = await world.api.post('/teleconsultation', body(world, ...rest));
  if (reply.status !== 201) throw new Error(`booking answered ${reply.status}: ${reply.text}`);
  return (reply.body as { roomId: string }).roomId;
};

const future = async (world: World, { doctor, patient }: Parties) => ({
  id: await book(world, [doctor, patient]),
  more: String(instantOf(world)),
});

/** Open for all day, with a call that was held, and its files. */
const open = async (world: World, { doctor, patient }: Parties) => {
  const id = await aBooking(world, { startsIn: '-1 minute', lasts: '20 hours', participants: [doctor, patient] });
  const roomId = await roomIdOf(world, id);
  const played = { roomId, uploads: 2, webhooks: false, transcription: 'Invented words' };
  const { sessionId } = await world.simulator.playCall(played);
  return { id, more: sessionId };
};

/** One whose room has a file by somebody who looked in early. */
const withFile = async (world: World, people: Parties) => {
  const prepared = await future(world, people);
  await world.simulator.playCall({ roomId: await roomIdOf(world, prepared.id), uploads: 1, webhooks: false });
  return prepared;
};

const nothing = async () => ({});

const startOf = ({ more }: Prepared): number => Number(more) + span(START);

const pair = ({ doctor, patient }: Parties): string[] => idsOf([doctor, patient]);

export const SITUATIONS: readonly Situation[] = [
  {
    route: 'POST /teleconsultation',
    prepare: async world => ({ more: String(instantOf(world)) }),
    ask: (world, { doctor, newcomer }) => world.api.post('/teleconsultation', body(world, [doctor, newcomer])),
    looks: (prepared, reply) =>
      reply.status === 201
        ? {
            id: (reply.body as { roomId: string }).roomId,
            after: { startDate: startOf(prepared), participants: idsOf([prepared.doctor, prepared.newcomer]) },
          }
        : undefined,
  },
  {
    route: 'GET /teleconsultation/{id}',
    repeatable: true,
    prepare: open,
    ask: (world, { id, patient }) => as(world, patient).get(`/teleconsultation/${id}`),
  },
  {
    route: 'GET /teleconsultation/{id}/status',
    repeatable: true,
    prepare: open,
    ask: (world, { id, patient }) => as(world, patient).get(`/teleconsultation/${id}/status`),
  },
  {
    route: 'GET /teleconsultation/{id}/calendar',
    repeatable: true,
    prepare: open,
    ask: (world, { id, patient }) => as(world, patient).get(`/teleconsultation/${id}/calendar`),
  },
  {
    route: 'PATCH /teleconsultation/{id}',
    prepare: withFile,
    ask: (world, { id, doctor, newcomer }) =>
      as(world, doctor).patch(`/teleconsultation/${id}`, { participants: { number: 2, data: [doctor, newcomer] } }),
    looks: prepared => ({
      id: prepared.id,
      before: { startDate: startOf(prepared), participants: pair(prepared) },
      after: { startDate: startOf(prepared), participants: idsOf([prepared.doctor, prepared.newcomer]) },
    }),
  },
  {
    route: 'DELETE /teleconsultation/{id}',
    prepare: withFile,
    ask: (world, { id, doctor }) => as(world, doctor).delete(`/teleconsultation/${id}`),
    looks: prepared => ({
      id: prepared.id,
      before: { startDate: startOf(prepared), participants: pair(prepared) },
      after: 'cancelled',
    }),
  },
  {
    route: 'POST /teleconsultation/{id}/participants/data',
    prepare: async (world, { doctor }) => ({
      id: await book(world, [doctor], START, '1 hour', 2),
      more: String(instantOf(world)),
    }),
    ask: (world, { id, doctor, newcomer }) =>
      as(world, doctor).post(`/teleconsultation/${id}/participants/data`, newcomer),
    looks: prepared => ({
      id: prepared.id,
      before: { startDate: startOf(prepared), participants: idsOf([prepared.doctor]) },
      after: { startDate: startOf(prepared), participants: idsOf([prepared.doctor, prepared.newcomer]) },
    }),
  },
  {
    route: 'DELETE /teleconsultation/{id}/uploads',
    prepare: open,
    ask: (world, { id, doctor }) => as(world, doctor).delete(`/teleconsultation/${id}/uploads`),
  },
  {
    route: 'POST /credentials',
    prepare: nothing,
    ask: (world, { newcomer }) => as(world, newcomer).post('/credentials'),
  },
  {
    route: 'GET /transcription/{roomId}/{sessionId}',
    repeatable: true,
    prepare: open,
    ask: (world, { id, more, patient }) => as(world, patient).get(`/transcription/${id}/${more}`),
  },
  {
    route: 'GET /recording/{roomId}/{sessionId}',
    repeatable: true,
    prepare: open,
    ask: (world, { id, more, patient }) => as(world, patient).get(`/recording/${id}/${more}`),
  },
  {
    route: 'POST /settings/background-image',
    repeatable: true,
    prepare: nothing,
    ask: (world, { doctor }) => as(world, doctor).raw(aForm(aJpeg())),
  },
  {
    route: 'GET /settings/background-image',
    repeatable: true,
    prepare: nothing,
    ask: (world, { doctor }) => as(world, doctor).get('/settings/background-image'),
  },
  {
    route: 'PATCH /settings/update',
    repeatable: true,
    prepare: async (world, { doctor }) => {
      const reply = await as(world, doctor).raw(aForm(aJpeg()));
      return {
        more: (reply.body as { virtual_background: { background_alias: string } }).virtual_background.background_alias,
      };
    },
    ask: (world, { doctor, more }) => as(world, doctor).patch('/settings/update', { background_alias: more }),
  },
  {
    route: 'POST /webhooks/kaleyra',
    repeatable: true,
    prepare: async (world, people) => {
      const { id } = await open(world, people);
      return { id, more: await roomIdOf(world, id) };
    },
    ask: (world, { more }) => sendSigned(world, '/webhooks/kaleyra', anEvent('on_session_ended', { room_id: more })),
  },
  {
    route: 'POST /user-details',
    repeatable: true,
    prepare: async (world, people) => {
      const { id, more } = await future(world, people);
      const record = await world.scope().records.find(id);
      return { id, more: record?.participants[0]?.kaleyraId ?? more };
    },
    ask: (world, { more }) => sendSigned(world, '/user-details', { user_ids: [more] }),
  },
  { route: 'GET /-/ready', prepare: nothing, ask: ({ api }) => api.get('/-/ready') },
  { route: 'GET /-/check-up', prepare: nothing, ask: ({ api }) => api.get('/-/check-up') },
];

/** Routes that ask neither the table nor Kaleyra. */
export const ASK_NOBODY: readonly string[] = [
  'GET /-/healthz',
  'GET /documentation',
  'GET /documentation/json',
  'POST /settings/background-image/uploads',
];

export const prepare = async (world: World, situation: Situation, tag: string): Promise<Prepared> => {
  const person = (who: string, group: string): Person => ({
    userId: `${who}-${tag}`,
    groups: [group],
    fullName: `Invented ${who} ${tag}`,
  });
  const people = { doctor: person('doctor', 'doctor'), patient: person('patient', 'patient') };
  const all = { ...people, newcomer: person('newcomer', 'patient') };
  return { ...all, id: '', more: '', ...(await situation.prepare(world, all)) };
};

/** How the teleconsultation of that call may look from now on. */
export const promisedBy = (situation: Situation, prepared: Prepared, reply: Reply): Promised[] => {
  const looks = situation.looks?.(prepared, reply);
  if (looks === undefined) return [];
  const { id, before, after } = looks;
  const acknowledged = reply.status < 300 || before === undefined;
  return [{ id, looks: acknowledged ? [after] : [before, after] }];
};
