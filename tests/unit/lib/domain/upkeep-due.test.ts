import { describe, expect, it } from 'vitest';
import { nextUpkeep } from '../../../../lib/domain/obligations.ts';
import type { Activity } from '../../../../lib/domain/progress.ts';
import { aConfig } from '../../../support/configs.ts';
import { DETAILS, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

/** When the room of a call wants attention, with what was seen of its calls. */
const { rooms } = aConfig({ TELECONSULTATION_DELETE_UPLOADS: 'true' });
const END = START + HOUR;
const CLOSING = END + 24 * HOUR;

const seen = (overSince: number | null, status = 'NOT_RUNNING'): Activity => ({
  roomId: 'room-1',
  lookedAt: START + 7,
  details: { ...DETAILS, status },
  sessions: [{ id: 's', startedAt: START, durationInSeconds: 60, kaleyraIds: [], overSince }],
});
const cleared = (filesClearedAt: number | null, closedAt: number | null = null, notBefore = 0) => ({
  ...withRoom(),
  upkeep: { roomId: 'room-1', filesClearedAt, closedAt, attempts: 0, notBefore },
});

describe('the room of a call', () => {
  it('is looked after an hour after its last call was over, where that is before its end', () => {
    expect(nextUpkeep(withRoom(), rooms, seen(START + 600))).toBe(START + 600 + HOUR);
    expect(nextUpkeep(withRoom(), rooms, seen(END + 600))).toBe(END + HOUR);
    expect(nextUpkeep(withRoom(), rooms, seen(null, 'RUNNING'))).toBe(END + HOUR);
  });

  it('is looked after again when people met since its files went', () => {
    expect(nextUpkeep(cleared(START + 900), rooms, seen(START + 600))).toBe(END + HOUR);
    expect(nextUpkeep(cleared(END + HOUR), rooms, seen(START + 600))).toBe(CLOSING);
    expect(nextUpkeep(cleared(END + HOUR), rooms, seen(END + 2 * HOUR))).toBe(END + 3 * HOUR);
  });

  it('is looked after at once when its time is used up', () => {
    expect(nextUpkeep(withRoom(), rooms, seen(START, 'CLOSED'))).toBe(START + 7);
    expect(nextUpkeep(cleared(START + 8), rooms, seen(START, 'CLOSED'))).toBe(END + HOUR);
    const unknown: Activity = { roomId: 'room-1', lookedAt: START + 7, details: null, sessions: [] };
    expect(nextUpkeep(withRoom(), rooms, unknown)).toBe(END + HOUR);
  });

  it('is looked after once it is closed only for files that are still there', () => {
    expect(nextUpkeep(cleared(CLOSING, CLOSING), rooms)).toBeNull();
    expect(nextUpkeep(cleared(null, CLOSING), rooms)).toBe(CLOSING);
    expect(nextUpkeep(cleared(null, CLOSING, CLOSING + 5), rooms)).toBe(CLOSING + 5);
    expect(nextUpkeep(cleared(null, CLOSING), { ...rooms, deleteUploads: false })).toBeNull();
  });

  it('without a planned end is only looked after when calls were seen', () => {
    expect(nextUpkeep({ ...withRoom(), endDate: null }, rooms)).toBeNull();
    expect(nextUpkeep({ ...withRoom(), endDate: null }, rooms, seen(START))).toBe(START + HOUR);
  });
});
