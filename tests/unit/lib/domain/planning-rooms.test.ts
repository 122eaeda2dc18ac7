import { describe, expect, it } from 'vitest';
import { changesRoom } from '../../../../lib/domain/change-teleconsultation.ts';
import { placeholderOf } from '../../../../lib/domain/erasure/placeholder.ts';
import {
  assertRoomCanBeMade,
  isStoredAs,
  type Plan,
  planAddition,
  planChange,
} from '../../../../lib/domain/planning.ts';
import type { Directory } from '../../../../lib/domain/ports.ts';
import type { Invitee, Participant, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, mrBianchi, msNeri } from '../../../support/people.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, asParticipant, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

const [doctor, patient, other] = [drRossi, mrBianchi, msNeri].map(asParticipant) as [
  Participant,
  Participant,
  Participant,
];
/** As the retired service stored people where it had a directory to ask. */
const undescribed = (one: Participant): Participant => ({ ...one, groups: [], fullName: null });

describe('a room can be made', () => {
  const limited = aScope({ config: aConfig({ UNLIMITED_TELECONSULTATION: 'false' }) });
  const asserting = (parts: Partial<Plan>) => () =>
    assertRoomCanBeMade(
      limited,
      { startDate: START, endDate: START + HOUR, expected: 2, invitees: [doctor, patient], ...parts },
      'PATCH /teleconsultation',
    );
  const refusing = (rule: string) =>
    expect.objectContaining({ status: 400, message: `Failed PATCH /teleconsultation: ${rule}` });

  it('for a doctor and a patient', () => {
    expect(asserting({})).not.toThrow();
  });

  it('not for longer than the rules of today allow', () => {
    expect(asserting({ endDate: START + 25 * HOUR })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('not for somebody in no group that anybody knows', () => {
    expect(asserting({ invitees: [doctor, { ...patient, groups: ['nobody'] }] })).toThrow(
      refusing('a participant is in no group that the privileges know'),
    );
  });

  it('not for somebody who was erased', () => {
    const erased = { ...patient, externalId: placeholderOf('f'.repeat(16)) };
    expect(asserting({ invitees: [doctor, erased] })).toThrow(
      refusing('a participant was erased: list the others anew'),
    );
  });

  it('not without a plus user', () => {
    expect(asserting({ invitees: [patient, other] })).toThrow(refusing('no plus user in room'));
  });

  it('and whatever is wrong with a list that is not complete, no room is made of it', () => {
    expect(asserting({ expected: 3, invitees: [{ ...patient, groups: ['nobody'] }], endDate: START })).not.toThrow();
  });
});

it('a change of the room is one also for people of whom nobody knows the id at Kaleyra yet', () => {
  const changes = (stored: Teleconsultation, invitees: Invitee[], expected: number) => {
    const { startDate, endDate } = stored;
    return changesRoom(aScope(), stored, { startDate, endDate, expected, invitees });
  };
  expect(changes(aRecord({ expected: 3 }), [doctor, patient, other], 3)).toBe(true);
  expect(changes(aRecord({ expected: 4 }), [doctor, patient, other], 4)).toBe(false);
  expect(changes(withRoom(), [doctor, patient, other], 4)).toBe(true);
});

describe('people whom the retired service left undescribed', () => {
  const knowing = (found: Record<string, Partial<Invitee>>) => {
    const asked: unknown[] = [];
    const directory: Partial<Directory> = {
      describeCaller: async caller => {
        asked.push(caller);
        const one = found[caller.id];
        return one && { externalId: 'as the directory says', groups: [], fullName: null, language: null, ...one };
      },
    };
    return { asked, scope: aScope({ directory }) };
  };
  const stored = aRecord({ participants: [undescribed(doctor), patient] });
  const changed = { start_date: START + 1, end_date: START + 2 * HOUR };

  it('are described by the directory when a room is to be made, under the id that they are stored with', async () => {
    const { scope, asked } = knowing({
      'dr-rossi': { groups: ['doctor'], fullName: 'As She Is Called', language: 'en' },
    });
    const { invitees } = await planChange(scope, { ...stored, room: null }, changed);
    expect(invitees).toEqual([
      { externalId: 'dr-rossi', groups: ['doctor'], fullName: 'As She Is Called', language: null },
      patient,
    ]);
    expect(asked).toEqual([{ id: 'dr-rossi', groups: [], fullName: null }]);
  });

  it('keep the name that is stored where the directory has none', async () => {
    const { scope } = knowing({ 'dr-rossi': { groups: ['doctor'] } });
    const named = { ...stored, participants: [{ ...undescribed(doctor), fullName: 'As Stored' }, patient] };
    expect((await planChange(scope, named, changed)).invitees[0]).toMatchObject({ fullName: 'As Stored' });
  });

  it('stay as they are where the directory does not know them', async () => {
    const { scope } = knowing({});
    const both = aRecord({ participants: [undescribed(patient), doctor] });
    expect((await planChange(scope, both, changed)).invitees).toEqual([undescribed(patient), doctor]);
  });

  it('cannot be plus until somebody says so', async () => {
    const { scope } = knowing({});
    await expect(planChange(scope, stored, changed)).rejects.toMatchObject({
      message: 'Failed PATCH /teleconsultation: no plus user in room',
    });
  });

  it('are nobody’s question where nobody is undescribed, the list is not complete, or the room stays', async () => {
    const { scope, asked } = knowing({});
    const limited = aScope({ directory: scope.directory, config: aConfig({ UNLIMITED_TELECONSULTATION: 'false' }) });
    await planChange(scope, aRecord(), changed);
    await planChange(scope, { ...stored, expected: 3 }, changed);
    const room = withRoom(aRecord()).room && { ...withRoom(aRecord()).room, specHash: 'imported' };
    await planChange(limited, { ...stored, room } as never, { start_date: START + 1, end_date: START + 1 + HOUR });
    expect(asked).toEqual([]);
  });

  it('are described when somebody is added as the last one', async () => {
    const { scope } = knowing({ 'mr-bianchi': { groups: ['patient'] } });
    const waiting = aRecord({ participants: [undescribed(patient)] });
    const added = { externalId: 'dr-rossi', groups: ['doctor'], fullName: 'Dr', language: undefined };
    const describe: Directory['describe'] = async ({ data }) => data as never;
    const plan = await planAddition(
      { ...scope, directory: { ...scope.directory, describeCaller: scope.directory.describeCaller, describe } },
      waiting,
      added as never,
      'POST /data',
    );
    expect(plan.invitees.map(({ groups }) => groups)).toEqual([['patient'], ['doctor']]);
  });

  const adding = async (waiting: Teleconsultation, describe: Directory['describe']) => {
    const { scope, asked } = knowing({ 'mr-bianchi': { groups: ['patient'] } });
    const directory = { describeCaller: scope.directory.describeCaller, describe };
    const added = { externalId: 'dr-rossi', groups: ['doctor'], fullName: 'Dr', language: undefined };
    const plan = await planAddition({ ...scope, directory }, waiting, added as never, 'POST /data').catch(
      (error: Error) => error,
    );
    return { plan, asked };
  };

  it('are nobody’s question while somebody else is still missing', async () => {
    const waiting = aRecord({ expected: 3, participants: [undescribed(patient)] });
    const { plan, asked } = await adding(waiting, async ({ data }) => data as never);
    expect([plan, asked]).toMatchObject([{ invitees: [{ groups: [] }, { groups: ['doctor'] }] }, []]);
  });

  it('and somebody whom nobody describes cannot be added', async () => {
    const { plan } = await adding(aRecord({ expected: 3 }), async () => []);
    expect(plan).toMatchObject({ status: 400, details: [{ path: 'body.userId', message: 'is required' }] });
  });

  it('are as stored under any name while none is stored, and with any groups', () => {
    const same = (one: Participant, wanted: Participant) => {
      const record = aRecord({ participants: [one, patient] });
      const { startDate, endDate, expected } = record;
      return isStoredAs({ startDate, endDate, expected, invitees: [wanted, patient] }, record);
    };
    expect(same(undescribed(doctor), doctor)).toBe(true);
    expect(same({ ...undescribed(doctor), fullName: 'As Stored' }, doctor)).toBe(false);
    expect(same({ ...doctor, fullName: null }, doctor)).toBe(false);
  });
});
