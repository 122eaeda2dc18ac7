import { describe, expect, it } from 'vitest';
import { IMPORTED_ROOM, keepsRoom } from '../../../../lib/domain/room-spec.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../support/configs.ts';
import { aRecord, DETAILS, HOUR, withRoom } from '../../../support/teleconsultations.ts';

const unlimited = aConfig();
const limited = aConfig({ UNLIMITED_TELECONSULTATION: 'false' });
const withImportedRoom = (parts: Partial<Teleconsultation> = {}): Teleconsultation => ({
  ...aRecord(parts),
  room: { id: 'room-1', specHash: IMPORTED_ROOM, links: [], details: DETAILS },
});

describe('an imported room', () => {
  const record = withImportedRoom();
  const [doctor, patient] = record.participants;
  if (doctor === undefined || patient === undefined) throw new Error('there are two');

  it('stays for a record that asks for what it asked for, whatever the configuration is by now', () => {
    const recorded = aConfig({ DEFAULT_RECORDING_TYPE: 'automatic', LIVE_TELECONSULTATION: 'false' });
    for (const config of [unlimited, limited, recorded]) expect(keepsRoom(record, record, config)).toBe(true);
    const renamed = { ...record, participants: [patient, { ...doctor, fullName: 'Another-Example' }] };
    expect(keepsRoom(record, renamed, limited)).toBe(true);
  });

  it('goes when people, roles or the duration change', () => {
    const raised = { ...record, participants: [doctor, { ...patient, groups: ['doctor'] }] };
    const replaced = { ...record, participants: [doctor, { ...patient, kaleyraId: 'usr_other' }] };
    const longer = { ...record, endDate: (record.endDate ?? 0) + HOUR };
    expect([raised, replaced].map(planned => keepsRoom(record, planned, unlimited))).toEqual([false, false]);
    expect(keepsRoom(record, longer, limited)).toBe(false);
    expect(keepsRoom(record, longer, unlimited)).toBe(true);
    expect(keepsRoom(record, { ...record, expected: 3 }, unlimited)).toBe(false);
  });

  it('stays when groups that were never stored are heard of', () => {
    const silent = withImportedRoom({ participants: [doctor, patient].map(one => ({ ...one, groups: [] })) });
    expect(keepsRoom(silent, record, unlimited)).toBe(true);
    const third = { ...patient, kaleyraId: 'usr_third' };
    expect(keepsRoom(silent, { ...record, expected: 3, participants: [doctor, patient, third] }, unlimited)).toBe(
      false,
    );
  });
});

it('a room of ours stays only while it is what the configuration asks for', () => {
  const record = withRoom();
  expect(keepsRoom(record, record, unlimited)).toBe(true);
  expect(keepsRoom(record, record, aConfig({ DEFAULT_RECORDING_TYPE: 'manual' }))).toBe(false);
});

it('no room is right for an incomplete list, and wrong for a complete one', () => {
  expect(keepsRoom(aRecord({ expected: 3 }), aRecord({ expected: 3 }), unlimited)).toBe(true);
  expect(keepsRoom(aRecord(), aRecord(), unlimited)).toBe(false);
});
