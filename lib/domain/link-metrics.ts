import { ServiceError } from '../errors.ts';
import type { LinkRefusal } from '../metrics.ts';
import type { Personal } from '../personal.ts';
import { admission } from './admission.ts';
import type { Scope } from './ports.ts';
import type { Teleconsultation } from './teleconsultation.ts';

/** How often participants get their link, and why they do not: what an operator looks at when the telephone rings. */

const refusalOf = ({ config }: Scope, record: Teleconsultation, now: number): LinkRefusal => {
  const { status } = admission(record, config.rooms.immutablePeriodMs, now);
  // Open, and all the same there is none: the room is being made or replaced.
  return status === 'open' ? 'being_changed' : status;
};

export const countLink = (scope: Scope, record: Teleconsultation, link: Personal | null, now: number): void => {
  if (link !== null) scope.metrics.add('LinksGiven', 1);
  else scope.metrics.add('LinksRefused', 1, refusalOf(scope, record, now));
};

/** Counts whoever takes no part in what they ask for; a service that could not find out is no refusal. @returns the error */
export const countStranger = (scope: Scope, error: unknown): unknown => {
  if (error instanceof ServiceError && error.status < 500) scope.metrics.add('LinksRefused', 1, 'takes_no_part');
  return error;
};
