import type { Personal } from '../../personal.ts';
import { type AccessLink, isClosed, type Participant, type Teleconsultation } from '../teleconsultation.ts';
import { isPlaceholder } from './placeholder.ts';

/** What an erasure does to a record. Pure rules. */

/** How the table names the person, and what stands there afterwards. */
export interface Erasing {
  externalId: Personal;
  kaleyraIds: readonly string[];
  placeholder: string;
}

const DAY_MS = 24 * 3_600_000;

/** When the call is over by the plan; one without an end (imported records have such) is given a day. */
export const callEndsAt = ({ startDate, endDate }: Pick<Teleconsultation, 'startDate' | 'endDate'>): number =>
  endDate ?? startDate + DAY_MS;

export const takesPart = (
  record: Pick<Teleconsultation, 'participants'>,
  { kaleyraIds }: Pick<Erasing, 'kaleyraIds'>,
): boolean => record.participants.some(({ kaleyraId }) => kaleyraIds.includes(kaleyraId));

/** Taken out of it since; what was kept of calls before that is theirs as well. */
export const tookPartIn = (
  { formerPeople }: Pick<Teleconsultation, 'formerPeople'>,
  { kaleyraIds }: Pick<Erasing, 'kaleyraIds'>,
): boolean => formerPeople.some(kaleyraId => kaleyraIds.includes(kaleyraId));

/** The person's own. */
export const linksOf = (
  { room }: Pick<Teleconsultation, 'room'>,
  { kaleyraIds }: Pick<Erasing, 'kaleyraIds'>,
): AccessLink[] => room?.links.filter(({ kaleyraId }) => kaleyraIds.includes(kaleyraId)) ?? [];

const isNameless = ({ externalId, fullName, language }: Participant): boolean =>
  isPlaceholder(externalId) && fullName === null && language === null;

export interface Nameless {
  record: Teleconsultation;
  /** Whether anything in it named the person. */
  changed: boolean;
  /** How many personal links went. */
  links: number;
}

/**
 * The record without the person's id, name, language and link. Kaleyra's id stays, and the groups with it: they say that
 * somebody took part and as what, and nothing of who it was. Where the person took part the room was cleared out and disabled,
 * so the record says that it is closed.
 */
export const withoutPerson = (record: Teleconsultation, erasing: Erasing, now: number): Nameless => {
  const { externalId, kaleyraIds, placeholder } = erasing;
  const isTheirs = ({ kaleyraId }: { kaleyraId: string }): boolean => kaleyraIds.includes(kaleyraId);
  const isNamed = (participant: Participant): boolean => isTheirs(participant) && !isNameless(participant);
  const author = (id: Personal): Personal => (id === externalId ? placeholder : id);

  const { room, creatorId, updaterId } = record;
  const links = linksOf(record, erasing).length;
  const closes = room !== null && takesPart(record, erasing) && !isClosed(record);
  const changed =
    links > 0 ||
    closes ||
    record.booking !== null ||
    record.participants.some(isNamed) ||
    creatorId === externalId ||
    updaterId === externalId;
  if (!changed) return { record, changed, links };
  return {
    changed,
    links,
    record: {
      ...record,
      participants: record.participants.map(participant =>
        isNamed(participant)
          ? { ...participant, externalId: placeholder, fullName: null, language: null }
          : participant,
      ),
      room: room && {
        ...room,
        links: room.links.filter(link => !isTheirs(link)),
        details: closes ? { ...room.details, disabled: true } : room.details,
      },
      upkeep: closes
        ? { roomId: room.id, filesClearedAt: now, closedAt: now, attempts: 0, notBefore: now }
        : record.upkeep,
      // The digest of a request that named the person would still tell whether a guess is right.
      booking: null,
      creatorId: author(creatorId),
      updaterId: author(updaterId),
    },
  };
};
