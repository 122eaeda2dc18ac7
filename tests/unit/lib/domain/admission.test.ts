import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admission, isLocked, linkFor, statusFor } from '../../../../lib/domain/admission.ts';
import { isClaimed, isClosed, isComplete, type Participant } from '../../../../lib/domain/teleconsultation.ts';
import { drRossi, msNeri } from '../../../support/people.ts';
import {
  anyParticipants,
  aRecord,
  asParticipant,
  DETAILS,
  linkOf,
  START,
  withRoom,
} from '../../../support/teleconsultations.ts';

const doctor = asParticipant(drRossi);

const closed = (roomId: string) => ({ roomId, filesClearedAt: null, closedAt: START, attempts: 0, notBefore: START });

describe('a teleconsultation', () => {
  it('opens exactly at its start, or as much earlier as the period says', () => {
    expect(admission(aRecord(), 0, START - 1)).toEqual({ status: 'not_open_yet', opensAt: START });
    expect(admission(aRecord(), 0, START)).toEqual({ status: 'open' });
    expect(admission(aRecord(), 600_000, START - 600_001)).toEqual({
      status: 'not_open_yet',
      opensAt: START - 600_000,
    });
    expect(admission(aRecord(), 600_000, START - 600_000)).toEqual({ status: 'open' });
  });

  it('waits for participants whatever the time, and says for how many', () => {
    const incomplete = aRecord({ participants: [doctor], expected: 3 });
    expect(admission(incomplete, 0, START + 1)).toEqual({ status: 'waiting_for_participants', known: 1, expected: 3 });
  });

  it('stays open after its end, until its room is closed', () => {
    const [record, later] = [withRoom(), START + 365 * 86_400_000];
    expect(admission(record, 0, later)).toEqual({ status: 'open' });
    expect(admission({ ...record, upkeep: closed('room-1') }, 0, later)).toEqual({ status: 'ended' });
    expect(admission({ ...record, upkeep: closed('a room before that') }, 0, later)).toEqual({ status: 'open' });
  });

  it('that has ended is closed for changes and shows no link', () => {
    const ended = { ...withRoom(), upkeep: closed('room-1') };
    expect(isLocked(ended, 0, START)).toBe(true);
    expect(linkFor(ended, doctor, 0, START)).toBeNull();
  });
});

describe('the link', () => {
  it("is the participant's own, from the lock on", () => {
    const record = withRoom();
    expect(linkFor(record, doctor, 0, START - 1)).toBeNull();
    expect(linkFor(record, doctor, 0, START)).toBe(linkOf('usr_dr-rossi'));
  });

  it('is null without a room, under a claim, and for somebody whom the room does not know', () => {
    expect(linkFor(aRecord(), doctor, 0, START)).toBeNull();
    const claimed = { ...withRoom(), claim: { operation: 'o', until: START + 10 } };
    expect(linkFor(claimed, doctor, 0, START + 9)).toBeNull();
    expect(linkFor(claimed, doctor, 0, START + 10)).toBe(linkOf('usr_dr-rossi'));
    expect(linkFor(withRoom(), asParticipant(msNeri), 0, START)).toBeNull();
  });
});

describe('the status', () => {
  const statusOf = (record = withRoom(), now = START, period = 0) => statusFor(record, doctor, period, now);

  it('counts the seconds until the door opens, and never down to nothing', () => {
    const ahead = (ms: number) => statusOf(withRoom(), START - ms);
    expect(ahead(90_000)).toEqual({ status: 'not_open_yet', opensAt: START, secondsLeft: 90 });
    expect(ahead(1001)).toEqual({ status: 'not_open_yet', opensAt: START, secondsLeft: 2 });
    expect(ahead(1)).toEqual({ status: 'not_open_yet', opensAt: START, secondsLeft: 1 });
    expect(ahead(0)).toEqual({ status: 'open' });
    expect(statusOf(withRoom(), START - 60_000, 45_000)).toEqual({
      status: 'not_open_yet',
      opensAt: START - 45_000,
      secondsLeft: 15,
    });
  });

  it('is a door that opens in a moment, while a change is being finished or the room is not there', () => {
    const late = { status: 'not_open_yet', opensAt: START, secondsLeft: 1 };
    const claimed = { ...withRoom(), claim: { operation: 'o', until: START + 10 } };
    expect([statusOf(claimed, START + 9), statusOf(claimed, START + 10)]).toEqual([late, { status: 'open' }]);
    expect(statusOf(aRecord(), START + 500)).toEqual(late);
    expect(statusFor(withRoom(), asParticipant(msNeri), 0, START)).toEqual(late);
  });

  it('says who is missing, that it is over, and that it was cancelled, under a claim too', () => {
    const claim = { operation: 'o', until: START + 10 };
    const waiting = { status: 'waiting_for_participants', known: 2, expected: 3 };
    expect(statusOf(aRecord({ expected: 3, claim }), START + 5)).toEqual(waiting);
    expect(statusOf({ ...withRoom(), upkeep: closed('room-1'), claim }, START + 5)).toEqual({ status: 'ended' });
    expect(statusOf(aRecord({ state: 'TRASH' }), START - 5)).toEqual({ status: 'cancelled' });
  });
});

