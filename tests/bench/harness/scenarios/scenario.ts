/** What a row of table 1 is: a moment of a route, and the calls of which each has to wait for the one before. */
import { aBooking, bookingBody } from '../../../support/bookings.ts';
import { drRossi, type Person, patients } from '../../../support/people.ts';
import type { Delayed } from '../waited-for.ts';

export type Step = 'table' | 'kaleyra';

export interface Scenario {
  /** As the template has it. */
  route: string;
  /** Which of its moments. */
  what?: string;
  /** How many take part; undefined where that makes no difference by nature. */
  people?: number;
  /** The shortest that does what the use case promises, whatever runs beside it. */
  chain: readonly Step[];
  status: number;
  /** Can be asked again and again, and does the same each time: one preparation is enough to warm it. */
  repeatable?: true;
  /** Puts everything in place, and gives back what is then measured. */
  prepare(delayed: Delayed): Promise<() => Promise<{ status: number }>>;
}

export const D: Step = 'table';
export const K: Step = 'kaleyra';

export const AT = '/teleconsultation';

const clock = { now: () => Date.now() } as Parameters<typeof aBooking>[0]['clock'];

export const book = (
  { api }: Delayed,
  people: readonly Person[],
  startsIn = '2 hours',
  expected = people.length,
): Promise<string> => aBooking({ api, clock }, { participants: people, startsIn, expected });

export const bodyFor = (people: readonly Person[], startsIn = '2 hours'): Record<string, unknown> =>
  bookingBody(clock.now(), { participants: people, startsIn });

let crowds = 0;

/** A doctor and as many patients as make up the number; nobody has seen these patients before. */
export const aCrowd = (count: number): Person[] => {
  crowds += 1;
  return [drRossi, ...patients(count - 1, `crowd-${crowds}`)];
};

/** Somebody whom nobody has seen before. */
export const aStranger = (): Person => {
  const [, stranger] = aCrowd(2);
  if (stranger === undefined) throw new Error('nobody to come');
  return stranger;
};

/** The room that the consultation has at Kaleyra, by the table. */
export const roomOf = async ({ dynamodb }: Delayed, id: string): Promise<string> => {
  const response = await fetch(dynamodb, {
    method: 'POST',
    headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
    body: JSON.stringify({ TableName: 'bench', Key: { pk: { S: id }, sk: { S: 'record' } } }),
  });
  const { Item } = (await response.json()) as { Item?: { room?: { M?: { id: { S: string } } } } };
  const roomId = Item?.room?.M?.id.S;
  if (roomId === undefined) throw new Error(`${id} has no room`);
  return roomId;
};
