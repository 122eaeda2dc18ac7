import { describe, expect, it } from 'vitest';
import { lookAlong, makeRoomAgain } from '../../../../../lib/domain/jobs/lost-rooms.ts';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, HOUR, START } from '../../../../support/teleconsultations.ts';
import { booked, idIn, listed } from './situations.ts';
import { aJobWorld, type JobWorld } from './support.ts';

const END = START + HOUR;
const [a, b, c] = [idIn('a'), idIn('b'), idIn('c')];
const FIRST = { shard: '0', after: null };
const NONE = { records: 0, rooms: 0, lost: [], people: 0, madeUpFor: 0, failed: 0, next: FIRST };

const looking = async (options: JobWorld, from: Parameters<typeof lookAlong>[1] = FIRST) => {
  const job = aJobWorld(options);
  return { looked: await lookAlong(job.scope, from), ...job };
};

const closed = { roomId: 'room-a', filesClearedAt: null, closedAt: END, attempts: 0, notBefore: 0 };
const owed = [{ roomId: 'old', files: false, dueAt: 1, attempts: 0 }];

describe('a room that is there', () => {
  const rooms = [listed('room-a', a)];

  it('is asked for, and nothing else is done', async () => {
    const { looked, calls } = await looking({ records: [booked(a)], rooms });
    expect(looked).toEqual({ ...NONE, records: 1, rooms: 1, next: { shard: '1', after: null } });
    expect([calls('readRoom'), calls('listSessions')]).toEqual([['readRoom room-a'], []]);
  });

  it('and had a call of which no event told is made up for', async () => {
    const details = { 'room-a': { durationUsedInSeconds: 9 } };
    const { looked, calls } = await looking({ records: [booked(a)], rooms, details });
    expect([looked.madeUpFor, calls('listSessions')]).toEqual([1, ['listSessions room-a']]);
    const seen = { roomId: 'room-a', lookedAt: START, details: null, sessions: [] };
    const known = { [a]: { look: 'x', seen, dueAt: null, attempts: 0 } };
    expect((await looking({ records: [booked(a)], rooms, watches: known })).looked.madeUpFor).toBe(1);
  });

  it('shows people who were never created, who are created', async () => {
    const { looked, calls } = await looking({ records: [booked(a)], rooms, unconfirmed: ['dr-rossi', 'mr-bianchi'] });
    expect([looked.people, calls('createUser').length]).toEqual([2, 2]);
  });
});

describe('a room that is gone', () => {
  it.each<[string, Teleconsultation, number]>([
    ['before its end', booked(a), END - 1],
    ['of a call without an end', booked(a, 'room-a', { endDate: null, owed }), END + HOUR],
  ])('is lost: %s', async (_, record, now) => {
    const { looked } = await looking({ records: [record], now });
    expect(looked).toMatchObject({ rooms: 1, lost: [a] });
  });

  it('at its end is not missed', async () => {
    expect((await looking({ records: [booked(a)], now: END })).looked).toMatchObject({ rooms: 1, lost: [] });
  });

  it.each<[string, Partial<Teleconsultation>]>([
    ['is cancelled', { state: 'TRASH', owed }],
    ['is being made', { state: 'CREATING' }],
    ['is being changed', { claim: { operation: 'x', until: END } }],
    ['is not complete', { expected: 3 }],
    ['is closed', { upkeep: closed, owed }],
    ['has no room', { room: null, owed }],
  ])('is not even asked for where the record %s', async (_, parts) => {
    const { looked, calls } = await looking({ records: [{ ...booked(a), ...parts }] });
    expect([looked.records, looked.rooms, calls('readRoom')]).toEqual([1, 0, []]);
  });

  it('may be that of a record that is gone too', async () => {
    expect((await looking({ orphans: [a] })).looked).toMatchObject({ records: 1, rooms: 0, failed: 0 });
  });
});

describe('a question that Kaleyra does not answer', () => {
  const failing = { 'readRoom room-a': kaleyraFails(500) };

  it('is a failure, and holds back no other', async () => {
    const { looked, told } = await looking({ records: [booked(a), booked(b)], failing });
    expect(looked).toMatchObject({ rooms: 2, failed: 1, lost: [b] });
    expect(told).toMatchObject([
      ['warn', 'reconcile.room_not_read', { teleconsultationId: a, errorName: 'KaleyraError' }],
    ]);
  });

  it('at the end of the run is no failure, and asked again by the next one', async () => {
    const job = aJobWorld({
      records: [booked(a), booked(b)],
      failing,
      onCall: call => call === 'readRoom room-a' && job.stop.abort(),
    });
    const looked = await lookAlong(job.scope, FIRST);
    expect(looked).toMatchObject({ rooms: 1, failed: 0, next: { shard: 'a', after: null } });
    expect([job.told, job.calls('readRoom')]).toEqual([[], ['readRoom room-a']]);
  });
});

