import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { refreshActivity, refreshDueActivity } from '../../lib/domain/activity.ts';
import type { Scope } from '../../lib/domain/ports.ts';
import type { Teleconsultation } from '../../lib/domain/teleconsultation.ts';
import { aBooking } from '../support/bookings.ts';
import { aHeldCall } from '../support/calls.ts';
import { mrBianchi } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** Looking at a room: what overlaps, fails or is left, on the real store. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  await world.simulator.reset();
});

const recordOf = async (id: string): Promise<Teleconsultation> => {
  const record = await world.scope().records.find(id);
  if (record === undefined) throw new Error('no such record');
  return record;
};
const watchOf = (id: string) => world.scope().activities.find(id);
const now = { startsIn: '-1 minute', lasts: '1 hour' };
const HOUR = 3_600_000;

/** A scope whose look at the room waits until it is let go. */
const aSlowScope = (): { scope: Scope; asked: Promise<void>; letGo(): void } => {
  const scope = world.scope();
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const readRoom: Scope['kaleyra']['readRoom'] = async (...parameters) => {
    const details = await scope.kaleyra.readRoom(...parameters);
    asked.resolve();
    await gate.promise;
    return details;
  };
  return { scope: { ...scope, kaleyra: { ...scope.kaleyra, readRoom } }, asked: asked.promise, letGo: gate.resolve };
};

it('of two that overlap, the one begun last counts, whichever ends last', async () => {
  const { id, roomId, sessionId } = await aHeldCall(world, now, { end: false });
  const record = await recordOf(id);
  const slow = aSlowScope();
  const older = refreshActivity(slow.scope, record);
  await slow.asked;
  // The call ends while the older look holds an answer that says it runs.
  await world.simulator.playCall({ roomId, sessionId, durationSeconds: 60, webhooks: false });
  expect(await refreshActivity(world.scope(), record)).toBe('seen');
  const after = await watchOf(id);
  slow.letGo();
  expect(await older).toBe('overtaken');
  expect(await watchOf(id)).toEqual(after);
  expect(after?.seen?.sessions).toMatchObject([{ id: sessionId, durationInSeconds: 60 }]);
});

it('one whose newer rival comes to nothing is forgotten too, and stays due', async () => {
  const { id } = await aHeldCall(world, now);
  const record = await recordOf(id);
  const slow = aSlowScope();
  const older = refreshActivity(slow.scope, record);
  await slow.asked;
  await world.simulator.fault({ path: '/v2/sessions', status: 404 });
  expect(await refreshActivity(world.scope(), record)).toBe('left due');
  slow.letGo();
  expect(await older).toBe('overtaken');
  expect(await watchOf(id)).toMatchObject({ seen: undefined, dueAt: expect.any(Number) });
});

it('many at once agree with the room', async () => {
  const { id, sessionId } = await aHeldCall(world, now);
  const record = await recordOf(id);
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => refreshActivity(world.scope(), record)));
  expect(outcomes).toContain('seen');
  const watch = await watchOf(id);
  expect(watch?.dueAt).toBeNull();
  expect(watch?.seen?.sessions.map(session => session.id)).toEqual([sessionId]);
});

it('a job makes up for one that failed once it is due, and waits longer each time', async () => {
  const { id, sessionId } = await aHeldCall(world, now);
  const record = await recordOf(id);
  await world.simulator.fault({ path: '/v2/sessions', status: 404, times: 3 });
  expect(await refreshActivity(world.scope(), record)).toBe('left due');
  expect(await refreshDueActivity(world.scope(), record)).toBe('not due');
  const waits: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    world.clock.moveTo((await watchOf(id))?.dueAt ?? 0);
    const begun = world.clock.now();
    expect(await refreshDueActivity(world.scope(), record)).toBe('left due');
    waits.push(Math.round((((await watchOf(id))?.dueAt ?? 0) - begun) / 60_000));
  }
  expect(waits).toEqual([2, 4]);
  world.clock.moveBy(HOUR);
  expect(await refreshDueActivity(world.scope(), record)).toBe('seen');
  expect(await watchOf(id)).toMatchObject({ dueAt: null, attempts: 0, seen: { sessions: [{ id: sessionId }] } });
  expect(await refreshDueActivity(world.scope(), record)).toBe('not due');
});

it('a call whose end was never told is looked for after its planned end', async () => {
  const { id, roomId, sessionId } = await aHeldCall(world, now, { end: false });
  const record = await recordOf(id);
  await refreshActivity(world.scope(), record);
  expect((await watchOf(id))?.dueAt).toBe((record.endDate ?? 0) + 5 * 60_000);
  await world.simulator.playCall({ roomId, sessionId, durationSeconds: 60, webhooks: false });
  world.clock.moveBy(2 * HOUR);
  expect(await refreshDueActivity(world.scope(), record)).toBe('seen');
  const { body } = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
  expect(body).toMatchObject({ teleconsultationState: 'ended', sessions: [{ sessionId, durationInSeconds: 60 }] });
});

it('a record that lost its room meanwhile leaves the index', async () => {
  const { id } = await aHeldCall(world, now);
  await world.simulator.fault({ path: '/v2/sessions', status: 404 });
  await refreshActivity(world.scope(), await recordOf(id));
  await world.api.delete(`/teleconsultation/${id}`);
  world.clock.moveBy(HOUR);
  expect(await refreshDueActivity(world.scope(), await recordOf(id))).toBe('no room');
  expect((await watchOf(id))?.dueAt).toBeNull();
  expect(await refreshActivity(world.scope(), await recordOf(id))).toBe('no room');
});

it('a room that is gone is noted, and what was seen of its calls stays', async () => {
  const { id, roomId, sessionId } = await aHeldCall(world, now);
  const record = await recordOf(id);
  await refreshActivity(world.scope(), record);
  const headers = { apikey: String(world.env.BANDYER_API_SECRET_KEY) };
  await fetch(`${world.simulator.url}/v2/rooms/${roomId}`, { method: 'DELETE', headers });
  world.logs.length = 0;
  expect(await refreshActivity(world.scope(), record)).toBe('seen');
  expect(await watchOf(id)).toMatchObject({ seen: { details: null, sessions: [{ id: sessionId }] } });
  expect(world.logs.map(line => JSON.parse(line).event)).toContain('room.missing');
  const reply = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
  expect(reply.body).toMatchObject({ teleconsultationState: 'ended', details: { status: 'NOT_RUNNING' } });
});

it('what was seen last serves for the details while Kaleyra does not answer', async () => {
  const { id } = await aHeldCall(world, now, { end: false });
  await refreshActivity(world.scope(), await recordOf(id));
  await world.simulator.fault({ path: '/v2/rooms', status: 503, times: 9 });
  const { body } = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
  expect(body).toMatchObject({ details: { status: 'RUNNING' }, accessLinkURL: expect.stringMatching(/^http/) });
  await world.simulator.clearFaults();
});

it('one that lies in the table in another shape hides nothing, and is written anew', async () => {
  const id = await aBooking(world, now);
  const TableName = world.deps.config.table;
  await world.client.send(new PutCommand({ TableName, Item: { pk: id, sk: 'activity', look: 7, seen: 'nonsense' } }));
  const { body } = await world.api.as(mrBianchi).get(`/teleconsultation/${id}`);
  expect(body).toMatchObject({ accessLinkURL: expect.stringMatching(/^http/), teleconsultationState: 'scheduled' });
  expect(await refreshActivity(world.scope(), await recordOf(id))).toBe('seen');
  expect(await watchOf(id)).toMatchObject({ seen: { sessions: [] }, dueAt: null });
});
