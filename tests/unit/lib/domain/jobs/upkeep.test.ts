import { describe, expect, it } from 'vitest';
import { keepUp } from '../../../../../lib/domain/jobs/upkeep.ts';
import type { Activity, ActivityStore } from '../../../../../lib/domain/progress.ts';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, DETAILS, HOUR, START, withRoom } from '../../../../support/teleconsultations.ts';

const MINUTE = 60_000;
const END = START + HOUR;
const CLOSING = END + 24 * HOUR;
const config = aConfig({ TELECONSULTATION_DELETE_UPLOADS: 'true' });
const keeping = aConfig();

const KNOWN: Activity = { roomId: 'room-1', lookedAt: 0, details: DETAILS, sessions: [] };
const upkeep = (parts = {}) => ({
  roomId: 'room-1',
  filesClearedAt: null,
  closedAt: null,
  attempts: 0,
  notBefore: 0,
  ...parts,
});

const lookingAfter = async (
  now: number,
  { record = withRoom(), ...options }: NonNullable<Parameters<typeof aRoomsWorld>[0]> = {},
  rooms = config.rooms,
) => {
  const { scope, world } = aRoomsWorld({
    record,
    now,
    details: () => DETAILS,
    files: { 'room-1': ['file-1'] },
    ...options,
  });
  const outcome = await keepUp(scope, record, KNOWN, rooms);
  return { outcome, world, calls: world.journal.filter(call => call !== 'change'), after: world.stored?.upkeep };
};

describe('a room that is not due', () => {
  it.each<[string, number, Teleconsultation]>([
    ['before its files are to go', END + HOUR - 1, withRoom()],
    ['while somebody makes another one', END + HOUR, withRoom(aRecord({ claim: { operation: 'x', until: CLOSING } }))],
    ['that is not there', END + HOUR, aRecord()],
    ['of which everything is done', CLOSING, withRoom(aRecord({ upkeep: upkeep({ filesClearedAt: 1, closedAt: 1 }) }))],
  ])('is left alone: %s', async (_, now, record) => {
    const { outcome, world } = await lookingAfter(now, { record });
    expect([outcome, world.journal]).toEqual(['not due', []]);
  });
});

describe('the files of a call that is over', () => {
  it('go after an hour, the room stays open', async () => {
    const { outcome, calls, after, world } = await lookingAfter(END + HOUR);
    expect(outcome).toBe('cleared');
    expect(calls).toEqual(['readRoom room-1', 'listUploads room-1', 'deleteUpload file-1', 'listUploads room-1']);
    expect(after).toEqual(upkeep({ filesClearedAt: END + HOUR, notBefore: END + HOUR }));
    expect(world.stored?.room?.details.disabled).toBe(false);
  });

  it('are tried again a little later each time', async () => {
    const record = withRoom(aRecord({ upkeep: upkeep({ attempts: 2 }) }));
    const { outcome, after } = await lookingAfter(END + HOUR, {
      record,
      failing: { deleteUpload: kaleyraFails(500) },
    });
    expect([outcome, after]).toEqual(['failed', upkeep({ attempts: 3, notBefore: END + HOUR + 4 * MINUTE })]);
  });

  it('that went once and could not go again are known to have gone once', async () => {
    const record = withRoom(aRecord({ upkeep: upkeep({ filesClearedAt: START + 1 }) }));
    const { after } = await lookingAfter(END + HOUR, { record, failing: { deleteUpload: kaleyraFails(500) } });
    expect(after).toMatchObject({ filesClearedAt: START + 1, attempts: 1 });
  });

  it('that are only due after the claim of somebody has run out go then', async () => {
    const record = withRoom(aRecord({ claim: { operation: 'dead', until: END } }));
    expect((await lookingAfter(END + HOUR, { record })).outcome).toBe('cleared');
  });
});

describe('a room a day after its call', () => {
  it('is disabled first, so that nobody adds a file behind the deletion', async () => {
    const { outcome, calls, after, world } = await lookingAfter(CLOSING);
    expect([outcome, calls.slice(0, 3)]).toEqual([
      'closed',
      ['readRoom room-1', 'disableRoom room-1', 'listUploads room-1'],
    ]);
    expect(after).toEqual(upkeep({ filesClearedAt: CLOSING, closedAt: CLOSING, notBefore: CLOSING }));
    expect(world.stored?.room?.details).toEqual({ ...DETAILS, disabled: true });
  });

  it('is closed without a look at its files where those are to stay', async () => {
    const { outcome, calls, after } = await lookingAfter(CLOSING, {}, keeping.rooms);
    expect([outcome, calls]).toEqual(['closed', ['readRoom room-1', 'disableRoom room-1']]);
    expect(after).toEqual(upkeep({ closedAt: CLOSING, notBefore: CLOSING }));
  });

  it('is closed although a file is left, which stays due', async () => {
    const { outcome, after } = await lookingAfter(CLOSING, { failing: { deleteUpload: kaleyraFails(500) } });
    expect(outcome).toBe('failed');
    expect(after).toEqual(upkeep({ closedAt: CLOSING, attempts: 1, notBefore: CLOSING + MINUTE }));
    const record = withRoom(aRecord({ upkeep: upkeep({ attempts: 2 }) }));
    const again = await lookingAfter(CLOSING, { record, failing: { deleteUpload: kaleyraFails(500) } });
    expect(again.after).toMatchObject({ attempts: 3, notBefore: CLOSING + 4 * MINUTE });
    const { outcome: cutOff } = await lookingAfter(CLOSING, {
      failing: { deleteUpload: kaleyraFails(500) },
      signal: AbortSignal.abort(),
    });
    expect(cutOff).toBe('cut off');
  });

  it('is closed as soon as it is gone after its end, and not before', async () => {
    const gone = { details: () => undefined };
    expect((await lookingAfter(END + HOUR, gone)).after).toMatchObject({ closedAt: END + HOUR });
    const soon = { ...config.rooms, uploadsGraceMs: -HOUR };
    expect((await lookingAfter(END - 1, gone, soon)).after).toMatchObject({ closedAt: null, filesClearedAt: END - 1 });
    expect((await lookingAfter(END, gone, soon)).after).toMatchObject({ closedAt: END });
  });

  it('stays closed when its files go later', async () => {
    const record = withRoom(aRecord({ upkeep: upkeep({ closedAt: CLOSING }) }));
    const { outcome, calls, after } = await lookingAfter(CLOSING + 5, { record });
    expect([outcome, calls.includes('disableRoom room-1')]).toEqual(['cleared', false]);
    expect(after).toMatchObject({ closedAt: CLOSING, filesClearedAt: CLOSING + 5 });
  });
});

