import fc from 'fast-check';
import { changed, type Model, replace } from '../reference.ts';
import { judgeAddition, judgePatch } from '../rules.ts';
import { ask, compareRooms, disagree, noteList, pick, type Step, settled, step, visible, which } from '../stage.ts';
import { anyAddition, anyParticipants, changedTimes, timesBody } from '../wishes.ts';

/** Changing in every form, adding people, cancelling. */

/** What the request wants to be there and what is there may be the same, in another order. */
const sameAgain = (model: Model, index: number): Record<string, unknown> => {
  const one = pick(model, index);
  if (one === undefined) return {};
  const iso = (at: number) => new Date(at).toISOString();
  return {
    start_date: iso(one.start),
    end_date: iso(one.end),
    participants: { number: one.expected, data: [...one.people].reverse() },
  };
};

const patched = fc.record({
  which,
  list: fc.option(anyParticipants, { nil: undefined, freq: 2 }),
  times: fc.option(changedTimes, { nil: undefined, freq: 2 }),
  asStored: fc.constantFrom(false, false, false, false, false, true),
});

export const patch: fc.Arbitrary<Step> = patched.map(wish =>
  step({
    name: 'changes',
    with: wish,
    play: async (model, stage) => {
      const { list, times, asStored } = wish;
      const one = pick(model, wish.which);
      const id = one?.id ?? 'f'.repeat(24);
      const body = asStored
        ? sameAgain(model, wish.which)
        : {
            ...(list !== undefined && { participants: list }),
            ...(times !== undefined && timesBody(stage.world.clock.now(), times)),
          };
      const asked = await ask(stage, 'PATCH', api => api.patch(`/teleconsultation/${id}`, body));
      const judge = (now: number) => judgePatch(model, visible(one), body, now);
      const verdict = settled(model, `PATCH ${id} ${JSON.stringify(body)}`, asked, judge);
      const { after = undefined } = verdict ?? judge(asked.instants[0]);
      noteList(model, after?.people, verdict);
      if (one !== undefined && verdict?.after !== undefined)
        replace(model, changed(one, verdict.after, model.settings));
      await compareRooms(model, stage, id);
    },
  }),
);

export const addition: fc.Arbitrary<Step> = fc.record({ which, member: anyAddition }).map(wish =>
  step({
    name: 'adds somebody',
    with: wish,
    play: async (model, stage) => {
      const { member } = wish;
      // One that waits for somebody, if there is one.
      const waiting = model.booked.filter(({ cancelled, expected, people }) => !cancelled && people.length < expected);
      const one = waiting[wish.which % Math.max(1, waiting.length)] ?? pick(model, wish.which);
      const id = one?.id ?? 'e'.repeat(24);
      const path = `/teleconsultation/${id}/participants/data`;
      const asked = await ask(stage, 'POST data', api => api.post(path, member));
      const judge = (now: number) => judgeAddition(model, visible(one), id, member, now);
      const verdict = settled(model, `POST ${path} ${JSON.stringify(member)}`, asked, judge);
      const { after = undefined } = verdict ?? judge(asked.instants[0]);
      noteList(model, after?.people, verdict);
      if (one !== undefined && verdict?.after !== undefined)
        replace(model, changed(one, verdict.after, model.settings));
      await compareRooms(model, stage, id);
    },
  }),
);

/** Always possible, whatever Kaleyra says to it; and once. */
export const cancellation: fc.Arbitrary<Step> = which.map(index =>
  step({
    name: 'cancels',
    with: index,
    play: async (model, stage) => {
      const one = pick(model, index);
      const id = one?.id ?? 'd'.repeat(24);
      const asked = await ask(stage, 'DELETE', api => api.delete(`/teleconsultation/${id}`));
      const expected = visible(one) === undefined ? { status: 404, error: 'not found' } : { status: 204 };
      settled(model, `DELETE ${id}`, asked, () => ({ ...expected, vendor: false }));
      if (one !== undefined && !one.cancelled) replace(model, { ...one, cancelled: true });
      await compareRooms(model, stage, id);
      if (asked.reply.status === 204 && asked.reply.text !== '') disagree('DELETE', asked, 'an empty body');
    },
  }),
);
