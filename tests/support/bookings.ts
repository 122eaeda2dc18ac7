import type { Api } from './api.ts';
import { drRossi, mrBianchi, type Person } from './people.ts';
import type { World } from './world.ts';

/** Builders that read as sentences: `aBooking(world, { startsIn: '2 hours', participants: [drRossi, mrBianchi] })`. */

const UNITS: Record<string, number> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `'10 minutes'` as milliseconds; `'-1 hour'` is in the past. */
export const span = (text: string): number => {
  const match = /^(-?\d+) (second|minute|hour|day)s?$/.exec(text);
  if (match === null) throw new Error(`"${text}" is not a span such as "10 minutes"`);
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
};

export interface BookingWish {
  startsIn?: string;
  lasts?: string;
  participants?: readonly Person[];
  /** How many there are to be; all of them unless given. */
  expected?: number;
}

const iso = (instant: number): string => new Date(instant).toISOString();

export const bookingBody = (now: number, wish: BookingWish = {}): Record<string, unknown> => {
  const { startsIn = '2 hours', lasts = '1 hour', participants = [drRossi, mrBianchi] } = wish;
  const start = now + span(startsIn);
  return {
    start_date: iso(start),
    end_date: iso(start + span(lasts)),
    participants: { number: wish.expected ?? participants.length, data: participants },
  };
};

/** Books through the API and gives back the id. */
export const aBooking = async (world: Pick<World, 'clock'> & { api: Api }, wish: BookingWish = {}): Promise<string> => {
  const reply = await world.api.post('/teleconsultation', bookingBody(world.clock.now(), wish));
  if (reply.status !== 201) throw new Error(`booking answered ${reply.status}: ${reply.text}`);
  return (reply.body as { roomId: string }).roomId;
};
