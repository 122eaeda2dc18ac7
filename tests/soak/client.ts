/** One of several clients: books, opens, changes, cancels, meets, and writes down what it was told. */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from '../support/people.ts';
import { exchange, isHarmless, type Outcome, type Request } from './exchange.ts';
import { type Entry, isCancelled, isCertain, type Ledger, lookOf, noteLink, type Wish } from './ledger.ts';

export interface Surroundings {
  ledger: Ledger;
  /** Where the service answers. */
  gateways: readonly string[];
  simulator: string;
  /** Ends all. */
  signal: AbortSignal;
}

const MINUTE = 60_000;
const PAUSE_MS = 15;
const MOST_LIVE = 150;

const anyOf = <Item>(items: readonly Item[]): Item => {
  if (items.length === 0) throw new Error('there is nothing to choose from');
  return items[randomInt(items.length)] as Item;
};

/** Invented people; now and then somebody new. */
const aPerson = (kind: 'doctor' | 'patient'): Person => {
  const userId = `${kind}-${randomInt(10) === 0 ? randomUUID() : randomInt(20)}`;
  return { userId, groups: [kind], fullName: `Invented ${userId}` };
};

const somePeople = (count: number): Person[] => {
  const people = new Map([aPerson('doctor')].map(person => [person.userId, person]));
  while (people.size < count) {
    const person = aPerson('patient');
    people.set(person.userId, person);
  }
  return [...people.values()];
};

const iso = (at: number): string => new Date(at).toISOString();

/** No two bookings begin in the same millisecond, so each is known by its start. */
const aStart = ({ ledger }: Surroundings, minutes: number): number => {
  ledger.lastStart = Math.max(ledger.lastStart + 1, Date.now());
  return ledger.lastStart + minutes * MINUTE;
};

const times = (startDate: number) => ({ start_date: iso(startDate), end_date: iso(startDate + 60 * MINUTE) });
const list = (people: readonly Person[], expected: number) => ({ participants: { number: expected, data: people } });

const SOON = 120;

const send = ({ ledger, gateways }: Surroundings, request: Request): Promise<Outcome> =>
  exchange(ledger, anyOf(gateways), request);

const wrong = ({ ledger }: Surroundings, what: string, outcome: Outcome): void =>
  void ledger.violations.push(`${what} answered ${outcome.status} ${JSON.stringify(outcome.body)}`);

const enter = ({ ledger }: Surroundings, entry: Entry): void => void ledger.entries.set(entry.id, entry);

const aWish = (here: Surroundings): Wish => {
  const people = somePeople(anyOf([2, 2, 3]));
  const expected = people.length + anyOf([0, 0, 0, 1]);
  const startDate = aStart(here, anyOf([-5, SOON]));
  return { people, expected, startDate, key: anyOf([randomUUID(), randomUUID(), undefined]) };
};

const book = async (here: Surroundings, wish: Wish): Promise<void> => {
  const { ledger } = here;
  const { people, expected, startDate, key } = wish;
  if (key !== undefined && !ledger.keyed.has(startDate)) ledger.keyed.set(startDate, undefined);
  const outcome = await send(here, {
    what: key === undefined ? 'book' : 'book under a key',
    method: 'POST',
    path: '/teleconsultation',
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    body: { ...times(startDate), ...list(people, expected) },
  });
  if (outcome.status === 201) {
    const id = String((outcome.body as { roomId: string }).roomId);
    if (ledger.entries.has(id)) ledger.violations.push(`${id} was given to two bookings`);
    if (key !== undefined) ledger.keyed.set(startDate, id);
    enter(here, { id, people, expected, startDate, looks: [lookOf({ startDate, people })], busy: false });
  } else if (!isHarmless(outcome)) wrong(here, 'a booking', outcome);
  // Whoever gave it no name cannot know what became of it, and does not repeat it.
  else if (key !== undefined) ledger.pending.push(wish);
};

const bookSomething = (here: Surroundings): Promise<void> => {
  const isFull = [...here.ledger.entries.values()].filter(live).length >= MOST_LIVE;
  return isFull ? withOne(here, cancel, live) : book(here, aWish(here));
};

/** The one that has waited longest. */
const bookAgain = async (here: Surroundings): Promise<void> => {
  const wish = here.ledger.pending.shift();
  if (wish !== undefined) await book(here, wish);
};

/** What may be there afterwards: what was asked for, and what was there before where nobody said which of them. */
const settle = (
  here: Surroundings,
  before: Entry,
  after: Pick<Entry, 'people' | 'startDate'>,
  outcome: Outcome,
): void => {
  const done = outcome.status === 204 || outcome.status === 201;
  if (done) enter(here, { ...before, ...after, looks: [lookOf(after)] });
  else if (outcome.unknown) enter(here, { ...before, looks: [...before.looks, lookOf(after)] });
};

const change = async (here: Surroundings, entry: Entry): Promise<void> => {
  const people = anyOf([true, false]) ? somePeople(anyOf([2, 3])) : entry.people;
  const startDate = anyOf([true, false]) ? aStart(here, SOON) : entry.startDate;
  const expected = people === entry.people ? entry.expected : people.length;
  const body = { ...times(startDate), ...list(people, expected) };
  const outcome = await send(here, { what: 'change', method: 'PATCH', path: `/teleconsultation/${entry.id}`, body });
  if (outcome.status !== 204 && !isHarmless(outcome)) return wrong(here, `a change of ${entry.id}`, outcome);
  settle(
    here,
    { ...entry, expected: outcome.status === 204 ? expected : entry.expected },
    { people, startDate },
    outcome,
  );
};

