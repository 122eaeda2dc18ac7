import { describe, expect, it } from 'vitest';
import { claimIsOver, closingAt, dueAt } from '../../../../lib/domain/obligations.ts';
import { aConfig } from '../../../support/configs.ts';
import { aRecord, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

const { rooms } = aConfig();
const END = START + HOUR;
const deleting = aConfig({
  TELECONSULTATION_DELETE_UPLOADS: 'true',
  UPLOADS_GRACE_MS: '1000',
  ROOM_CLOSE_GRACE_MS: '5000',
});
const owed = (dueAtInstant: number) => ({ roomId: 'room-0', files: false, dueAt: dueAtInstant, attempts: 0 });

describe('a job looks at a record', () => {
  it('never, as long as nothing is owed', () => {
    expect(dueAt(aRecord(), rooms)).toBeNull();
    expect(dueAt(aRecord({ state: 'TRASH' }), rooms)).toBeNull();
  });

  it('never, where there is no room to look after', () => {
    expect(dueAt(aRecord(), deleting.rooms)).toBeNull();
    expect(closingAt(aRecord(), rooms)).toBeNull();
  });

  it('a day after the end, to close its room', () => {
    expect(dueAt(withRoom(), rooms)).toBe(END + 24 * HOUR);
  });

  it('when the first of its grace periods is over, if files are to go as well', () => {
    expect(dueAt(withRoom(), deleting.rooms)).toBe(END + 1000);
    expect(dueAt(withRoom(), { ...deleting.rooms, uploadsGraceMs: 9000 })).toBe(END + 5000);
    expect(dueAt(withRoom(), { ...deleting.rooms, deleteUploads: false })).toBe(END + 5000);
  });

  it('and leaves the files once they are gone, and the room once it is closed', () => {
    const done = { roomId: 'room-1', filesClearedAt: END, closedAt: null, attempts: 0, notBefore: 0 };
    const due = (upkeep: Partial<typeof done> | { closedAt: number }) =>
      dueAt({ ...withRoom(), upkeep: { ...done, ...upkeep } }, deleting.rooms);
    expect(due({})).toBe(END + 5000);
    expect(due({ closedAt: END + 5000 })).toBeNull();
    expect(due({ roomId: 'a room before that' })).toBe(END + 1000);
  });

  it('not before the time that it set itself after a failure', () => {
    const failed = { roomId: 'room-1', filesClearedAt: null, closedAt: null, attempts: 2, notBefore: END + 7000 };
    expect(dueAt({ ...withRoom(), upkeep: failed }, deleting.rooms)).toBe(END + 7000);
    expect(dueAt({ ...withRoom(), upkeep: { ...failed, notBefore: END } }, deleting.rooms)).toBe(END + 1000);
  });

  it('not for the sake of a room whose call never ends', () => {
    expect(dueAt({ ...withRoom(), endDate: null }, rooms)).toBeNull();
  });

  it('when the first room that has to go is due', () => {
    expect(dueAt(aRecord({ state: 'TRASH', owed: [owed(70), owed(50), owed(60)] }), rooms)).toBe(50);
    expect(dueAt({ ...withRoom(), owed: [owed(END)] }, rooms)).toBe(END);
    expect(dueAt({ ...withRoom(), owed: [owed(END + 48 * HOUR)] }, rooms)).toBe(END + 24 * HOUR);
  });

  it('when the owner of a claim cannot be alive any more', () => {
    const claim = { operation: 'o', until: START };
    expect(dueAt(aRecord({ claim }), rooms)).toBeGreaterThan(START);
    expect(dueAt(aRecord({ claim }), rooms)).toBeLessThanOrEqual(START + 60_000);
    expect(dueAt(aRecord({ claim, owed: [owed(START - 1)] }), rooms)).toBe(START - 1);
    const due = dueAt(aRecord({ claim }), rooms) ?? 0;
    expect([claimIsOver(claim, due - 1), claimIsOver(claim, due)]).toEqual([false, true]);
  });

  it('a while after a booking failed that nobody repeated', () => {
    const failed = aRecord({ state: 'CREATING', participants: [], updatedAt: START });
    expect(dueAt(failed, rooms)).toBe(START + 15 * 60_000);
    const running = { ...failed, claim: { operation: 'o', until: START + 60_000 } };
    expect(dueAt(running, rooms)).toBeLessThan(START + 120_000);
  });
});
