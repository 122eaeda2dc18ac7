import { describe, expect, it } from 'vitest';
import { changeTeleconsultation } from '../../../../lib/domain/change-teleconsultation.ts';
import type { Plan } from '../../../../lib/domain/planning.ts';
import type { Invitee, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../../../support/people.ts';
import { aRoomsWorld, kaleyraFails } from '../../../support/room-rules.ts';
import { aRecord, asParticipant, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);
const NOW = START - HOUR;
const CLAIM = { operation: 'somebody', until: NOW + 60_000 };

const asInvitee = (person: typeof drRossi): Invitee => {
  const { kaleyraId: _, ...invitee } = asParticipant(person);
  return invitee;
};
const PAIR = [drRossi, mrBianchi].map(asInvitee);
const OTHERS = [drRossi, msNeri].map(asInvitee);

type Options = NonNullable<Parameters<typeof aRoomsWorld>[0]> & { groups?: string[]; callerId?: string };

const changing = async (
  record: Teleconsultation | undefined,
  wanted: Partial<Plan>,
  { groups = [], callerId = 'changer', ...options }: Options = {},
) => {
  const { scope, world } = aRoomsWorld({ record, now: NOW, ...options });
  const waits: number[] = [];
  const planned: number[] = [];
  const all = {
    ...scope,
    caller: { id: callerId, groups, scopes: [], fullName: null },
    clock: {
      ...scope.clock,
      sleep: async (ms: number) => {
        waits.push(ms);
        // Whoever was in the way is done by then.
        if (world.stored?.claim?.operation === 'somebody') {
          world.stored = { ...world.stored, claim: null, version: world.stored.version + 1 };
        }
      },
    },
  };
  const outcome = await changeTeleconsultation(
    { ...all, afterwards: () => all },
    {
      id: ID,
      operation: 'PATCH /teleconsultation',
      action: 'change',
      callerId,
      form: 'numbered list',
      plan: async stored => {
        planned.push(stored.version);
        const { startDate, endDate, expected } = stored;
        return { startDate, endDate, expected, invitees: PAIR, ...wanted };
      },
    },
  ).catch((error: Error) => error);
  return { outcome, world, waits, planned };
};

const writes = (journal: readonly string[]): number => journal.filter(call => call === 'change').length;

describe('a change that keeps the room', () => {
  it('is one write without a claim', async () => {
    const { outcome, world } = await changing(withRoom(), { endDate: START + 2 * HOUR });
    expect(outcome).toBeUndefined();
    expect(world.stored).toEqual({
      ...withRoom(),
      endDate: START + 2 * HOUR,
      updaterId: 'changer',
      updatedAt: NOW,
      version: 2,
    });
    expect(writes(world.journal)).toBe(1);
  });

  it('moves start, end and what is expected', async () => {
    const { world } = await changing(aRecord({ expected: 3 }), {
      startDate: START + 1,
      endDate: START + 2,
      expected: 4,
    });
    expect(world.stored).toMatchObject({ startDate: START + 1, endDate: START + 2, expected: 4, room: null });
  });

  it('takes a claim in the last minute before the lock', async () => {
    const at = async (now: number) =>
      writes((await changing(withRoom(), { startDate: START + HOUR }, { now })).world.journal);
    expect(await at(START - 60_001)).toBe(1);
    expect(await at(START - 60_000)).toBe(2);
  });
});

describe('a change of the room', () => {
  it('is claimed first, and the claim is gone afterwards', async () => {
    const { outcome, world } = await changing(withRoom(), { invitees: OTHERS });
    expect(outcome).toBeUndefined();
    expect(world.stored).toMatchObject({ claim: null, room: { id: 'made-1' }, owed: [] });
    expect(world.journal.indexOf('change')).toBeLessThan(
      world.journal.findIndex(call => call.startsWith('createRoom')),
    );
  });

  it('is held against the rules that hold for a booking', async () => {
    const { outcome, world } = await changing(withRoom(), { invitees: [mrBianchi, msNeri].map(asInvitee) });
    expect(outcome).toMatchObject({ status: 400, message: 'Failed PATCH /teleconsultation: no plus user in room' });
    expect(writes(world.journal)).toBe(0);
  });

  it('passes on why it failed', async () => {
    const failing = { createRoom: kaleyraFails(403) };
    expect((await changing(withRoom(), { invitees: OTHERS }, { failing })).outcome).toBe(failing.createRoom);
  });
});

describe('a change that is not carried out', () => {
  it.each([
    ['nothing', undefined],
    ['a booking under way', aRecord({ state: 'CREATING' })],
    ['a cancelled one', aRecord({ state: 'TRASH' })],
  ])('finds %s to be unknown', async (_, record) => {
    const { outcome, planned } = await changing(record, {});
    expect([outcome, planned]).toMatchObject([{ status: 404, sentence: 'not found' }, []]);
  });

  it('writes nothing where it equals what is stored, also when that is locked', async () => {
    const { outcome, world } = await changing(withRoom(), {}, { now: START });
    expect([outcome, world.journal]).toEqual([undefined, [`find ${ID}`]]);
  });

  it('is refused when it is locked', async () => {
    const { outcome, world } = await changing(withRoom(), { startDate: START + HOUR }, { now: START });
    expect(outcome).toMatchObject({
      status: 400,
      message: 'Failed PATCH /teleconsultation: the teleconsultation is open and can no longer be changed',
    });
    expect(writes(world.journal)).toBe(0);
  });
});

describe('a change while somebody else changes it', () => {
  it('waits its turn and is planned anew', async () => {
    const { outcome, world, waits, planned } = await changing(withRoom(aRecord({ claim: CLAIM })), {
      invitees: OTHERS,
    });
    expect(outcome).toBeUndefined();
    expect([waits.length, planned]).toEqual([1, [1, 2]]);
    expect(world.stored).toMatchObject({ room: { id: 'made-1' } });
  });

  it('is not refused for the lock before their claim is over', async () => {
    const { waits } = await changing(
      withRoom(aRecord({ claim: { ...CLAIM, until: START + 60_000 } })),
      { startDate: START + HOUR },
      { now: START },
    );
    expect(waits).toHaveLength(1);
  });

  it('is repeated where they were faster', async () => {
    const { outcome, world, planned } = await changing(
      withRoom(),
      { endDate: START + 2 * HOUR },
      { meanwhile: (write, stored) => (write === 1 ? { ...stored, creatorId: 'them', version: 9 } : stored) },
    );
    expect([outcome, planned]).toEqual([undefined, [1, 9]]);
    expect(world.stored).toMatchObject({ creatorId: 'them', endDate: START + 2 * HOUR });
  });
});

describe('with the rules', () => {
  const config = aConfig({ AUTHORIZATION: 'rules' });
  const as = (callerId: string, groups: string[], wanted: Partial<Plan>, record = withRoom()) =>
    changing(record, wanted, { config, callerId, groups });

  it('strangers learn nothing, and participants why they may not', async () => {
    expect((await as('dr-gialli', ['doctor'], { invitees: OTHERS })).outcome).toMatchObject({
      status: 404,
      sentence: 'not found',
    });
    expect((await as('mr-bianchi', ['patient'], { invitees: OTHERS })).outcome).toMatchObject({
      status: 403,
      message: 'only a plus participant, the creator or a manager may change a teleconsultation',
    });
  });

  it('nobody removes the last other plus participant', async () => {
    const record = withRoom(aRecord({ participants: [drRossi, drVerdi].map(asParticipant) }));
    const { outcome, world } = await as('dr-rossi', ['doctor'], { invitees: PAIR }, record);
    expect(outcome).toMatchObject({
      status: 403,
      message: 'only a manager may remove the last other plus participant',
    });
    expect(writes(world.journal)).toBe(0);
  });
});
