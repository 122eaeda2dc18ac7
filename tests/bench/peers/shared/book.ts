/**
 * `POST /teleconsultation`: the record first, invisible; then the room; then the record with its room. Calls that do not need
 * each other run side by side, and the ids that travel to the video service say nothing of people.
 */
import { createHash, randomBytes } from 'node:crypto';
import { HttpError } from './errors.ts';
import type { Caller } from './identity.ts';
import type { Booking, Participant, PersonItem, RecordItem } from './items.ts';
import { assertBookable, assertMayBook, type Role, roleOf, TOOLS } from './rules.ts';
import type { Services } from './services.ts';

const CLAIM_MS = 60_000;
const CLOSE_GRACE_MS = 86_400_000;

interface Person extends Participant {
  role: Role;
  isKnown: boolean;
}

const identify = async (
  { store }: Services,
  { userId, groups, fullName, language }: Booking['participants']['data'][number],
): Promise<Person> => {
  const minted = `usr_${randomBytes(16).toString('hex')}`;
  const item = (await store.setOnce(
    { pk: `ext#${userId}`, sk: 'person' },
    'kaleyraId',
    minted,
  )) as unknown as PersonItem;
  const role = roleOf(groups) ?? 'basic';
  return {
    externalId: userId,
    kaleyraId: item.kaleyraId,
    groups,
    fullName,
    language: language ?? null,
    role,
    isKnown: item.confirmedAt !== undefined && (item.role === 'plus' || role === 'basic'),
  };
};

const rememberName = (
  { store }: Services,
  { externalId, kaleyraId, fullName }: Person,
  nameSource: 'self' | 'booking',
): Promise<void> => store.set({ pk: `kal#${kaleyraId}`, sk: 'person' }, { externalId, fullName, nameSource });

const introduce = async (services: Services, person: Person): Promise<void> => {
  const { vendor, store, now } = services;
  const { externalId, kaleyraId, role } = person;
  await vendor.createUser(kaleyraId, role);
  await Promise.all([
    store.set({ pk: `ext#${externalId}`, sk: 'person' }, { role, confirmedAt: new Date(now()).toISOString() }),
    rememberName(services, person, 'booking'),
  ]);
};

const timesOf = (body: Booking): { startDate: string; endDate: string } => {
  const start = Date.parse(body.start_date);
  const end = body.end_date === undefined ? start + (body.duration_in_seconds ?? 0) * 1000 : Date.parse(body.end_date);
  if (end <= start) {
    throw new HttpError(400, 'the request is not valid', [{ path: 'end_date', message: 'must be after start_date' }]);
  }
  return { startDate: new Date(start).toISOString(), endDate: new Date(end).toISOString() };
};

const SORTED_TOOLS = Object.entries(TOOLS).sort(([one], [other]) => (one < other ? -1 : 1));

/** Of what is asked of the video service, the same for the same in any order. */
const specHash = (people: readonly Person[]): string => {
  const asked = people
    .map(({ kaleyraId, role }) => [kaleyraId, role === 'plus', SORTED_TOOLS] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([asked, null, 'none', true]))
    .digest('hex')
    .slice(0, 32);
};

/** Where the record stands in the index of what is to be looked after. */
const place = (record: RecordItem): { workShard: string; workDue: number } => {
  const due =
    record.claim === null ? Date.parse(record.endDate ?? '') + CLOSE_GRACE_MS : Date.parse(record.claim.until) + 1000;
  return { workShard: record.id.slice(0, 1), workDue: due };
};

const write = async ({ store }: Services, record: RecordItem, before: number | undefined): Promise<void> => {
  const item = { pk: record.id, sk: 'record', ...record, ...place(record) };
  await store.put(
    item,
    before === undefined
      ? { expression: 'attribute_not_exists(pk)', values: {} }
      : { expression: 'version = :before', values: { ':before': before } },
  );
};

const operation = (): string => randomBytes(8).toString('hex');

/** @returns the public id @throws HttpError */
export const book = async (services: Services, caller: Caller, body: Booking): Promise<string> => {
  assertMayBook(caller);
  const { number: expected, data } = body.participants;
  const times = timesOf(body);
  assertBookable(caller, data, expected);

  const now = services.now();
  const at = new Date(now).toISOString();
  const creating: RecordItem = {
    id: randomBytes(12).toString('hex'),
    state: 'CREATING',
    ...times,
    expected,
    participants: [],
    room: null,
    claim: { operation: operation(), until: new Date(now + CLAIM_MS).toISOString() },
    owed: [],
    upkeep: null,
    formerRooms: [],
    formerPeople: [],
    booking: null,
    creatorId: caller.id,
    createdAt: at,
    updaterId: caller.id,
    updatedAt: at,
    revision: 0,
    version: 1,
    op: operation(),
  };
  const [people] = await Promise.all([
    Promise.all(data.map(person => identify(services, person))),
    write(services, creating, undefined),
    services.store.get({ pk: 'circuit', sk: 'kaleyra' }),
  ]);
  await Promise.all(people.filter(({ isKnown }) => !isKnown).map(person => introduce(services, person)));

  const isComplete = people.length === expected;
  const [made] = await Promise.all([
    isComplete ? services.vendor.createRoom({ description: creating.id, people }) : null,
    ...people.map(({ kaleyraId }) => services.store.put({ pk: `person#${kaleyraId}`, sk: creating.id })),
    // About themselves people know better than whoever booked for them.
    ...people
      .filter(({ externalId, isKnown }) => isKnown && externalId === caller.id)
      .map(person => rememberName(services, { ...person, fullName: caller.fullName ?? person.fullName }, 'self')),
  ]);
  const participants = people.map(({ role: _, isKnown: __, ...participant }) => participant);
  const room = made && { ...made, specHash: specHash(people) };
  const done: RecordItem = { ...creating, state: 'PUBLIC', participants, room, claim: null, revision: 1, version: 2 };
  await Promise.all([
    write(services, { ...done, op: operation() }, creating.version),
    room && services.store.put({ pk: `room#${room.id}`, sk: 'room', recordId: creating.id }),
  ]);
  return creating.id;
};
