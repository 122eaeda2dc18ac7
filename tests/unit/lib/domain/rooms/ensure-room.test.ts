import { describe, expect, it } from 'vitest';
import { type Change, ensureRoom } from '../../../../../lib/domain/rooms/ensure-room.ts';
import type { Claim, Participant, Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { KaleyraError } from '../../../../../lib/errors.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../../../../support/people.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, asParticipant, linkOf, START, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = START - 3_600_000;
const CLAIM: Claim = { operation: 'ours', until: NOW + 60_000 };
const DEAD: Claim = { operation: 'somebody who died', until: NOW - 1 };

/** The record with our claim on it, as it is once the change has taken it. */
const claimed = (record: Teleconsultation): Teleconsultation => ({ ...record, claim: CLAIM });

const aChange = (base: Teleconsultation, invitees: readonly Participant[], parts: Partial<Change> = {}): Change => ({
  id: base.id,
  operation: 'PATCH /teleconsultation',
  claim: CLAIM,
  take: async () => base,
  invitees,
  form: 'numbered list',
  already: base.participants,
  planned: (record, participants) => ({ ...record, participants, updaterId: 'changer' }),
  ...parts,
});

const PAIR = [drRossi, mrBianchi].map(asParticipant);
const OTHER_PAIR = [drRossi, msNeri].map(asParticipant);

const carryOut = async (
  base: Teleconsultation,
  invitees: readonly Participant[],
  parts: Partial<Change> = {},
  options: Parameters<typeof aRoomsWorld>[0] = {},
) => {
  const { scope, world } = aRoomsWorld({ record: base, now: NOW, ...options });
  const outcome = await ensureRoom(scope, aChange(base, invitees, parts)).catch((error: Error) => error);
  return { outcome, world };
};

describe('a room that is needed', () => {
  it('is made, linked and pointed at in one write, which makes the record visible', async () => {
    const base = claimed(aRecord({ state: 'CREATING', participants: [] }));
    const { outcome, world } = await carryOut(base, PAIR);
    expect(outcome).toMatchObject({
      state: 'PUBLIC',
      claim: null,
      owed: [],
      updaterId: 'changer',
      room: { id: 'made-1', links: PAIR.map(({ kaleyraId }) => ({ kaleyraId, url: linkOf(kaleyraId) })) },
    });
    expect(world.stored).toEqual(outcome);
    expect((outcome as Teleconsultation).room?.specHash).toBe(withRoom().room?.specHash);
    expect(world.journal).toContain(`linkPeople ${base.id} usr_dr-rossi usr_mr-bianchi`);
    expect(world.journal).toContain(`linkRoom made-1 ${base.id}`);
    expect(world.journal.filter(call => call === 'change')).toHaveLength(1);
    // Nothing had to be put in order.
    expect(world.journal).not.toContain(`find ${base.id}`);
    expect(world.metrics).toEqual(['RoomsMade 1']);
  });

  it('replaces the one before, which is deleted after the record has turned', async () => {
    const { outcome, world } = await carryOut(claimed(withRoom()), OTHER_PAIR);
    expect(outcome).toMatchObject({ room: { id: 'made-1' }, owed: [] });
    expect(world.journal.indexOf('deleteRoom room-1')).toBeGreaterThan(world.journal.indexOf('change'));
    expect(world.journal).toContain(`linkPeople ${withRoom().id} usr_ms-neri`);
    expect(world.metrics).toEqual(['RoomsMade 1', 'RoomsReplaced 1']);
  });

  it('is dropped with a list that is not complete', async () => {
    const { outcome, world } = await carryOut(claimed(withRoom()), PAIR.slice(0, 1));
    expect(outcome).toMatchObject({ room: null, owed: [] });
    expect(world.journal).toContain('deleteRoom room-1');
    expect(world.journal.filter(call => call.startsWith('createRoom') || call.startsWith('linkRoom'))).toEqual([]);
    expect(world.metrics).toEqual([]);
  });

  it('stays where it is the right one already', async () => {
    const base = withRoom();
    const { outcome, world } = await carryOut(base, PAIR, { claim: null });
    expect(outcome).toEqual({ ...base, updaterId: 'changer', version: base.version + 1 });
    expect(world.journal).toEqual(['change']);
    expect(world.metrics).toEqual([]);
  });

  it('is made anew where it is gone from Kaleyra, however equal', async () => {
    const { outcome, world } = await carryOut(claimed(withRoom()), PAIR, { roomIsGone: true });
    expect(outcome).toMatchObject({ room: { id: 'made-1' } });
    expect(world.journal).toContain(`createRoom ${withRoom().id}`);
    expect(world.metrics).toEqual(['RoomsMade 1', 'RoomsReplaced 1']);
  });
});

describe('what a claim before ours has left', () => {
  const owed = [{ roomId: null, files: false, dueAt: DEAD.until + 300_000, attempts: 0 }];

  it('is owed by a change that keeps the room, and so takes no claim', async () => {
    const { outcome } = await carryOut(withRoom(aRecord({ claim: DEAD })), PAIR, { claim: null });
    expect(outcome).toMatchObject({ claim: null, owed });
  });

  it('was taken over by our claim', async () => {
    const { outcome } = await carryOut(claimed(aRecord({ owed })), PAIR);
    expect(outcome).toMatchObject({ claim: null, owed });
  });
});

describe('a write that others are faster than', () => {
  const upkeep = { roomId: 'room-1', filesClearedAt: NOW, closedAt: null, attempts: 0, notBefore: 0 };

  it('is put on top of what jobs wrote under our claim', async () => {
    const { outcome } = await carryOut(
      claimed(withRoom()),
      OTHER_PAIR,
      {},
      { meanwhile: (write, stored) => (write < 5 ? { ...stored, upkeep, version: stored.version + 1 } : stored) },
    );
    expect(outcome).toMatchObject({ room: { id: 'made-1' }, upkeep, claim: null });
  });

  it('is given up after five times, and so is the room', async () => {
    const { outcome, world } = await carryOut(
      claimed(withRoom()),
      OTHER_PAIR,
      {},
      { meanwhile: (write, stored) => (write <= 5 ? { ...stored, version: stored.version + 1 } : stored) },
    );
    expect(outcome).toBe('lost');
    expect(world.stored).toMatchObject({ room: { id: 'room-1' }, claim: null, owed: [] });
    expect(world.journal).toContain('deleteRoom made-1');
    expect(world.metrics).toEqual(['RoomsMade 1']);
  });

  it.each([
    ['claimed by somebody else', { ...CLAIM, operation: 'theirs' }],
    ['claimed by nobody', null],
  ])('is lost where the record is %s by then', async (_, claim) => {
    const { outcome, world } = await carryOut(
      claimed(withRoom()),
      OTHER_PAIR,
      {},
      { meanwhile: (write, stored) => (write === 1 ? { ...stored, claim, version: stored.version + 1 } : stored) },
    );
    expect(outcome).toBe('lost');
    expect(world.stored).toMatchObject({ room: { id: 'room-1' }, claim, owed: [] });
    expect(world.journal).toContain('deleteRoom made-1');
  });

  it('is lost where the record is gone by then', async () => {
    const { outcome } = await carryOut(claimed(withRoom()), OTHER_PAIR, {}, { meanwhile: () => undefined });
    expect(outcome).toBe('lost');
  });

  it('is not repeated by a change without a claim', async () => {
    const base = withRoom();
    const { outcome, world } = await carryOut(
      base,
      PAIR,
      { claim: null },
      { meanwhile: (_, stored) => ({ ...stored, version: stored.version + 1 }) },
    );
    expect(outcome).toBe('lost');
    expect(world.journal.filter(call => call === 'change')).toHaveLength(1);
  });
});

describe('a change that cannot be carried out', () => {
  it('is lost where the record cannot be taken, before Kaleyra hears of anything', async () => {
    const { outcome, world } = await carryOut(withRoom(), OTHER_PAIR, { take: async () => 'lost' });
    expect(outcome).toBe('lost');
    expect(world.journal.filter(call => /^(create|link|confirm)/.test(call))).toEqual([]);
  });

  it('gives the claim back and passes on what went wrong', async () => {
    const refusal = kaleyraFails(403);
    const { outcome, world } = await carryOut(
      claimed(withRoom()),
      OTHER_PAIR,
      {},
      { failing: { createRoom: refusal } },
    );
    expect(outcome).toBe(refusal);
    expect(world.stored).toMatchObject({ claim: null, room: { id: 'room-1' }, owed: [] });
  });

  it('deletes the room that it has made', async () => {
    const { outcome, world } = await carryOut(
      claimed(aRecord({ participants: [] })),
      PAIR,
      {},
      { failing: { 'confirm 1': new Error('no table') } },
    );
    expect(outcome).toMatchObject({ message: 'no table' });
    expect(world.journal).toContain('deleteRoom made-1');
    expect(world.stored).toMatchObject({ claim: null, room: null, owed: [] });
  });

  it('succeeds all the same where only the answer to its write was lost', async () => {
    const { outcome, world } = await carryOut(
      claimed(aRecord()),
      PAIR,
      {},
      { failing: { linkRoom: new Error('no table') } },
    );
    expect(outcome).toMatchObject({ room: { id: 'made-1' }, claim: null });
    expect(world.journal).not.toContain('deleteRoom made-1');
  });

  it('is stopped when it took so long that its claim may run out under the write', async () => {
    const late = async (now: number) => {
      const base = claimed(aRecord());
      const { scope, world } = aRoomsWorld({ record: base, now: NOW });
      const change = aChange(base, PAIR, {
        planned: (record, participants) => {
          world.now = now;
          return { ...record, participants };
        },
      });
      return ensureRoom(scope, change).catch((error: Error) => error);
    };
    expect(await late(CLAIM.until - 15_001)).toMatchObject({ room: { id: 'made-1' } });
    expect(await late(CLAIM.until - 15_000)).toMatchObject({
      status: 409,
      retryAfter: 1,
      message: 'the change took too long, please repeat it',
    });
  });

  it('names who stands twice in the list, in the caller’s own form', async () => {
    const twice = [PAIR[0], { ...PAIR[0], externalId: 'the same' }] as Participant[];
    const base = claimed(aRecord({ participants: twice }));
    const { outcome } = await carryOut(base, twice);
    expect(outcome).toMatchObject({ status: 400, details: [{ path: 'body.participants.data.1.userId' }] });
  });
});

describe('what is known of Kaleyra’s failures', () => {
  const open = { score: 10, openUntil: NOW + 1 };
  const failed = { score: 1, openUntil: 0 };

  const withCircuit = async (
    known: typeof open,
    base: Teleconsultation,
    invitees: readonly Participant[],
    parts: Partial<Change> = {},
    options: Parameters<typeof aRoomsWorld>[0] = {},
  ) => {
    const { scope, world } = aRoomsWorld({ record: base, now: NOW, ...options });
    const noted: string[] = [];
    const circuit = {
      find: async () => {
        noted.push('read');
        return known;
      },
      close: async () => void noted.push('closed'),
      fail: async () => void noted.push('failed'),
      probe: async () => "somebody else's" as const,
    };
    const all = { ...scope, circuit };
    const outcome = await ensureRoom({ ...all, afterwards: () => all }, aChange(base, invitees, parts)).catch(
      (error: Error) => error,
    );
    return { outcome, world, noted };
  };

  it('keeps a change that needs Kaleyra from asking at all', async () => {
    const { outcome, world } = await withCircuit(open, claimed(withRoom()), OTHER_PAIR);
    expect(outcome).toBeInstanceOf(KaleyraError);
    expect(outcome).toMatchObject({ assumed: true });
    expect(world.journal.filter(call => call.startsWith('create'))).toEqual([]);
    expect(world.stored?.claim).toBeNull();
  });

  it('keeps newcomers of a list that is not complete waiting as well', async () => {
    const base = aRecord({ expected: 3, participants: [] });
    const { outcome } = await withCircuit(open, base, OTHER_PAIR, { claim: null, already: [] });
    expect(outcome).toMatchObject({ assumed: true });
  });

  it('keeps one newcomer among others waiting', async () => {
    const base = aRecord({ expected: 3, participants: PAIR.slice(0, 1) });
    const { outcome, noted } = await withCircuit(open, base, OTHER_PAIR, { claim: null });
    expect([outcome, noted]).toMatchObject([{ assumed: true }, ['read']]);
  });

  it('keeps a room from being made also where everybody is known, or the room is gone', async () => {
    const three = [...PAIR, asParticipant(msNeri)];
    const base = claimed(withRoom(aRecord({ expected: 3, participants: three })));
    const planned: Change['planned'] = (record, participants) => ({ ...record, expected: 2, participants });
    expect((await withCircuit(open, base, PAIR, { planned })).outcome).toMatchObject({ assumed: true });
    const gone = await withCircuit(open, claimed(withRoom()), PAIR, { roomIsGone: true });
    expect(gone.outcome).toMatchObject({ assumed: true });
  });

  it('does not keep a claimed change waiting that keeps its room, or drops it', async () => {
    expect((await withCircuit(open, claimed(withRoom()), PAIR)).outcome).toMatchObject({ room: { id: 'room-1' } });
    const dropping = await withCircuit(open, claimed(withRoom()), PAIR.slice(0, 1));
    expect(dropping.outcome).toMatchObject({ room: null });
  });

  it('does not concern a change that asks Kaleyra for nothing', async () => {
    const renamed = PAIR.map(one => ({ ...one, fullName: 'Another Name' }));
    const { outcome, noted } = await withCircuit(open, withRoom(), renamed, { claim: null });
    expect(outcome).toMatchObject({ room: { id: 'room-1' } });
    expect(noted).toEqual([]);
  });

  it('is read for somebody whose groups change', async () => {
    const regrouped = PAIR.map(one => ({ ...one, groups: [...one.groups, 'nurses'] }));
    const { noted } = await withCircuit(failed, withRoom(), regrouped, { claim: null });
    expect(noted).toEqual(['read']);
  });

  it('is forgotten once Kaleyra has answered', async () => {
    expect((await withCircuit(failed, claimed(withRoom()), OTHER_PAIR)).noted).toEqual(['read', 'closed']);
  });

  it('is not forgotten by a change under a claim that asked Kaleyra for nothing', async () => {
    expect((await withCircuit(failed, claimed(withRoom()), PAIR)).noted).toEqual(['read']);
  });

  it('is noted when it fails', async () => {
    const failing = { createRoom: kaleyraFails(undefined) };
    const { noted } = await withCircuit(failed, claimed(withRoom()), OTHER_PAIR, {}, { failing });
    expect(noted).toEqual(['read', 'failed']);
  });

  it('is not asked of Kaleyra for a doctor more in a list that is not complete, if she is known', async () => {
    const base = aRecord({ expected: 4, participants: [...PAIR, asParticipant(drVerdi)] });
    const { noted } = await withCircuit(failed, base, base.participants, { claim: null });
    expect(noted).toEqual([]);
  });
});