describe('a room with somebody in it', () => {
  const running = { details: () => ({ ...DETAILS, status: 'RUNNING' }) };

  it('is looked at again a quarter of an hour later, and nothing of it goes', async () => {
    const { outcome, calls, after, world } = await lookingAfter(END + HOUR, running);
    expect([outcome, calls]).toEqual(['postponed', ['readRoom room-1']]);
    expect(after).toEqual(upkeep({ notBefore: END + HOUR + 15 * MINUTE }));
    expect([world.stored?.room?.details.status, world.logs]).toEqual(['RUNNING', []]);
  });

  it('is worth a word when the call goes on a day after its end', async () => {
    const { world } = await lookingAfter(CLOSING, running);
    const told = { teleconsultationId: 'd'.repeat(24), roomId: 'room-1', durationMs: 24 * HOUR };
    expect(world.logs).toEqual([['room.still_running', told]]);
  });
});

describe('what Kaleyra says of the room', () => {
  const looks = (begun: unknown[]): Partial<ActivityStore> => ({
    begin: async (id, look) => {
      begun.push(id);
      return { seen: undefined, look: look.look, dueAt: null, attempts: 0 };
    },
    finish: async () => 'done',
  });

  it('is kept with it', async () => {
    const { world } = await lookingAfter(END + HOUR, { details: () => ({ ...DETAILS, recordingStatus: 'started' }) });
    expect(world.stored?.room?.details.recordingStatus).toBe('started');
  });

  it('leads to a look at its calls where no event had told of them', async () => {
    const begun: unknown[] = [];
    const news = { details: () => ({ ...DETAILS, durationUsedInSeconds: 60 }), activities: looks(begun) };
    expect((await lookingAfter(END + HOUR, news)).outcome).toBe('cleared');
    const nothing: unknown[] = [];
    await lookingAfter(END + HOUR, { activities: looks(nothing) });
    expect([begun, nothing]).toEqual([['d'.repeat(24)], []]);
  });

  it('is no word worth where a call without a planned end goes on', async () => {
    const record = withRoom(aRecord({ endDate: null }));
    const over = { id: 's', startedAt: START, durationInSeconds: 60, kaleyraIds: [], overSince: START };
    const { scope, world } = aRoomsWorld({ record, now: CLOSING, details: () => ({ ...DETAILS, status: 'RUNNING' }) });
    expect(await keepUp(scope, record, { ...KNOWN, sessions: [over] }, config.rooms)).toBe('postponed');
    expect(world.logs).toEqual([]);
  });
});

describe('when Kaleyra fails', () => {
  const failing = { readRoom: kaleyraFails(500) };

  it('the room is looked at again later, and what is stored of it stays', async () => {
    const { outcome, after, world } = await lookingAfter(END + HOUR, { failing });
    expect([outcome, after]).toEqual(['failed', upkeep({ attempts: 1, notBefore: END + HOUR + MINUTE })]);
    expect(world.stored?.room).toEqual(withRoom().room);
    const told = expect.objectContaining({ teleconsultationId: 'd'.repeat(24), roomId: 'room-1' });
    expect(world.logs).toEqual([['room.upkeep_failed', told]]);
  });

  it('at the end of the run it has not failed: it stays due as before, and nothing is told', async () => {
    const { outcome, world } = await lookingAfter(END + HOUR, { failing, signal: AbortSignal.abort() });
    expect([outcome, world.stored, world.logs]).toEqual(['cut off', withRoom(), []]);
  });
});

describe('what was done is noted', () => {
  const faster = (change: Partial<Teleconsultation>, times = 1) => ({
    meanwhile: (write: number, stored: Teleconsultation) =>
      write <= times ? { ...stored, ...change, version: stored.version + 1 } : stored,
  });

  it('on top of what somebody else wrote, five times', async () => {
    const { world } = await lookingAfter(END + HOUR, faster({ revision: 7 }, 4));
    expect(world.stored).toMatchObject({ revision: 7, upkeep: { filesClearedAt: END + HOUR } });
    const { world: never } = await lookingAfter(END + HOUR, faster({}, 99));
    expect(never.journal.filter(call => call === 'change')).toHaveLength(5);
  });

  it('nowhere where the record is gone', async () => {
    const { outcome, world } = await lookingAfter(END + HOUR, { meanwhile: () => undefined });
    expect([outcome, world.logs]).toEqual(['cleared', []]);
  });

  it.each<[string, Partial<Teleconsultation>]>([
    ['has no room any more', { room: null }],
    ['is being changed', { claim: { operation: 'x', until: CLOSING } }],
  ])('unless the record %s', async (_, change) => {
    const { world } = await lookingAfter(END + HOUR, faster(change));
    expect(world.stored?.upkeep).toBeNull();
  });
});
