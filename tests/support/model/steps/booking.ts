import fc from 'fast-check';
import type { Api, Reply } from '../../api.ts';
import { type Attempt, type Model, NOTHING_HELD, type Teleconsultation } from '../reference.ts';
import { judgeBooking } from '../rules.ts';
import {
  type Asked,
  ask,
  blamesKaleyra,
  compareRooms,
  disagree,
  noteList,
  type Stage,
  type Step,
  settled,
  step,
} from '../stage.ts';
import { anyParticipants, anyUserId, bookedTimes, timesBody } from '../wishes.ts';

/** Booking, with and without a name for the attempt. */

const idIn = ({ body }: Reply): string => String((body as { roomId?: unknown } | undefined)?.roomId);

const note = (model: Model, asked: Asked, after: Teleconsultation): string => {
  const id = idIn(asked.reply);
  const isNew = /^[0-9a-f]{24}$/.test(id) && !model.booked.some(one => one.id === id);
  if (!isNew) disagree('a booking', asked, 'an id that nobody had before');
  model.booked.push({ ...after, id, cancelled: false, held: NOTHING_HELD, formerCalls: [] });
  return id;
};

/** @returns the id of what was booked */
const book = async (
  model: Model,
  stage: Stage,
  body: Record<string, unknown>,
  send: (api: Api) => Api,
): Promise<{ id: string | undefined; failed: boolean }> => {
  const asked = await ask(stage, 'POST', api => send(api).post('/teleconsultation', body));
  const expected = judgeBooking(model, body);
  const verdict = settled(model, `POST ${JSON.stringify(body)}`, asked, () => expected);
  noteList(model, expected.after?.people, verdict);
  if (verdict?.after === undefined) return { id: undefined, failed: verdict === undefined };
  const id = note(model, asked, verdict.after);
  await compareRooms(model, stage, id);
  return { id, failed: false };
};

const named =
  (caller: string | undefined, key: string) =>
  (api: Api): Api =>
    (caller === undefined ? api : api.as({ userId: caller })).withHeaders({ 'idempotency-key': key });

export const booking: fc.Arbitrary<Step> = fc.record({ participants: anyParticipants, times: bookedTimes }).map(wish =>
  step({
    name: 'books',
    with: wish,
    play: async (model, stage) => {
      const body = { participants: wish.participants, ...timesBody(stage.world.clock.now(), wish.times) };
      await book(model, stage, body, api => api);
    },
  }),
);

/** The first attempt under that name. */
export const namedBooking: fc.Arbitrary<Step> = fc
  .record({ participants: anyParticipants, times: bookedTimes, caller: fc.option(anyUserId, { nil: undefined }) })
  .map(wish =>
    step({
      name: 'books under a key',
      with: wish,
      play: async (model, stage) => {
        const { caller } = wish;
        const key = `attempt-${model.attempts.length}`;
        const body = { participants: wish.participants, ...timesBody(stage.world.clock.now(), wish.times) };
        const { id, failed } = await book(model, stage, body, named(caller, key));
        if (id !== undefined || failed) model.attempts.push({ caller, key, body, id });
      },
    }),
  );

/** The very same request: nothing happens twice, and what was done once stays done whatever became of it. */
const again = async (model: Model, stage: Stage, attempt: Attempt): Promise<void> => {
  const { caller, key, body } = attempt;
  const asked = await ask(stage, 'POST again', api => named(caller, key)(api).post('/teleconsultation', body));
  const isOpen = attempt.id === undefined;
  const { after } = judgeBooking(model, body);
  if (blamesKaleyra(model, 'a repeated booking', asked, isOpen)) return noteList(model, after?.people, undefined);
  if (asked.reply.status !== 201 || (!isOpen && idIn(asked.reply) !== attempt.id)) {
    disagree('a repeated booking', asked, { status: 201, roomId: attempt.id });
  }
  if (!isOpen || after === undefined) return;
  attempt.id = note(model, asked, after);
  noteList(model, after.people, { status: 201, vendor: true });
};

/** Another content under the same name is a mistake of the caller. */
const otherwise = async (model: Model, stage: Stage, { caller, key, body }: Attempt): Promise<void> => {
  const { start_date: start } = body;
  const other = { ...body, start_date: new Date(Date.parse(String(start)) - 60_000).toISOString() };
  // A longer call may be none that can be had: then that is what the caller hears.
  const { status: alone } = judgeBooking(model, other);
  const asked = await ask(stage, 'POST otherwise', api => named(caller, key)(api).post('/teleconsultation', other));
  const expected = alone === 201 ? 422 : alone;
  if (asked.reply.status !== expected) disagree('another booking under the same key', asked, expected);
};

/** Somebody else may call their attempt the same. */
const somebodyElse = async (model: Model, stage: Stage, { caller, key, body }: Attempt): Promise<void> => {
  const other = caller === 'somebody-else' ? undefined : 'somebody-else';
  if (model.attempts.some(attempt => attempt.key === key && attempt.caller === other)) return;
  const { id, failed } = await book(model, stage, body, named(other, key));
  if (id !== undefined || failed) model.attempts.push({ caller: other, key, body, id });
};

export const repetition: fc.Arbitrary<Step> = fc
  .record({ which: fc.nat({ max: 5 }), how: fc.constantFrom('again', 'again', 'again', 'otherwise', 'somebody else') })
  .map(wish =>
    step({
      name: 'repeats a booking',
      with: wish,
      when: ({ attempts }) => attempts.length > 0,
      play: async (model, stage) => {
        const attempt = model.attempts[wish.which % model.attempts.length];
        if (attempt === undefined) return;
        if (wish.how === 'again') await again(model, stage, attempt);
        else if (wish.how === 'otherwise') await otherwise(model, stage, attempt);
        else await somebodyElse(model, stage, attempt);
      },
    }),
  );
