/** What the service has said: what was acknowledged and has to be so, how long it took, what went wrong. */
import type { Look } from '../support/invariants.ts';
import type { Person } from '../support/people.ts';

export interface Entry {
  readonly id: string;
  readonly people: readonly Person[];
  readonly expected: number;
  readonly startDate: number;
  /** More than one where a request was never answered: it may have been carried out. Then nobody touches it any more. */
  readonly looks: readonly Look[];
  /** Somebody is about it. */
  busy: boolean;
}

/** What somebody wants to book. */
export interface Wish {
  people: readonly Person[];
  expected: number;
  /** No other booking has it. */
  startDate: number;
  key: string | undefined;
}

export interface Ledger {
  readonly entries: Map<string, Entry>;
  /** Bookings under a key, by their start; undefined until one was acknowledged. */
  readonly keyed: Map<number, string | undefined>;
  /** Bookings under a key that nobody has acknowledged yet. */
  readonly pending: Wish[];
  /** Who was ever shown a link. */
  readonly links: Map<string, string>;
  readonly violations: string[];
  /** By kind of request and what came of it. */
  readonly outcomes: Map<string, number>;
  readonly milliseconds: Map<string, number[]>;
  /** Of the bookings so far, without what was added to it. */
  lastStart: number;
}

export const newLedger = (): Ledger => ({
  entries: new Map(),
  keyed: new Map(),
  pending: [],
  links: new Map(),
  violations: [],
  outcomes: new Map(),
  milliseconds: new Map(),
  lastStart: 0,
});

export const lookOf = ({ startDate, people }: Pick<Entry, 'startDate' | 'people'>): Look => ({
  startDate,
  participants: people.map(({ userId }) => userId),
});

export const isCancelled = ({ looks }: Entry): boolean => looks.length === 1 && looks[0] === 'cancelled';
export const isCertain = ({ looks }: Entry): boolean => looks.length === 1;

export const note = (ledger: Ledger, what: string, outcome: string, ms: number | undefined): void => {
  const key = `${what}: ${outcome}`;
  ledger.outcomes.set(key, (ledger.outcomes.get(key) ?? 0) + 1);
  if (ms === undefined) return;
  const all = ledger.milliseconds.get(what) ?? [];
  all.push(ms);
  ledger.milliseconds.set(what, all);
};

/** Nobody else may ever be shown the link of this person. */
export const noteLink = (ledger: Ledger, link: string, holder: string): void => {
  const before = ledger.links.get(link) ?? holder;
  if (before !== holder) ledger.violations.push(`${holder} was shown the link of ${before}`);
  ledger.links.set(link, before);
};

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
};