/** Any record around START, with or without a room, complete or not, claimed or not. */
const situations = fc
  .record({
    participants: anyParticipants,
    missing: fc.integer({ min: -1, max: 2 }),
    startDate: fc.integer({ min: START - 5000, max: START + 5000 }),
    period: fc.integer({ min: 0, max: 5000 }),
    hasRoom: fc.boolean(),
    ended: fc.boolean(),
    until: fc.option(fc.integer({ min: START - 10_000, max: START + 10_000 })),
    now: fc.integer({ min: START - 12_000, max: START + 12_000 }),
  })
  .map(({ participants, missing, startDate, period, hasRoom, ended, until, now }) => {
    const links = participants.map(({ kaleyraId }) => ({ kaleyraId, url: linkOf(kaleyraId) }));
    const room = hasRoom ? { id: 'room-1', specHash: 'x', links, details: DETAILS } : null;
    const claim = until === null ? null : { operation: 'o', until };
    // Only a room is closed, and only a complete list has one for good.
    const upkeep = ended && hasRoom && missing === 0 ? closed('room-1') : null;
    return {
      record: aRecord({ participants, expected: participants.length + missing, startDate, room, claim, upkeep }),
      period,
      now,
    };
  });

describe('link, refusal and status never disagree, whatever the record and the time', () => {
  it("a link means: locked, complete, unclaimed, not ended, and it is the caller's", () => {
    fc.assert(
      fc.property(situations, ({ record, period, now }) => {
        for (const participant of record.participants) {
          const link = linkFor(record, participant, period, now);
          const allowed =
            isLocked(record, period, now) && isComplete(record) && !isClaimed(record, now) && !isClosed(record);
          expect(link).toBe(allowed && record.room !== null ? linkOf(participant.kaleyraId) : null);
        }
      }),
    );
  });

  it('the status says open to exactly those who have a link', () => {
    fc.assert(
      fc.property(situations, ({ record, period, now }) => {
        for (const participant of [...record.participants, { ...doctor, kaleyraId: 'usr_stranger' }]) {
          const { status } = statusFor(record, participant, period, now);
          expect(status === 'open').toBe(linkFor(record, participant, period, now) !== null);
        }
      }),
    );
  });

  it('nobody but the participants of the room has a link', () => {
    const stranger: Participant = { ...doctor, kaleyraId: 'usr_stranger' };
    fc.assert(
      fc.property(situations, ({ record, period, now }) => {
        expect(linkFor(record, stranger, period, now)).toBeNull();
      }),
    );
  });

  it('what is locked stays locked as time goes by, and a longer period never unlocks', () => {
    fc.assert(
      fc.property(situations, fc.nat(20_000), fc.nat(20_000), ({ record, period, now }, later, longer) => {
        if (!isLocked(record, period, now)) return;
        expect(isLocked(record, period, now + later)).toBe(true);
        expect(isLocked(record, period + longer, now)).toBe(true);
      }),
    );
  });

  it('an incomplete one is never locked', () => {
    fc.assert(
      fc.property(situations, fc.integer(), ({ record, period }, now) => {
        fc.pre(record.participants.length !== record.expected);
        expect(isLocked(record, period, now)).toBe(false);
      }),
    );
  });

  it('the status is open or ended exactly when it is locked', () => {
    fc.assert(
      fc.property(situations, ({ record, period, now }) => {
        const { status } = admission(record, period, now);
        expect(status === 'open' || status === 'ended').toBe(isLocked(record, period, now));
        if (status === 'not_open_yet') expect(isLocked(record, period, record.startDate - period)).toBe(true);
      }),
    );
  });
});
