import type { Personal } from '../personal.ts';
import type { CalendarOptions } from '../schemas/requests.ts';
import { findOwnPlace } from './own-place.ts';
import type { Scope } from './ports.ts';

/** A teleconsultation as an appointment: when, and whether it takes place. Not with whom, and no way in. */
export interface Appointment {
  id: string;
  startDate: number;
  /** null where nobody knows. */
  endDate: number | null;
  cancelled: boolean;
  /** 0 for the first that a participant can have seen; rises with every change of what was agreed on, and never falls. */
  sequence: number;
  createdAt: number;
  changedAt: number;
  language: 'it' | 'en';
}

/** @throws as findOwnPlace does */
export const getCalendar = async (
  scope: Scope,
  id: string,
  callerId: Personal | undefined,
  options: CalendarOptions,
): Promise<Appointment> => {
  const { record, participant } = await findOwnPlace(scope, id, callerId);
  const { startDate, endDate, createdAt, updatedAt } = record;
  return {
    id: record.id,
    startDate,
    endDate,
    cancelled: record.state === 'TRASH',
    sequence: record.revision - 1,
    createdAt,
    changedAt: updatedAt,
    language: options.language ?? participant.language ?? 'en',
  };
};