const add = async (here: Surroundings, entry: Entry): Promise<void> => {
  const person = somePeople(2).at(-1);
  if (person === undefined || entry.people.some(({ userId }) => userId === person.userId)) return;
  const path = `/teleconsultation/${entry.id}/participants/data`;
  const outcome = await send(here, { what: 'add a participant', method: 'POST', path, body: person });
  if (outcome.status !== 201 && !isHarmless(outcome)) return wrong(here, `an addition to ${entry.id}`, outcome);
  settle(here, entry, { people: [...entry.people, person], startDate: entry.startDate }, outcome);
};

const cancel = async (here: Surroundings, entry: Entry): Promise<void> => {
  const outcome = await send(here, { what: 'cancel', method: 'DELETE', path: `/teleconsultation/${entry.id}` });
  if (outcome.status === 204) enter(here, { ...entry, looks: ['cancelled'] });
  else if (!isHarmless(outcome)) wrong(here, `a cancellation of ${entry.id}`, outcome);
  else if (outcome.unknown) enter(here, { ...entry, looks: [...entry.looks, 'cancelled'] });
};

/**
 * As one of its people, or as somebody else. What was acknowledged is there, whatever was stopped meanwhile.
 * @returns undefined where nobody could tell
 */
export const open = async (
  here: Surroundings,
  entry: Entry,
  whose: 'ours' | 'anybody’s' = 'ours',
): Promise<number | undefined> => {
  const person = anyOf(entry.people);
  const headers = { miauserid: person.userId };
  const outcome = await send(here, { what: 'open', method: 'GET', path: `/teleconsultation/${entry.id}`, headers });
  if (isHarmless(outcome)) return undefined;
  // Somebody else is about it, or was meanwhile: then it is for them to know.
  const isOthers = whose === 'anybody’s' && entry.busy;
  if (isOthers || here.ledger.entries.get(entry.id) !== entry) return outcome.status;
  const expected = isCancelled(entry) ? 404 : 200;
  if (outcome.status !== expected) wrong(here, `opening ${entry.id}, which is acknowledged,`, outcome);
  if (outcome.status !== 200) return outcome.status;
  const { accessLinkURL: link } = outcome.body as { accessLinkURL: string | null };
  const isOpen = entry.startDate <= Date.now() - MINUTE && entry.people.length === entry.expected;
  if (isOpen !== (link !== null)) wrong(here, `opening ${entry.id}, which is ${isOpen ? '' : 'not '}open,`, outcome);
  if (link !== null) noteLink(here.ledger, link, `${person.userId} in ${entry.id}`);
  return outcome.status;
};

const meet = async (here: Surroundings, entry: Entry): Promise<void> => {
  const { rooms } = (await (await fetch(`${here.simulator}/_simulator/state`)).json()) as {
    rooms: { id: string; description: string | null; deleted?: boolean }[];
  };
  const room = rooms.find(one => one.description === entry.id && one.deleted !== true);
  if (room === undefined) return;
  const order = JSON.stringify({ roomId: room.id, uploads: 2, durationSeconds: 60 });
  await fetch(`${here.simulator}/_simulator/calls`, { method: 'POST', body: order });
  const path = `/teleconsultation/${entry.id}/uploads`;
  const outcome = await send(here, { what: 'delete files', method: 'DELETE', path });
  if (outcome.status !== 200 && !isHarmless(outcome)) wrong(here, `the files of ${entry.id}`, outcome);
};

const credentials = async (here: Surroundings): Promise<void> => {
  const { userId } = aPerson('patient');
  const headers = { miauserid: userId, miausergroups: 'patient' };
  const outcome = await send(here, { what: 'credentials', method: 'POST', path: '/credentials', headers });
  if (outcome.status !== 201 && !isHarmless(outcome)) wrong(here, 'credentials', outcome);
};

type Act = (here: Surroundings, entry: Entry) => Promise<unknown>;

const isOpenNow = ({ startDate }: Entry): boolean => startDate < Date.now();

/** One that nobody is about, and of which everybody knows what it is. */
const withOne = async (here: Surroundings, act: Act, fits: (entry: Entry) => boolean): Promise<void> => {
  const free = [...here.ledger.entries.values()].filter(entry => isCertain(entry) && !entry.busy && fits(entry));
  if (free.length === 0) return;
  const entry = anyOf(free);
  entry.busy = true;
  try {
    await act(here, entry);
  } finally {
    entry.busy = false;
    const after = here.ledger.entries.get(entry.id);
    if (after !== undefined) after.busy = false;
  }
};

const live = (entry: Entry): boolean => !isCancelled(entry);
const changeable = (entry: Entry): boolean => live(entry) && !isOpenNow(entry);

const ACTS: readonly ((here: Surroundings) => Promise<void>)[] = [
  ...Array.from({ length: 3 }, () => bookSomething),
  bookAgain,
  bookAgain,
  ...Array.from({ length: 6 }, () => (here: Surroundings) => withOne(here, open, live)),
  here => withOne(here, open, isCancelled),
  here => withOne(here, change, changeable),
  here => withOne(here, change, changeable),
  here => withOne(here, add, entry => changeable(entry) && entry.people.length < entry.expected),
  here => withOne(here, cancel, live),
  here => withOne(here, meet, entry => live(entry) && isOpenNow(entry) && entry.people.length === entry.expected),
  credentials,
];

export const runClient = async (here: Surroundings): Promise<void> => {
  while (!here.signal.aborted) {
    // The simulator may be away; then nobody meets.
    await anyOf(ACTS)(here).catch(error => {
      if (!(error instanceof TypeError)) throw error;
    });
    await sleep(PAUSE_MS);
  }
};
