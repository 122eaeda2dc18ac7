import type { Personal } from '../../personal.ts';
import { together } from '../../together.ts';
import type { Kaleyra, Scope } from '../ports.ts';
import type { Removed } from './erasure.ts';
import type { Ledger } from './ledger.ts';
import { placeholderOf } from './placeholder.ts';
import type { Erasing } from './rules.ts';

/** What the steps of one run of an erasure share. */
export interface Work {
  scope: Scope;
  externalId: Personal;
  /** Whether calls that are not over are cancelled. */
  cancel: boolean;
  ledger: Ledger;
  problems: Problems;
  /** Records that this run has cancelled, and with them every link. */
  cancelled: Set<string>;
}

/** What keeps a run from going on. */
export interface Problems {
  /** Calls that are not over and that nobody said to cancel. */
  bookings: Set<string>;
  /** Records with something in their rooms that could not be removed. */
  rooms: Set<string>;
  /** Users who could not be removed. */
  users: Set<string>;
  /** Records that are changed by others all the time. */
  records: Set<string>;
  /** Until when somebody is making a room for one of the records; 0: nobody is. */
  claimedUntil: number;
  /** Until when recordings may turn up that are still in the making; 0: none will. */
  recordingsUntil: number;
}

export const noProblems = (): Problems => ({
  bookings: new Set(),
  rooms: new Set(),
  users: new Set(),
  records: new Set(),
  claimedUntil: 0,
  recordingsUntil: 0,
});

/** Why a run ends; undefined: it goes on. */
export type Stop = { outcome: 'finished' | 'refused' | 'left' | 'interrupted' } | Waiting | undefined;

export interface Waiting {
  outcome: 'waiting';
  /** `requests`: that began before the tombstone; `changes`: of a record that somebody is making a room for. */
  forWhat: 'requests' | 'changes';
  until: number;
}

/** The same Kaleyra, of which is counted what goes. */
export const countedKaleyra = (kaleyra: Kaleyra, count: (kind: keyof Removed, number: number) => void): Kaleyra => ({
  ...kaleyra,
  deleteUpload: async key => {
    await kaleyra.deleteUpload(key);
    count('uploads', 1);
  },
  deleteRecording: async sessionId => {
    const outcome = await kaleyra.deleteRecording(sessionId);
    if (outcome === 'deleted') count('recordings', 1);
    return outcome;
  },
  deleteUser: async kaleyraId => {
    const outcome = await kaleyra.deleteUser(kaleyraId);
    if (outcome === 'deleted') count('users', 1);
    return outcome;
  },
});

export const erasingOf = ({ externalId, ledger }: Work): Erasing => {
  const { kaleyraIds, operation } = ledger.erasure();
  return { externalId, kaleyraIds, placeholder: placeholderOf(operation) };
};

/** Several at once, for as long as the run lasts; after a failure nothing new is begun. */
export const sideBySide = async <Item>(
  scope: Scope,
  items: Iterable<Item>,
  carryOut: (item: Item) => Promise<void>,
): Promise<void> => {
  const queue = [...items].values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failed || scope.signal.aborted) return;
      try {
        await carryOut(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await together(Array.from({ length: scope.config.jobs.callsAtOnce }, worker));
};

/** A record that names the person, or did. */
export interface NamedIn {
  id: string;
  /** Under which of their Kaleyra ids. */
  kaleyraIds: string[];
  cleared: boolean;
}

/** All of them, by the notes; in the order of their ids. */
export const recordsOf = async (scope: Scope, kaleyraIds: readonly string[]): Promise<NamedIn[]> => {
  const found = new Map<string, NamedIn>();
  for (const kaleyraId of kaleyraIds) {
    let after: string | undefined;
    do {
      const { notes, next } = await scope.erasures.findNotes(kaleyraId, after);
      for (const { id, cleared } of notes) {
        const known = found.get(id);
        found.set(id, {
          id,
          kaleyraIds: [...(known?.kaleyraIds ?? []), kaleyraId],
          cleared: cleared && (known?.cleared ?? true),
        });
      }
      after = next;
    } while (after !== undefined);
  }
  // Stryker disable next-line EqualityOperator: every id is there once
  return [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
};
