import { describe, expect, it } from 'vitest';
import { lookAfter } from '../../../../../lib/domain/jobs/look-after.ts';
import { abandonedAt } from '../../../../../lib/domain/obligations.ts';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { aRecord, withRoom } from '../../../../support/teleconsultations.ts';

const NOW = Date.UTC(2026, 4, 4, 8);
const LONG_AGO = NOW - 3_600_000;
const NOTHING = { claims: 0, abandoned: 0, paid: 0, unpaid: 0 };
const owe = (roomId: string | null, dueAt = NOW) => ({ roomId, files: false, dueAt, attempts: 0 });

const looking = async (record: Teleconsultation, options: Parameters<typeof aRoomsWorld>[0] = {}) => {
  const { scope, world } = aRoomsWorld({ record, now: NOW, ...options });
  return { did: await lookAfter(scope, record), stored: world.stored, journal: world.journal };
};

const faster = { meanwhile: (_: number, stored: Teleconsultation) => ({ ...stored, version: stored.version + 1 }) };

it('leaves alone what is in order, without a write', async () => {
  const { did, journal } = await looking(withRoom(aRecord({ owed: [owe('later', NOW + 1)] })));
  expect([did, journal]).toEqual([NOTHING, []]);
});

describe('a claim', () => {
  it('of somebody who died is cleared, and what they may have made is searched for', async () => {
    const claim = { operation: 'dead', until: LONG_AGO };
    const earlier = owe('earlier', NOW + 1);
    const { did, stored } = await looking(withRoom(aRecord({ claim, owed: [earlier] })));
    expect(did).toEqual({ ...NOTHING, claims: 1, unpaid: 1 });
    expect(stored).toMatchObject({ claim: null, owed: [earlier, { roomId: null, attempts: 1 }] });
  });

  it('whose owner may be alive stays', async () => {
    const claim = { operation: 'alive', until: NOW };
    const { did, journal } = await looking(withRoom(aRecord({ claim })));
    expect([did, journal]).toEqual([NOTHING, []]);
  });

  it('is left to whoever was faster, with everything else', async () => {
    const record = withRoom(aRecord({ claim: { operation: 'dead', until: LONG_AGO }, owed: [owe('old')] }));
    const { did, journal } = await looking(record, faster);
    expect([did, journal]).toEqual([NOTHING, ['change']]);
  });
});

it('counts the rooms that are gone, and those that are still owed', async () => {
  const record = withRoom(aRecord({ owed: [owe('one'), owe('two'), owe('three'), owe('later', NOW + 1)] }));
  const { did, stored } = await looking(record, { failing: { 'deleteRoom 2': kaleyraFails(500) } });
  expect(did).toEqual({ ...NOTHING, paid: 2, unpaid: 1 });
  expect(stored?.owed).toMatchObject([{ roomId: 'two' }, { roomId: 'later' }]);
});

describe('a booking that nobody finished', () => {
  const creating = (parts: Partial<Teleconsultation> = {}) =>
    aRecord({ state: 'CREATING', updatedAt: LONG_AGO, ...parts });

  it('is cancelled when its time is over, and not before', async () => {
    const record = creating();
    const { did, stored } = await looking(record, { now: abandonedAt(record) });
    expect(did).toEqual({ ...NOTHING, abandoned: 1 });
    expect(stored).toMatchObject({ state: 'TRASH', updatedAt: abandonedAt(record) });
    expect((await looking(record, { now: abandonedAt(record) - 1 })).did).toEqual(NOTHING);
  });

  it('stays while something is owed, or somebody may be at it', async () => {
    expect((await looking(creating({ owed: [owe('later', NOW + 1)] }))).did).toEqual(NOTHING);
    expect((await looking(creating({ claim: { operation: 'alive', until: NOW } }))).did).toEqual(NOTHING);
  });

  it('is cancelled in the run that pays what it owed', async () => {
    const { did, stored } = await looking(creating({ owed: [owe('old')] }));
    expect([did, stored?.state]).toEqual([{ ...NOTHING, paid: 1, abandoned: 1 }, 'TRASH']);
  });

  it('is left to whoever was faster', async () => {
    expect((await looking(creating(), faster)).did).toEqual(NOTHING);
  });

  it('is not one that was finished, or cancelled', async () => {
    expect((await looking(aRecord({ updatedAt: LONG_AGO }))).did).toEqual(NOTHING);
    expect((await looking(aRecord({ state: 'TRASH', updatedAt: LONG_AGO }))).did).toEqual(NOTHING);
  });
});
