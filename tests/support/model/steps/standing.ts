import fc from 'fast-check';
import { sendSigned } from '../../signed.ts';
import { type Booked, isComplete, isLocked, type Model, personOf } from '../reference.ts';
import { UNKNOWN, type Verdict } from '../rules.ts';
import { type Asked, ask, disagree, pick, type Step, settled, step, which } from '../stage.ts';
import { anyCaller, callerIn } from '../wishes.ts';
import { opensAs } from './reading.ts';

/** How things stand, for participants: why they cannot join yet, the appointment, and their names on Kaleyra's screens. */

const NOBODYS_ID = 'c'.repeat(24);

/** Whoever was invited may know that it was cancelled; to everybody else it is not there. */
const standsFor = (one: Booked | undefined, id: string, caller: string | undefined): Verdict => {
  const takesPart = one?.people.some(({ userId }) => userId === caller) === true;
  if (one?.cancelled === true && !takesPart) return { status: 404, error: UNKNOWN(id), vendor: false };
  return opensAs(one, id, caller);
};

const iso = (instant: number): string => new Date(instant).toISOString();

/** What the status may say at that instant. */
const standings = (model: Model, one: Booked, now: number): Record<string, unknown>[] => {
  if (one.cancelled) return [{ status: 'cancelled' }];
  const ended = { status: 'ended' };
  if (one.held.closed === 'yes') return [ended];
  const opensAt = one.start - model.settings.immutableMs;
  const secondsLeft = Math.max(1, Math.ceil((opensAt - now) / 1000));
  const shut = { status: 'not_open_yet', opensAt: iso(opensAt), secondsLeft };
  const open = isLocked(one, model.settings, now) ? { status: 'open' } : shut;
  const { people, expected } = one;
  const waiting = { status: 'waiting_for_participants', known: people.length, expected };
  return [isComplete(one) ? open : waiting, ...(one.held.closed === 'perhaps' ? [ended] : [])];
};

const SECOND_MS = 1000;

export const status: fc.Arbitrary<Step> = fc.record({ which, caller: anyCaller }).map(wish =>
  step({
    name: 'asks how it stands',
    with: wish,
    play: async (model, stage) => {
      const one = pick(model, wish.which);
      const id = one?.id ?? NOBODYS_ID;
      const caller = callerIn(wish.caller, one?.people);
      const as = (api: typeof stage.world.api) => (caller === undefined ? api : api.as({ userId: caller }));
      const asked = await ask(stage, 'GET status', api => as(api).get(`/teleconsultation/${id}/status`));
      settled(model, `GET ${id}/status as ${caller}`, asked, () => standsFor(one, id, caller));
      if (asked.reply.status !== 200 || one === undefined) return;
      const [begun, ended] = asked.instants;
      const instants: number[] = [ended];
      for (let instant = begun; instant < ended; instant += SECOND_MS) instants.push(instant);
      const may = instants.flatMap(now => standings(model, one, now)).map(standing => JSON.stringify(standing));
      if (!may.includes(JSON.stringify(asked.reply.body))) disagree(`GET ${id}/status`, asked, may);
    },
  }),
);

const stamp = (instant: number): string => iso(instant).replaceAll(/[-:]|\.\d{3}/g, '');

const compareFile = (model: Model, one: Booked, asked: Asked): void => {
  const { text } = asked.reply;
  const { id, start, cancelled, people } = one;
  const told = [
    `UID:teleconsultation-${id}`,
    `DTSTART:${stamp(start)}`,
    `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
  ];
  for (const line of told) if (!text.includes(`\r\n${line}\r\n`)) disagree(`calendar of ${id}`, asked, line);
  if (/https?:/.test(text) || people.some(({ userId, fullName }) => text.includes(userId) || text.includes(fullName))) {
    disagree(`calendar of ${id}`, asked, 'neither a link nor a person');
  }
  const sequence = Number(/\r\nSEQUENCE:(\d+)\r\n/.exec(text)?.[1]);
  const highest = model.sequences.get(id) ?? 0;
  if (!(sequence >= highest)) disagree(`calendar of ${id}`, asked, `a SEQUENCE of ${highest} or more`);
  model.sequences.set(id, sequence);
};

export const calendar: fc.Arbitrary<Step> = fc.record({ which, caller: anyCaller }).map(wish =>
  step({
    name: 'takes the appointment',
    with: wish,
    play: async (model, stage) => {
      const one = pick(model, wish.which);
      const id = one?.id ?? NOBODYS_ID;
      const caller = callerIn(wish.caller, one?.people);
      const as = (api: typeof stage.world.api) => (caller === undefined ? api : api.as({ userId: caller }));
      const asked = await ask(stage, 'GET calendar', api => as(api).get(`/teleconsultation/${id}/calendar`));
      settled(model, `GET ${id}/calendar as ${caller}`, asked, () => standsFor(one, id, caller));
      if (asked.reply.status === 200 && one !== undefined) compareFile(model, one, asked);
    },
  }),
);

/** Kaleyra asks for the names of those whose ids are known, and of somebody who is nobody. */
export const names: fc.Arbitrary<Step> = which.map(index =>
  step({
    name: 'is asked for names',
    with: index,
    when: ({ booked }) => booked.length > 0,
    play: async (model, stage) => {
      const one = pick(model, index);
      const { world } = stage;
      const known = (one?.people ?? []).flatMap(({ userId }) => personOf(model, userId).kaleyraId ?? []);
      const body = { user_ids: [...known, 'usr_of_nobody'] };
      const asked = await ask(stage, 'POST user-details', api =>
        sendSigned({ ...world, api, env: world.env }, '/user-details', body),
      );
      settled(model, 'POST /user-details', asked, () => ({ status: 200, vendor: false }));
      const told = (asked.reply.body as { user_ids?: { user_id: string; display_name: string }[] }).user_ids ?? [];
      if (JSON.stringify(told.map(({ user_id }) => user_id).sort()) !== JSON.stringify([...known].sort())) {
        disagree('POST /user-details', asked, known);
      }
      if (told.some(({ display_name }) => display_name === '')) disagree('POST /user-details', asked, 'names');
    },
  }),
);
