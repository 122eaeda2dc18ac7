import { describe, expect, it } from 'vitest';
import { changeTeleconsultation } from '../../../../lib/domain/change-teleconsultation.ts';
import type { Plan } from '../../../../lib/domain/planning.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, mrBianchi, msNeri } from '../../../support/people.ts';
import { aRoomsWorld } from '../../../support/room-rules.ts';
import { asParticipant, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

/** Whether a change asks if its participants are being erased: no room of anybody who is may be made or moved into the future. */

const MINUTE = 60_000;
const END = START + HOUR;
const BOTH = [drRossi.userId, mrBianchi.userId];
const invited = (...people: (typeof drRossi)[]) =>
  people.map(asParticipant).map(({ kaleyraId: _, ...invitee }) => invitee);

const askedFor = async (
  wanted: Partial<Plan>,
  now = START - 3 * HOUR,
  config = aConfig(),
  parts: Partial<Teleconsultation> = {},
): Promise<string[]> => {
  const record = { ...withRoom(), endDate: END, ...parts };
  const { scope } = aRoomsWorld({ record, now, config });
  const asked: string[] = [];
  const people = {
    ...scope.people,
    assertStaying: async (ids: readonly string[]) => {
      asked.push(...ids);
    },
  };
  const all = { ...scope, people, caller: { id: 'changer', groups: [], scopes: [], fullName: null } };
  await changeTeleconsultation(
    { ...all, afterwards: () => all },
    {
      id: record.id,
      operation: 'PATCH /teleconsultation',
      action: 'change',
      callerId: 'changer',
      form: 'numbered list',
      plan: async ({ startDate, endDate, expected }) => ({
        startDate,
        endDate,
        expected,
        invitees: invited(drRossi, mrBianchi),
        ...wanted,
      }),
    },
  );
  return asked;
};

describe('a call that is moved and stays as it is otherwise', () => {
  const later = { startDate: START + HOUR, endDate: END + HOUR };

  it('asks for nobody while it is to come, whichever of its two instants moves', async () => {
    expect(await askedFor(later)).toEqual([]);
    expect(await askedFor({ endDate: END + HOUR })).toEqual([]);
    expect(await askedFor({ startDate: START + HOUR })).toEqual([]);
  });

  it('asks for everybody from a minute before its end on, as long as somebody is missing for it to open', async () => {
    const waiting = { expected: 3, room: null };
    const at = (now: number) => askedFor(later, now, aConfig(), waiting);
    expect(await at(END - MINUTE - 1)).toEqual([]);
    expect(await at(END - MINUTE)).toEqual(BOTH);
    expect(await at(END + HOUR)).toEqual(BOTH);
  });

  it('asks for everybody where the change takes a claim', async () => {
    const locked = aConfig({ IMMUTABLE_PERIOD_MS: String(HOUR) });
    expect(await askedFor(later, START - HOUR - MINUTE / 2, locked)).toEqual(BOTH);
    expect(await askedFor(later, START - 2 * HOUR, locked)).toEqual([]);
  });
});

describe('a call whose people change', () => {
  it('asks for those who were there before', async () => {
    expect(await askedFor({ invitees: invited(drRossi, msNeri) })).toEqual([drRossi.userId]);
    expect(await askedFor({ invitees: invited(drRossi, { ...mrBianchi, fullName: 'Another Name' }) })).toEqual(BOTH);
  });
});
