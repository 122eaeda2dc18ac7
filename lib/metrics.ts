/**
 * Numbers about the service, as lines of the log that CloudWatch turns into metrics (embedded metric format). One line for each
 * number, written at once: nothing is gathered, so nothing is lost with a function that is stopped in the middle.
 *
 * Names and dimensions are those below and no others; a line holds nothing of a request, a record or a person.
 */

interface Kind {
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** It is counted as a whole, and for each of `values` by itself. */
  readonly by?: 'Reason' | 'Kind';
  readonly values?: readonly string[];
}

const KINDS = {
  /** Booked teleconsultations. */
  Bookings: { unit: 'Count' },
  /** Rooms that Kaleyra made for us, those of a change that came to nothing included. */
  RoomsMade: { unit: 'Count' },
  /** Rooms that gave way to another one of the same teleconsultation. */
  RoomsReplaced: { unit: 'Count' },
  /** Answers to a participant with a link, and without one. */
  LinksGiven: { unit: 'Count' },
  LinksRefused: {
    unit: 'Count',
    by: 'Reason',
    values: ['not_open_yet', 'waiting_for_participants', 'ended', 'being_changed', 'takes_no_part'],
  },
  UploadsDeleted: { unit: 'Count' },
  /** From the call to the whole answer, or to its failure; the two attempts of a call that is repeated count as one. */
  VendorLatency: { unit: 'Milliseconds' },
  /** Without the refusals that only say how things are: no such room, a user who exists already. */
  VendorErrors: {
    unit: 'Count',
    by: 'Kind',
    values: ['key', 'refused', 'throttled', 'timeout', 'unavailable', 'unreadable'],
  },
  /** Of each run of the reconciler: rooms without a record, records without their room, rooms that are not ours. */
  DriftFound: { unit: 'Count', by: 'Kind', values: ['strays', 'lost', 'unknown'] },
  /** 1: the run found so much that it changed nothing. */
  ReconcileAlarms: { unit: 'Count' },
  /** Of what was due when the run of the reconciler began: how long the oldest has been waiting. */
  OldestOwed: { unit: 'Seconds' },
  /** Calls that were not made, because Kaleyra was taken to be down. */
  CircuitOpen: { unit: 'Count' },
  /** Processes that Lambda started. */
  ColdStarts: { unit: 'Count' },
} as const satisfies Record<string, Kind>;

export const METRICS: Readonly<Record<MetricName, Kind>> = KINDS;

export type MetricName = keyof typeof KINDS;

/** What it is divided by, for one that is. */
type PartOf<Name extends MetricName> = (typeof KINDS)[Name] extends { values: readonly (infer Part extends string)[] }
  ? Part
  : never;

type Parts<Name extends MetricName> = [PartOf<Name>] extends [never] ? [] : [part: PartOf<Name>];

export interface Metrics {
  add<Name extends MetricName>(name: Name, value: number, ...part: Parts<Name>): void;
}

export type LinkRefusal = PartOf<'LinksRefused'>;
export type VendorErrorKind = PartOf<'VendorErrors'>;

/** The format asks for at least one dimension; the stage is told apart by the namespace. */
const SERVICE = 'teleconsultation';

/** Counts nothing: where nobody asked for metrics, and where what is done is only pretended. */
export const noMetrics: Metrics = { add: () => undefined };

/**
 * @param namespace undefined: nobody wants them
 * @param write takes one line of JSON; standard output in production
 */
export const createMetrics = (
  namespace: string | undefined,
  write: (line: string) => void,
  now: () => number,
): Metrics => {
  if (namespace === undefined) return noMetrics;
  return {
    add: (name, value, ...parts) => {
      const { unit, by, values = [] } = METRICS[name];
      const [part]: readonly (string | undefined)[] = parts;
      // A number that is none, or a part that nobody listed, would make a metric that nobody can explain.
      if (!Number.isFinite(value) || (by === undefined) !== (part === undefined)) return;
      if (part !== undefined && !values.includes(part)) return;
      const Dimensions = by === undefined ? [['Service']] : [['Service'], ['Service', by]];
      const Metrics = [{ Name: name, Unit: unit }];
      const line = {
        _aws: { Timestamp: now(), CloudWatchMetrics: [{ Namespace: namespace, Dimensions, Metrics }] },
        Service: SERVICE,
        ...(by !== undefined && { [by]: part }),
        [name]: value,
      };
      write(JSON.stringify(line));
    },
  };
};