describe('the walk along our records', () => {
  const many = (shard: string, count: number): Teleconsultation[] =>
    Array.from({ length: count }, (_, number) => booked(idIn(shard, number), `room-${shard}-${number}`));

  it('goes once around, from where the last one stopped', async () => {
    const { looked, calls } = await looking({ records: [booked(a)] }, { shard: 'e', after: null });
    const asked = calls('findDue').map(call => call.split(' ')[1]);
    expect(asked.join('')).toBe('ef0123456789abcdef'.slice(0, 17));
    expect(calls('findDue')[0]).toBe('findDue e 9007199254740991 25 ');
    expect(looked.next).toEqual({ shard: 'f', after: null });
  });

  it('goes on behind a record, and looks at those before it last, each once', async () => {
    const { looked, calls } = await looking({ records: many('3', 30) }, { shard: '3', after: idIn('3', 9) });
    expect(calls('findDue')[0]).toBe(`findDue 3 9007199254740991 25 ${idIn('3', 9)}`);
    const looks = calls('look').map(call => Number(call.slice(-2)));
    const behind = Array.from({ length: 20 }, (_, index) => index + 10);
    expect(looks).toEqual([...behind, ...Array.from({ length: 10 }, (_, index) => index)]);
    expect(looked).toMatchObject({ records: 30, rooms: 30 });
  });

  it('stops after a hundred rooms, and says where', async () => {
    const { looked } = await looking({ records: [...many('3', 99), ...many('4', 30)] });
    expect(looked).toMatchObject({ records: 124, rooms: 124, next: { shard: '4', after: idIn('4', 24) } });
    const { looked: exactly } = await looking({ records: [...many('3', 100), ...many('4', 30)] });
    expect(exactly).toMatchObject({ rooms: 100, next: { shard: '4', after: null } });
  });

  it('stops after a thousand records', async () => {
    const roomless = (shard: string, count: number) => many(shard, count).map(one => ({ ...one, room: null, owed }));
    const { looked } = await looking({ records: [...roomless('3', 999), ...roomless('4', 30)] });
    expect(looked).toMatchObject({ records: 1024, rooms: 0, next: { shard: '4', after: idIn('4', 24) } });
    const { looked: exactly } = await looking({ records: [...roomless('3', 1000), ...roomless('4', 30)] });
    expect(exactly).toMatchObject({ records: 1000, next: { shard: '4', after: null } });
  });

  it('leaves one of the calls at a time to the list of rooms', async () => {
    const { scope } = aJobWorld({ records: many('3', 9), environment: { KALEYRA_MAX_CONCURRENCY: '3' } });
    let [running, most] = [0, 0];
    const findWithWatch: typeof scope.records.findWithWatch = async id => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return scope.records.findWithWatch(id);
    };
    await lookAlong({ ...scope, records: { ...scope.records, findWithWatch } }, FIRST);
    expect(most).toBe(2);
  });

  it('does not begin where the run is at its end', async () => {
    const job = aJobWorld({ records: [booked(a)] });
    job.stop.abort();
    expect(await lookAlong(job.scope, FIRST)).toEqual(NONE);
    expect(job.journal).toEqual([]);
  });
});

describe('the room of a record that has lost it', () => {
  const making = async (options: JobWorld) => {
    const job = aJobWorld(options);
    const outcome = await makeRoomAgain(job.scope, a).catch((error: unknown) => error);
    return { outcome, ...job, record: job.world.records.get(a) };
  };

  it('is made again for the same people, and that is told', async () => {
    const { outcome, record, told, calls } = await making({ records: [booked(a)] });
    expect(outcome).toBe(true);
    expect(record).toMatchObject({
      state: 'PUBLIC',
      claim: null,
      room: { id: 'made-1' },
      participants: booked(a).participants,
    });
    expect(calls('readRoom', 'createRoom')).toEqual(['readRoom room-a', `createRoom ${a}`]);
    expect(told).toEqual([['warn', 'room.made_again', { teleconsultationId: a, roomId: 'made-1' }]]);
  });

  it.each<[string, JobWorld]>([
    ['the record is gone', {}],
    ['it has no room', { records: [aRecord({ id: a })] }],
    ['its call is over', { records: [booked(a)], now: END }],
    ['it is being changed', { records: [booked(a, 'room-a', { claim: { operation: 'x', until: END } })] }],
    ['the room is there after all', { records: [booked(a)], rooms: [listed('room-a', a)] }],
  ])('is left as it is where %s', async (_, options) => {
    const { outcome, calls, told } = await making(options);
    expect([outcome, calls('change', 'createRoom'), told]).toEqual([false, [], []]);
  });

  it('is left to whoever changes the record meanwhile', async () => {
    const { outcome, record, told, calls } = await making({
      records: [booked(a)],
      onCall: (call, { records }) => {
        if (call === 'readRoom room-a') records.set(a, { ...booked(a), version: 9 });
      },
    });
    expect([outcome, record, calls('createRoom'), told]).toEqual([false, { ...booked(a), version: 9 }, [], []]);
  });

  it('is for different people: two that are one user at Kaleyra are named', async () => {
    const record = booked(a);
    const participants = record.participants.map(one => ({ ...one, kaleyraId: 'usr_same' }));
    const { outcome, calls } = await making({ records: [{ ...record, participants }] });
    expect(outcome).toMatchObject({
      message: 'Failed reconcile: two participants are the same user at the video service',
      details: [{ path: 'body.participants.data.1.userId' }],
    });
    expect(calls('createRoom')).toEqual([]);
  });

  it('that Kaleyra does not make stays lost, and the record is as it was', async () => {
    const failure = kaleyraFails(400);
    const { outcome, record } = await making({ records: [booked(a)], failing: { createRoom: failure } });
    expect(outcome).toBe(failure);
    expect(record).toMatchObject({ claim: null, room: { id: 'room-a' }, owed: [] });
  });
});

it('a room that is lost is told of with those that are there', async () => {
  const { looked } = await looking({ records: [booked(a), booked(b), booked(c)], rooms: [listed('room-b', b)] });
  expect(looked).toMatchObject({ records: 3, rooms: 3, lost: [a, c] });
});
