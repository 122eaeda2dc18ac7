import { isPlaceholder } from '../../lib/domain/erasure/placeholder.ts';
import type { ReconcileOptions } from '../../lib/domain/jobs/reconcile-rooms.ts';
import type { Teleconsultation } from '../../lib/domain/teleconsultation.ts';
import { isComplete } from '../../lib/domain/teleconsultation.ts';
import { span } from './bookings.ts';
import { cleanUp, reconcile } from './jobs.ts';
import type { SimulatedRoom, SimulatorState } from './simulator.ts';
import type { World } from './world.ts';

/** What our table and Kaleyra have to say together once everything has come to rest, whatever broke on the way there. */

/** Who is who, as the table has it. */
interface KnownAs {
  externalId: string;
  kaleyraId: string;
}

export interface Snapshot {
  now: number;
  records: readonly Teleconsultation[];
  people: readonly KnownAs[];
  rooms: readonly SimulatedRoom[];
  users: SimulatorState['users'];
}

/** What a teleconsultation looks like to whoever asked for it. */
export type Look = 'cancelled' | { startDate: number; participants: readonly string[] };

/** After a call that was acknowledged there is one way it can look; after one that failed there may be two. */
export interface Promised {
  id: string;
  looks: readonly Look[];
}

const sorted = (texts: Iterable<string>): string => JSON.stringify([...texts].sort());

const looksLike = (record: Teleconsultation | undefined, look: Look): boolean => {
  if (look === 'cancelled') return record?.state === 'TRASH';
  if (record?.state !== 'PUBLIC' || record.startDate !== look.startDate) return false;
  return sorted(record.participants.map(({ externalId }) => externalId)) === sorted(look.participants);
};

const twice = <Item>(items: readonly Item[]): Set<Item> =>
  new Set(items.filter((item, index) => items.indexOf(item) !== index));

/** Rooms at Kaleyra against the records that their descriptions name. */
const ofRooms = ({ records, rooms }: Snapshot): string[] =>
  rooms
    .filter(room => records.some(({ id }) => id === room.description))
    .filter(room => {
      const pointing = records.filter(record => record.room?.id === room.id);
      return pointing.length !== 1 || pointing[0]?.id !== room.description || pointing[0]?.state !== 'PUBLIC';
    })
    .map(room => `${room.description}: room ${room.id} is not the room of exactly that live record`);

/** Records against what Kaleyra has for them. */
const ofRecord = ({ now, rooms, people }: Snapshot, record: Teleconsultation): string[] => {
  const found: string[] = [];
  const wrong = (what: string): void => void found.push(`${record.id}: ${what}`);
  const { room, participants } = record;
  const there = rooms.find(({ id }) => id === room?.id);
  const isOver = record.endDate !== null && record.endDate <= now;

  if (record.state === 'CREATING') wrong('is still being created');
  if (record.claim !== null) wrong('is still claimed');
  if (record.owed.length > 0) wrong('still owes something');
  if (record.state === 'TRASH' && room !== null) wrong('is cancelled and has a room');
  if (record.state === 'PUBLIC' && isComplete(record)) {
    if (room === null) wrong('is complete and has no room');
    else if (there === undefined && !isOver) wrong('has lost its room');
  }
  for (const { externalId, kaleyraId } of participants) {
    const known = people.find(person => person.externalId === externalId);
    if (known !== undefined && known.kaleyraId !== kaleyraId) wrong('names somebody as another user than they are');
  }
  if (room === null) return found;
  // Who was erased has no link any more, and is nobody.
  const invited = participants.filter(({ externalId }) => !isPlaceholder(externalId));
  if (sorted(room.links.map(({ kaleyraId }) => kaleyraId)) !== sorted(invited.map(({ kaleyraId }) => kaleyraId))) {
    wrong('has not one link for each participant');
  }
  // The links of a room that was closed lead nowhere, and Kaleyra does not show them any more.
  const open = there?.disabled === true ? [] : (there?.participants ?? []);
  for (const { user_id, access_link } of open) {
    const kept = room.links.filter(({ kaleyraId }) => kaleyraId === user_id);
    if (kept.length !== 1 || kept[0]?.url !== access_link) wrong('has a link that is not the one of this person');
  }
  return found;
};

/** Nobody shares a link, a user or an identity; every user at Kaleyra is somebody. */
const ofPeople = ({ records, people, users }: Snapshot): string[] => {
  const urls = records.flatMap(record => (record.room?.links ?? []).map(({ url }) => url));
  const ids = people.map(({ kaleyraId }) => kaleyraId);
  const there = users.filter(user => user.deleted !== true).map(({ id }) => id);
  return [
    ...(twice(urls).size > 0 ? ['a link stands in more than one place'] : []),
    ...[...twice(ids)].map(id => `${id}: two people are one user`),
    ...[...twice(there)].map(id => `${id}: a user is there twice`),
    ...there.filter(id => !ids.includes(id)).map(id => `${id}: a user at Kaleyra is nobody`),
  ];
};

/** Every sentence is one thing that is wrong; none means that all is well. */
export const violationsOf = (snapshot: Snapshot, promised: readonly Promised[] = []): string[] => [
  ...ofRooms(snapshot),
  ...snapshot.records.flatMap(record => ofRecord(snapshot, record)),
  ...ofPeople(snapshot),
  ...promised.flatMap(({ id, looks }) => {
    const record = snapshot.records.find(one => one.id === id);
    return looks.some(look => looksLike(record, look)) ? [] : [`${id}: is not what was acknowledged`];
  }),
];

export const takeSnapshot = async (world: World): Promise<Snapshot> => {
  const items = await world.items();
  const { records } = world.scope();
  const ids = items.filter(({ sk }) => sk === 'record').map(({ pk }) => String(pk));
  const found = await Promise.all(ids.map(id => records.find(id)));
  const { rooms, users } = await world.simulator.state();
  return {
    now: world.clock.now(),
    records: found.filter(record => record !== undefined),
    people: items
      .filter(({ pk, kaleyraId }) => String(pk).startsWith('ext#') && kaleyraId !== undefined)
      .map(({ pk, kaleyraId }) => ({ externalId: String(pk).slice('ext#'.length), kaleyraId: String(kaleyraId) })),
    rooms: rooms.filter(room => room.deleted !== true),
    users,
  };
};

/** More than a test can leave behind at once: what is an alarm on an ordinary day is all of a test's rooms here. */
const MANY: ReconcileOptions = { mostChanges: 100_000 };

/** Runs both jobs until whatever was put off has had its turn. */
export const comeToRest = async (world: World, rounds = 6): Promise<void> => {
  for (let round = 0; round < rounds; round += 1) {
    world.clock.moveBy(span('20 minutes'));
    await reconcile(world, MANY);
    await cleanUp(world);
  }
};

/** What one more run of the reconciler still finds to do, by its counts; nothing when all is well. */
export const stillToDo = async (world: World): Promise<string[]> => {
  const { alarm, complete, ...counts } = await reconcile(world, MANY);
  const { claims, abandoned, paid, unpaid, strays, removed, lost, repaired, people, failed, left } = counts;
  const work = { claims, abandoned, paid, unpaid, strays, removed, lost, repaired, people, failed, left };
  return [
    ...Object.entries(work).flatMap(([name, count]) =>
      count > 0 ? [`a second run still counts ${count} ${name}`] : [],
    ),
    ...(complete ? [] : ['a second run does not come to its end']),
    ...(alarm ? ['a second run raises the alarm'] : []),
  ];
};
