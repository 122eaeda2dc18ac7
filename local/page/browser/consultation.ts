/** A booked consultation as the page knows it, kept over a reload, and what can be done with it. */
import type { As } from './service.ts';
import type { Person, Settings } from './stack.ts';

export interface Consultation {
  readonly id: string;
  /** Whose changes they are. */
  readonly doctor: Person;
  readonly people: readonly Person[];
  readonly expected: number;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly minutes: number;
  readonly isCancelled?: boolean;
}

export interface Wish {
  readonly doctor: Person;
  /** Not known yet when it is undefined. */
  readonly patient: Person | undefined;
  readonly start: number;
  readonly minutes: number;
}

const KEY = 'consultation';

export const kept = (): Consultation | undefined => JSON.parse(sessionStorage.getItem(KEY) ?? 'null') ?? undefined;

export function keep(consultation: Consultation | undefined): void {
  if (consultation === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(consultation));
}

const times = (start: number, minutes: number) => ({
  start_date: new Date(start).toISOString(),
  duration_in_seconds: minutes * 60,
});

/** A directory knows names and groups; without one the booking brings them. */
const listOf = ({ inDirectory }: Settings, people: readonly Person[], expected: number) => ({
  number: expected,
  data: people.map(({ bookedAs, group, fullName }) =>
    inDirectory ? { userId: bookedAs } : { userId: bookedAs, groups: [group], fullName },
  ),
});

export async function book(as: As, settings: Settings, wish: Wish): Promise<Consultation> {
  const { doctor, patient, start, minutes } = wish;
  const people = patient === undefined ? [doctor] : [doctor, patient];
  const booking = { ...times(start, minutes), participants: listOf(settings, people, 2) };
  const { roomId } = await as(doctor).createTeleconsultation(booking, { idempotencyKey: crypto.randomUUID() });
  return { id: roomId, doctor, people, expected: 2, start, minutes };
}

export async function move(as: As, consultation: Consultation, start: number): Promise<Consultation> {
  const { id, doctor, minutes } = consultation;
  await as(doctor).updateTeleconsultation(id, times(start, minutes));
  return { ...consultation, start };
}

/** Fills a place that is still free, else makes one more. */
export async function add(
  as: As,
  settings: Settings,
  consultation: Consultation,
  person: Person,
): Promise<Consultation> {
  const { id, doctor } = consultation;
  const people = [...consultation.people, person];
  const expected = Math.max(consultation.expected, people.length);
  await as(doctor).updateTeleconsultation(id, { participants: listOf(settings, people, expected) });
  return { ...consultation, people, expected };
}

export async function cancel(as: As, consultation: Consultation): Promise<Consultation> {
  const { id, doctor } = consultation;
  await as(doctor).deleteTeleconsultation(id);
  return { ...consultation, isCancelled: true };
}
