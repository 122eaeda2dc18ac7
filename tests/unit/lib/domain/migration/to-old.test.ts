import { describe, expect, it } from 'vitest';
import { type ExportedUser, toOldTeleconsultation, toOldUser } from '../../../../../lib/domain/migration/to-old.ts';
import type { RecordMark } from '../../../../../lib/schemas/import-marks.ts';
import { aRecord, linkOf, withRoom } from '../../../../support/teleconsultations.ts';

const [drRossi, mrBianchi] = aRecord().participants;
if (drRossi === undefined || mrBianchi === undefined) throw new Error('two people take part');

const aMark = (parts: Partial<RecordMark> = {}): RecordMark => ({
  state: 'PUBLIC',
  roomId: null,
  progress: null,
  ...parts,
});

describe('a teleconsultation of ours', () => {
  it('is a line in the spelling of the last release', () => {
    const participants = [{ ...drRossi, language: 'it' as const }, mrBianchi];
    expect(
      toOldTeleconsultation({ ...withRoom(), participants, creatorId: 'ada', updaterId: 'eva' }, undefined),
    ).toEqual({
      _id: 'd'.repeat(24),
      bandyerRoomId: 'room-1',
      participantsNumber: 2,
      participants: [
        {
          userBandyerId: drRossi.kaleyraId,
          accessLinkURL: linkOf(drRossi.kaleyraId),
          groups: ['doctor'],
          fullName: 'Dr Ada Rossi-Example',
          language: 'it',
        },
        {
          userBandyerId: mrBianchi.kaleyraId,
          accessLinkURL: linkOf(mrBianchi.kaleyraId),
          groups: ['patient'],
          fullName: 'Mr Ugo Bianchi-Example',
        },
      ],
      startDate: '2026-05-04T09:00:00.000Z',
      endDate: '2026-05-04T10:00:00.000Z',
      creatorId: 'ada',
      createdAt: '2026-05-03T09:00:00.000Z',
      updaterId: 'eva',
      updatedAt: '2026-05-03T09:00:00.000Z',
      __STATE__: 'PUBLIC',
    });
  });

  it('says nothing of what is not known, and names no room and no link where there is none', () => {
    const nobody = { ...drRossi, groups: [], fullName: null };
    const line = toOldTeleconsultation(aRecord({ participants: [nobody], endDate: null }), undefined);
    expect(line).toMatchObject({ bandyerRoomId: '', participants: [{ accessLinkURL: '' }] });
    expect(line).not.toHaveProperty('endDate');
    expect(line).not.toHaveProperty('teleconsultationState');
    expect(Object.keys((line.participants as object[])[0] ?? {})).toEqual(['userBandyerId', 'accessLinkURL']);
  });

  it('gives nobody the link of somebody else', () => {
    const record = withRoom();
    const room = record.room && { ...record.room, links: record.room.links.slice(1) };
    expect(toOldTeleconsultation({ ...record, room }, undefined)).toMatchObject({
      participants: [{ accessLinkURL: '' }, { accessLinkURL: linkOf(mrBianchi.kaleyraId) }],
    });
  });
});

describe('what an import noted', () => {
  it.each<['PUBLIC' | 'TRASH', RecordMark | undefined, string]>([
    ['PUBLIC', undefined, 'PUBLIC'],
    ['PUBLIC', aMark({ state: 'DRAFT' }), 'PUBLIC'],
    ['PUBLIC', aMark({ state: 'DELETED' }), 'PUBLIC'],
    ['TRASH', undefined, 'TRASH'],
    ['TRASH', aMark({ state: 'PUBLIC' }), 'TRASH'],
    ['TRASH', aMark({ state: 'TRASH' }), 'TRASH'],
    ['TRASH', aMark({ state: 'DELETED' }), 'DELETED'],
  ])('of a record that is %s, with %j, makes it %s', (state, mark, expected) => {
    expect(toOldTeleconsultation(aRecord({ state }), mark).__STATE__).toBe(expected);
  });

  it('is the room of what was cancelled before, never of what is live', () => {
    const mark = aMark({ roomId: 'room-old' });
    expect(toOldTeleconsultation(aRecord({ state: 'TRASH' }), mark).bandyerRoomId).toBe('room-old');
    expect(toOldTeleconsultation(aRecord(), mark).bandyerRoomId).toBe('');
    expect(toOldTeleconsultation({ ...withRoom(), state: 'TRASH' }, mark).bandyerRoomId).toBe('room-1');
  });

  it('is how far it had come, where that was said', () => {
    expect(toOldTeleconsultation(aRecord(), aMark({ progress: 'as it was' })).teleconsultationState).toBe('as it was');
    expect(toOldTeleconsultation(aRecord(), aMark())).not.toHaveProperty('teleconsultationState');
  });
});

describe('a user', () => {
  const user: ExportedUser = { kaleyraId: 'usr_a', externalId: 'ada', fullName: 'Ada-Example', mark: undefined };
  const mark = { id: 'row-1', named: true, groups: ['doctor'], createdAt: 0, state: 'TRASH' as const };
  const line = { bandyerId: 'usr_a', receivedUserId: 'ada' };

  it('of ours is a visible row with a name', () => {
    expect(toOldUser(user)).toStrictEqual({ ...line, fullName: 'Ada-Example', __STATE__: 'PUBLIC' });
    expect(toOldUser({ ...user, fullName: null })).toStrictEqual({ ...line, __STATE__: 'PUBLIC' });
  });

  it('that was imported is the row that it was', () => {
    expect(toOldUser({ ...user, mark })).toStrictEqual({
      ...line,
      _id: 'row-1',
      fullName: 'Ada-Example',
      groups: ['doctor'],
      createdAt: '1970-01-01T00:00:00.000Z',
      __STATE__: 'TRASH',
    });
  });

  it('that was imported without these has neither a row’s id nor groups, a date or a name', () => {
    const bare = { id: null, named: false, groups: [], createdAt: null, state: 'PUBLIC' as const };
    expect(toOldUser({ ...user, mark: bare })).toStrictEqual({ ...line, __STATE__: 'PUBLIC' });
  });
});
