import { describe, expect, it } from 'vitest';
import { type CleanupOptions, cleanupUploads } from '../../../../../lib/domain/jobs/cleanup-uploads.ts';
import type { Owed, Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { storeUnavailable } from '../../../../../lib/errors.ts';
import { kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, DETAILS, HOUR, START } from '../../../../support/teleconsultations.ts';
import { aWatch, booked, idIn, listed, RUN_MS, throttled } from './situations.ts';
import { aJobWorld, type JobWorld } from './support.ts';

const END = START + HOUR;
const OVER = END + HOUR;
const [a, b, c] = [idIn('a'), idIn('b'), idIn('c')];
const NOTHING = { seen: 0, deleted: 0, failed: 0, left: 0, dryRun: false };
const COUNTS = { records: 0, cleared: 0, closed: 0, postponed: 0, roomsFailed: 0, recordsFailed: 0, dryRun: 0 };

const cleaning = async (options: JobWorld, order: CleanupOptions = {}) => {
  const environment = { TELECONSULTATION_DELETE_UPLOADS: 'true', ...options.environment };
  const job = aJobWorld({ now: OVER, rooms: [listed('room-a', a), listed('room-b', b)], ...options, environment });
  const outcome = await cleanupUploads(job.scope, order, job.world.now + RUN_MS);
  const done = job.told.find(([, event]) => event === 'cleanup.done');
  return { outcome, counts: done?.[2], ...job };
};
const told = (counts: object) => ({ counts: { seen: 0, deleted: 0, failed: 0, left: 0, ...COUNTS, ...counts } });

describe('the files of a call that is over', () => {
  const one: JobWorld = { records: [booked(a)], files: { 'room-a': ['file-1', 'file-2'] } };

  it('go, and are counted', async () => {
    const { outcome, counts, world } = await cleaning(one);
    expect(outcome).toEqual({ ...NOTHING, seen: 2, deleted: 2 });
    expect(counts).toEqual(told({ seen: 2, deleted: 2, records: 1, cleared: 1 }));
    expect(world.records.get(a)?.upkeep).toMatchObject({ filesClearedAt: OVER, closedAt: null });
  });

  it('go with the room a day later', async () => {
    const { outcome, counts, world } = await cleaning({ ...one, now: END + 24 * HOUR });
    expect([outcome, counts]).toEqual([
      { ...NOTHING, seen: 2, deleted: 2 },
      told({ seen: 2, deleted: 2, records: 1, closed: 1 }),
    ]);
    expect(world.records.get(a)?.upkeep).toMatchObject({ closedAt: END + 24 * HOUR });
  });

  it('stay while somebody is in the room, which counts as one file', async () => {
    const { outcome, counts } = await cleaning({ ...one, details: { 'room-a': { status: 'RUNNING' } } });
    expect([outcome, counts]).toEqual([
      { ...NOTHING, seen: 1, left: 1 },
      told({ seen: 1, left: 1, records: 1, postponed: 1 }),
    ]);
  });

  it('that Kaleyra does not delete have failed', async () => {
    const { outcome, counts } = await cleaning({ ...one, failing: { 'deleteUpload file-1': kaleyraFails(500) } });
    expect(outcome).toEqual({ ...NOTHING, seen: 2, deleted: 1, failed: 1 });
    expect(counts).toEqual(told({ seen: 2, deleted: 1, failed: 1, records: 1, roomsFailed: 1 }));
  });

  it('that cannot even be listed count as one that failed', async () => {
    const { outcome } = await cleaning({ ...one, failing: { listUploads: kaleyraFails(500) } });
    expect(outcome).toEqual({ ...NOTHING, seen: 1, failed: 1 });
  });

  it('are left where the run is at its end', async () => {
    const { outcome, counts } = await cleaning({
      ...one,
      records: [booked(a), booked(b), booked(c)],
      failing: { 'deleteUpload file-1': throttled },
    });
    expect(outcome).toEqual({ ...NOTHING, seen: 3, left: 3 });
    expect(counts).toEqual(told({ seen: 3, left: 3, records: 2, cleared: 1 }));
  });

  it.each([
    ['on order', { dryRun: true }, {}],
    ['by the settings', {}, { CLEANUP_DRY_RUN: 'true' }],
  ])('are counted alike in a dry run %s, and stay', async (_, order, environment) => {
    const { outcome, counts, calls, world } = await cleaning({ ...one, environment }, order);
    expect(outcome).toEqual({ ...NOTHING, seen: 2, deleted: 2, dryRun: true });
    expect(counts).toEqual(told({ seen: 2, deleted: 2, records: 1, cleared: 1, dryRun: 1 }));
    expect([calls('deleteUpload', 'change'), world.records.get(a)]).toEqual([[], booked(a)]);
  });

  it('go although the settings only look, where the order says so', async () => {
    const { calls } = await cleaning({ ...one, environment: { CLEANUP_DRY_RUN: 'true' } }, { dryRun: false });
    expect(calls('deleteUpload')).toHaveLength(2);
  });
});

describe('another grace than that of the settings', () => {
  const one: JobWorld = { records: [booked(a)], files: { 'room-a': ['file-1'] } };

  it('makes due what stands further ahead in the index', async () => {
    const now = END + 60_000;
    const { outcome, calls } = await cleaning({ ...one, now }, { graceMs: 60_000 });
    expect(outcome).toEqual({ ...NOTHING, seen: 1, deleted: 1 });
    expect(calls('findDue')).toContain(`findDue a ${now + HOUR - 60_000} 25 `);
  });

  it('that is longer leaves files that the settings would not', async () => {
    const { outcome, calls } = await cleaning(one, { graceMs: HOUR + 1 });
    expect(outcome).toEqual(NOTHING);
    expect(calls('findDue')).toContain(`findDue a ${OVER} 25 `);
  });
});

describe('what is due and has no room', () => {
  it('is nothing to clean', async () => {
    const record = aRecord({ id: a, claim: { operation: 'dead', until: START } });
    const { outcome, counts, calls } = await cleaning({ records: [record] });
    expect([outcome, counts, calls('look')]).toEqual([NOTHING, told({ records: 1 }), [`look ${a}`]]);
  });

  it('is forgotten where there is no record any more', async () => {
    const { outcome, calls, told: lines } = await cleaning({ orphans: [b] });
    expect([outcome, calls('forget', 'readRoom')]).toEqual([NOTHING, [`forget ${b}`]]);
    expect(lines).toContainEqual(['info', 'record.forgotten', { teleconsultationId: b }]);
  });
});

describe('a record that cannot be read', () => {
  it('counts as one file that failed, and holds back no other', async () => {
    const { outcome, counts } = await cleaning({
      records: [booked(a), booked(b)],
      files: { 'room-b': ['file-1'] },
      failing: { [`look ${a}`]: storeUnavailable(undefined) },
    });
    expect(outcome).toEqual({ ...NOTHING, seen: 2, deleted: 1, failed: 1 });
    expect(counts).toEqual(told({ seen: 2, deleted: 1, failed: 1, records: 1, cleared: 1, recordsFailed: 1 }));
  });
});

describe('rooms that are owed with their files', () => {
  const owe = (roomId: string | null, parts: Partial<Owed> = {}): Owed => ({
    roomId,
    files: true,
    dueAt: OVER,
    attempts: 0,
    ...parts,
  });
  const owing = (...owed: Owed[]): Teleconsultation => aRecord({ id: a, owed });
  const files = { old: ['file-1', 'file-2'] };

  it('are cleared and removed', async () => {
    const { outcome, world, calls } = await cleaning({ records: [owing(owe('old'))], files });
    expect(outcome).toEqual({ ...NOTHING, seen: 2, deleted: 2 });
    expect([world.records.get(a)?.owed, calls('deleteRoom')]).toEqual([[], ['deleteRoom old']]);
  });

  it.each([
    ['without files', owe('old', { files: false })],
    ['later', owe('old', { dueAt: OVER + 1 })],
  ])('are left to others: those %s', async (_, owed) => {
    // Something else makes the record due.
    const record = { ...owing(owed), claim: { operation: 'dead', until: START } };
    const { outcome, calls } = await cleaning({ records: [record], files });
    expect([outcome, calls('deleteRoom', 'disableRoom')]).toEqual([NOTHING, []]);
  });

  it('count as failed where they stay owed, each by itself', async () => {
    const { outcome } = await cleaning({
      records: [owing(owe('old'), owe('older'))],
      files,
      failing: { 'disableRoom older': kaleyraFails(500) },
    });
    expect(outcome).toEqual({ ...NOTHING, seen: 3, deleted: 2, failed: 1 });
  });

  it('and that nobody has found yet are no file', async () => {
    const { outcome, world } = await cleaning({ records: [owing(owe(null))], rooms: [] });
    expect([outcome, world.records.get(a)?.owed]).toMatchObject([NOTHING, [{ roomId: null, attempts: 1 }]]);
  });

  it('are left where the run is at its end', async () => {
    const { outcome } = await cleaning({ records: [owing(owe('old'))], files, failing: { disableRoom: throttled } });
    expect(outcome).toEqual({ ...NOTHING, seen: 1, left: 1 });
  });
});

describe('the room of which the files are gone', () => {
  const seen = { roomId: 'room-a', lookedAt: END, details: DETAILS, sessions: [] };
  const looks = async (options: JobWorld) => {
    const { calls, world } = await cleaning({ records: [booked(a)], ...options });
    return { looked: calls('listSessions'), watch: world.watches.get(a) };
  };

  it('is looked at again where a look was due, which then says when the next one is', async () => {
    const { looked, watch } = await looks({ watches: { [a]: aWatch({ dueAt: OVER }) } });
    expect([looked, watch?.dueAt]).toEqual([['listSessions room-a'], null]);
    expect((await looks({ watches: { [a]: aWatch({ seen, dueAt: OVER + 1 }) } })).looked).toEqual([]);
  });

  it('is looked at again once it is closed, if anybody had seen it open', async () => {
    const now = END + 24 * HOUR;
    expect((await looks({ now, watches: { [a]: aWatch({ seen }) } })).looked).toEqual(['listSessions room-a']);
    expect((await looks({ now, watches: { [a]: aWatch() } })).looked).toEqual([]);
    expect((await looks({ now })).looked).toEqual([]);
  });

  it('is not looked at while its files are still there', async () => {
    const failing = { listUploads: kaleyraFails(500) };
    expect((await looks({ failing, watches: { [a]: aWatch({ dueAt: OVER }) } })).looked).toEqual([]);
  });

  it('may be gone with its record', async () => {
    let reads = 0;
    const { outcome, told: lines } = await cleaning({
      records: [booked(c)],
      rooms: [listed('room-c', c)],
      onCall: (call, { records }) => {
        if (call === `look ${c}` && ++reads === 2) records.delete(c);
      },
    });
    expect([outcome, lines.filter(([level]) => level === 'error')]).toEqual([NOTHING, []]);
  });

  it('is due as soon as its last call was seen to be over', async () => {
    const over = { id: 's', startedAt: START, durationInSeconds: 60, kaleyraIds: [], overSince: START + 60_000 };
    const watch = aWatch({ seen: { ...seen, sessions: [over] }, dueAt: START + 60_000 + HOUR });
    const { outcome } = await cleaning({
      now: START + 60_000 + HOUR,
      records: [booked(a)],
      files: { 'room-a': ['file-1'] },
      watches: { [a]: watch },
    });
    expect(outcome).toEqual({ ...NOTHING, seen: 1, deleted: 1 });
  });
});
