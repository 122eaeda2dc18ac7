import type { PersonMark, RecordMark } from '../../schemas/import-marks.ts';
import type { Teleconsultation } from '../teleconsultation.ts';

/** The way back: our records as lines of the retired service's exports, in the spelling of its last release. */

const iso = (instant: number): string => new Date(instant).toISOString();

/** The old collection requires room and link; before there is one, they are empty. */
const NONE = '';

const stateOf = (record: Teleconsultation, mark: RecordMark | undefined): string => {
  if (record.state !== 'TRASH') return 'PUBLIC';
  return mark?.state === 'DELETED' ? 'DELETED' : 'TRASH';
};

const ifKnown = (field: string, value: unknown): Record<string, unknown> =>
  value === null || value === undefined ? {} : { [field]: value };

/** @param mark what was noted beside the record when it was imported */
export const toOldTeleconsultation = (
  record: Teleconsultation,
  mark: RecordMark | undefined,
): Record<string, unknown> => ({
  _id: record.id,
  bandyerRoomId: record.room?.id ?? (record.state === 'TRASH' ? mark?.roomId : undefined) ?? NONE,
  participantsNumber: record.expected,
  participants: record.participants.map(({ kaleyraId, groups, fullName, language }) => ({
    userBandyerId: kaleyraId,
    accessLinkURL: record.room?.links.find(link => link.kaleyraId === kaleyraId)?.url ?? NONE,
    ...(groups.length > 0 && { groups }),
    ...ifKnown('fullName', fullName),
    ...ifKnown('language', language),
  })),
  ...ifKnown('teleconsultationState', mark?.progress),
  startDate: iso(record.startDate),
  ...(record.endDate !== null && { endDate: iso(record.endDate) }),
  creatorId: record.creatorId,
  createdAt: iso(record.createdAt),
  updaterId: record.updaterId,
  updatedAt: iso(record.updatedAt),
  __STATE__: stateOf(record, mark),
});

export interface ExportedUser {
  kaleyraId: string;
  externalId: string;
  fullName: string | null;
  mark: PersonMark | undefined;
}

export const toOldUser = ({ kaleyraId, externalId, fullName, mark }: ExportedUser): Record<string, unknown> => ({
  ...ifKnown('_id', mark?.id),
  bandyerId: kaleyraId,
  receivedUserId: externalId,
  ...(fullName !== null && mark?.named !== false && { fullName }),
  ...(mark !== undefined && mark.groups.length > 0 && { groups: mark.groups }),
  ...(mark !== undefined && mark.createdAt !== null && { createdAt: iso(mark.createdAt) }),
  __STATE__: mark?.state ?? 'PUBLIC',
});
