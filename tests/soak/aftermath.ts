/** What is left of it all: the same table and the same Kaleyra, some hours later, on a clock that can be moved. */
import {
  comeToRest,
  type Promised,
  type Snapshot,
  stillToDo,
  takeSnapshot,
  violationsOf,
} from '../support/invariants.ts';
import { DELETING } from '../support/jobs.ts';
import { openWorld } from '../support/world.ts';
import type { Ledger } from './ledger.ts';

const promisedBy = ({ entries }: Ledger): Promised[] => [...entries.values()].map(({ id, looks }) => ({ id, looks }));

/** A booking under a key is there once at most, however often it was asked for: its start tells. */
const doublesIn = ({ records }: Snapshot, { keyed }: Ledger): string[] => {
  const shown = Map.groupBy(
    records.filter(({ state }) => state === 'PUBLIC'),
    ({ startDate }) => startDate,
  );
  return [...keyed].flatMap(([startDate, id]) => {
    const ids = new Set([...(shown.get(startDate) ?? []).map(record => record.id), ...(id === undefined ? [] : [id])]);
    return ids.size > 1 ? [`${[...ids].join(' and ')} are one booking`] : [];
  });
};

export interface Aftermath {
  violations: string[];
  records: number;
  rooms: number;
  users: number;
}

/** @param left where the stack has left its tables and its simulator */
export const aftermathOf = async (
  left: { dataDir: string; kaleyraPort: number },
  ledger: Ledger,
): Promise<Aftermath> => {
  const world = await openWorld({ env: DELETING, oneClock: true, left });
  try {
    await comeToRest(world);
    const snapshot = await takeSnapshot(world);
    return {
      violations: [
        ...violationsOf(snapshot, promisedBy(ledger)),
        ...doublesIn(snapshot, ledger),
        ...(await stillToDo(world)),
      ],
      records: snapshot.records.length,
      rooms: snapshot.rooms.length,
      users: snapshot.users.length,
    };
  } finally {
    await world.close();
  }
};
