import { describe, expect, it } from 'vitest';
import { owedForMs } from '../../../../../lib/domain/jobs/oldest-owed.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aRecord, HOUR, START, withRoom } from '../../../../support/teleconsultations.ts';

const { rooms } = aConfig();
const MINUTE = 60_000;
const owed = (dueAt: number, attempts = 0) => ({ roomId: `room-${dueAt}`, files: false, dueAt, attempts });
const age = (parts: Parameters<typeof aRecord>[0], now = START) => owedForMs(aRecord(parts), rooms, undefined, now);

describe('what a record owes has been waiting', () => {
  it('no time, where nothing is due', () => {
    expect(age({})).toBe(0);
    expect(age({ owed: [owed(START + 1)] })).toBe(0);
    expect(age({ claim: { operation: 'op', until: START } })).toBe(0);
  });

  it('since it became due', () => {
    expect(age({ owed: [owed(START - 5 * MINUTE)] })).toBe(5 * MINUTE);
  });

  it('since it became due for the first time: every failure has moved its date', () => {
    // After one, two, four and eight minutes.
    expect(age({ owed: [owed(START - MINUTE, 4)] })).toBe(16 * MINUTE);
  });

  it('as long as its oldest part, whichever that is', () => {
    const mixed = [owed(START - MINUTE), owed(START - 7 * MINUTE), owed(START - 2 * MINUTE, 2), owed(START + HOUR, 9)];
    expect(age({ owed: mixed })).toBe(7 * MINUTE);
    expect(age({ owed: mixed, claim: { operation: 'op', until: START - 9 * MINUTE } })).toBe(9 * MINUTE);
  });
});

describe('a room that is to be closed', () => {
  const closing = START + HOUR + rooms.closeGraceMs;
  const upkeep = { roomId: 'room-1', filesClearedAt: null, closedAt: null };

  it('has been waiting since its time came, if nobody closes it', () => {
    expect(owedForMs(withRoom(), rooms, undefined, closing - 1)).toBe(0);
    expect(owedForMs(withRoom(), rooms, undefined, closing + HOUR)).toBe(HOUR);
  });

  it('has been waiting over all that failed', () => {
    const failed = { ...upkeep, attempts: 3, notBefore: closing + 10 * MINUTE };
    const record = { ...withRoom(), upkeep: failed };
    expect(owedForMs(record, rooms, undefined, closing + 11 * MINUTE)).toBe((1 + 1 + 2 + 4) * MINUTE);
  });

  it('has not, while somebody is still in it: that is postponed, and no failure', () => {
    const postponed = { ...upkeep, attempts: 0, notBefore: closing + 30 * HOUR };
    const record = { ...withRoom(), upkeep: postponed };
    expect(owedForMs(record, rooms, undefined, closing + 30 * HOUR + MINUTE)).toBe(MINUTE);
  });
});

it('counts from the very instant at which something is due', () => {
  expect(age({ owed: [owed(START, 1)] })).toBe(MINUTE);
  expect(age({ owed: [owed(START + 1, 1)] })).toBe(0);
  const closing = START + HOUR + rooms.closeGraceMs;
  const upkeep = { roomId: 'room-1', filesClearedAt: null, closedAt: null, attempts: 2, notBefore: 0 };
  expect(owedForMs(withRoom(aRecord({ upkeep })), rooms, undefined, closing)).toBe(3 * MINUTE);
  expect(owedForMs(withRoom(aRecord({ upkeep })), rooms, undefined, closing - 1)).toBe(0);
});
