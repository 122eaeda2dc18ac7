import type * as z from 'zod/mini';
import type { StoredPerson, StoredRecord } from './stored.ts';
import { instantIn, isBoolean, isFields, isNumber, isText, isTextOrNull, listIn, nullOr, textIn } from './usual.ts';

/** A stored record as this service writes it, see usual.ts; field by field what StoredRecord (stored.ts) says. */

type Read = z.output<typeof StoredRecord>;
type Room = NonNullable<Read['room']>;
type Upkeep = NonNullable<Read['upkeep']>;

const participantIn = (value: unknown): Read['participants'][number] | undefined => {
  if (!isFields(value)) return undefined;
  const { externalId, kaleyraId, fullName, language, plusSince } = value;
  const groups = listIn(value.groups, textIn);
  if (!isText(externalId) || !isText(kaleyraId) || groups === undefined || !isTextOrNull(fullName)) return undefined;
  if (language !== null && language !== 'it' && language !== 'en') return undefined;
  if (isNumber(plusSince)) return { externalId, kaleyraId, groups, fullName, language, plusSince };
  return 'plusSince' in value ? undefined : { externalId, kaleyraId, groups, fullName, language };
};

const detailsIn = (value: unknown): Room['details'] | undefined => {
  if (!isFields(value)) return undefined;
  const { recording, recordingStatus, callType, description, status, disabled } = value;
  const { creationDate, durationInSeconds, durationUsedInSeconds, live } = value;
  if (!isText(recording) || !isText(recordingStatus) || !isText(callType) || !isText(status)) return undefined;
  if (!isTextOrNull(description) || !isTextOrNull(creationDate)) return undefined;
  if (!isBoolean(disabled) || !isBoolean(live)) return undefined;
  if (!isNumber(durationInSeconds) || !isNumber(durationUsedInSeconds)) return undefined;
  return {
    recording,
    recordingStatus,
    callType,
    description,
    status,
    disabled,
    creationDate,
    durationInSeconds,
    durationUsedInSeconds,
    live,
  };
};

const linkIn = (value: unknown): Room['links'][number] | undefined => {
  if (!isFields(value)) return undefined;
  const { kaleyraId, url } = value;
  return isText(kaleyraId) && isText(url) ? { kaleyraId, url } : undefined;
};

const roomIn = (value: unknown): Room | undefined => {
  if (!isFields(value)) return undefined;
  const { id, specHash } = value;
  const links = listIn(value.links, linkIn);
  const details = detailsIn(value.details);
  if (!isText(id) || !isText(specHash) || links === undefined || details === undefined) return undefined;
  return { id, specHash, links, details };
};

const claimIn = (value: unknown): Read['claim'] | undefined => {
  if (!isFields(value)) return undefined;
  const { operation } = value;
  const until = instantIn(value.until);
  return isText(operation) && until !== undefined ? { operation, until } : undefined;
};

const owedIn = (value: unknown): Read['owed'][number] | undefined => {
  if (!isFields(value)) return undefined;
  const { roomId, files, recordings, attempts } = value;
  const dueAt = instantIn(value.dueAt);
  if (!isTextOrNull(roomId) || !isBoolean(files) || dueAt === undefined || !isNumber(attempts)) return undefined;
  if (recordings === true) return { roomId, files, recordings, dueAt, attempts };
  return 'recordings' in value ? undefined : { roomId, files, dueAt, attempts };
};

const upkeepIn = (value: unknown): Upkeep | undefined => {
  if (!isFields(value)) return undefined;
  const { roomId, attempts } = value;
  const filesClearedAt = nullOr(value.filesClearedAt, instantIn);
  const closedAt = nullOr(value.closedAt, instantIn);
  const notBefore = instantIn(value.notBefore);
  if (filesClearedAt === undefined || closedAt === undefined || notBefore === undefined) return undefined;
  return isText(roomId) && isNumber(attempts) ? { roomId, filesClearedAt, closedAt, attempts, notBefore } : undefined;
};

const bookingIn = (value: unknown): Read['booking'] | undefined => {
  if (!isFields(value)) return undefined;
  const { digest, done } = value;
  return isText(digest) && isBoolean(done) ? { digest, done } : undefined;
};

/** @returns undefined for what StoredRecord has to look at: older records have fewer fields, and something may be wrong */
export const usualRecord = (value: unknown): Read | undefined => {
  if (!isFields(value)) return undefined;
  const { id, state, expected, creatorId, updaterId, revision, version, op } = value;
  if (state !== 'PUBLIC' && state !== 'CREATING' && state !== 'TRASH') return undefined;
  if (!isText(id) || !isText(creatorId) || !isText(updaterId) || !isText(op)) return undefined;
  if (!isNumber(expected) || !isNumber(revision) || !isNumber(version)) return undefined;
  const startDate = instantIn(value.startDate);
  const endDate = nullOr(value.endDate, instantIn);
  const createdAt = instantIn(value.createdAt);
  const updatedAt = instantIn(value.updatedAt);
  if (startDate === undefined || endDate === undefined || createdAt === undefined || updatedAt === undefined) {
    return undefined;
  }
  const participants = listIn(value.participants, participantIn);
  const room = nullOr(value.room, roomIn);
  const claim = nullOr(value.claim, claimIn);
  const owed = listIn(value.owed, owedIn);
  if (participants === undefined || room === undefined || claim === undefined || owed === undefined) return undefined;
  const upkeep = nullOr(value.upkeep, upkeepIn);
  const formerRooms = listIn(value.formerRooms, textIn);
  const formerPeople = listIn(value.formerPeople, textIn);
  const booking = nullOr(value.booking, bookingIn);
  if (upkeep === undefined || formerRooms === undefined || formerPeople === undefined || booking === undefined) {
    return undefined;
  }
  return {
    id,
    state,
    startDate,
    endDate,
    expected,
    participants,
    room,
    claim,
    owed,
    upkeep,
    formerRooms,
    formerPeople,
    booking,
    creatorId,
    createdAt,
    updaterId,
    updatedAt,
    revision,
    version,
    op,
  };
};

/** Somebody of whom Kaleyra has said that they exist. @returns undefined for what StoredPerson has to look at */
export const usualPerson = (value: unknown): StoredPerson | undefined => {
  if (!isFields(value)) return undefined;
  const { kaleyraId, role } = value;
  const confirmedAt = instantIn(value.confirmedAt);
  if (!isText(kaleyraId) || confirmedAt === undefined || (role !== 'basic' && role !== 'plus')) return undefined;
  return { kaleyraId, role, confirmedAt };
};
