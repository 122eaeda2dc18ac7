import type { RecordStore } from '../domain/ports.ts';
import type { Teleconsultation } from '../domain/teleconsultation.ts';
import { storeUnreadable } from '../errors.ts';
import { isRecordId } from '../schemas/fields.ts';
import { together } from '../together.ts';
import { readWatch } from './activities.ts';
import { assignments } from './assignments.ts';
import { fromStoredRecord, toStoredRecord } from './items.ts';
import { activityKey, personRecordKey, personRecordsOf, RECORD, recordKey, roomKey, shardOf } from './keys.ts';
import type { Item, Table, Written } from './table.ts';

const read = (item: Item): { record: Teleconsultation; op: string } => {
  try {
    return fromStoredRecord(item);
  } catch (error) {
    throw storeUnreadable(error);
  }
};

/** In the work index; undefined: not in it. */
interface Place {
  workShard: string | undefined;
  workDue: number | undefined;
}

/** Of the form of an id; nobody's, as ids are random. */
const NO_RECORD = '0'.repeat(24);

/**
 * @param dueAt when a job has to look at the record next; stored beside it as its place in the work index
 * @param remember what a record keeps of what it was, after a change of it
 * @param newOperation gives each write its own mark
 */
export const createRecordStore = (
  table: Table,
  dueAt: (record: Teleconsultation) => number | null,
  remember: (
    before: Teleconsultation,
    after: Teleconsultation,
  ) => Pick<Teleconsultation, 'formerRooms' | 'formerPeople' | 'revision'>,
  newOperation: () => string,
): RecordStore => {
  const find = async (id: string): Promise<{ record: Teleconsultation; op: string } | undefined> => {
    if (!isRecordId(id)) return undefined;
    const item = await table.get(recordKey(id));
    return item === undefined ? undefined : read(item);
  };

  const next = (before: Teleconsultation, after: Teleconsultation): Teleconsultation => {
    // Key by key, here and below: more than one rest or spread in an object of twenty keys takes as long as its writing.
    const { formerRooms, formerPeople, revision } = remember(before, after);
    return { ...after, formerRooms, formerPeople, revision, version: before.version + 1 };
  };

  const placeOf = (record: Teleconsultation): Place => {
    const due = dueAt(record);
    return { workShard: due === null ? undefined : shardOf(record.id), workDue: due ?? undefined };
  };

  /**
   * Writes `record` under a condition. When the condition failed or the answer was lost, a strongly consistent read decides:
   * our own mark on the item means that we wrote it.
   * @param place null: it stays where it is in the work index
   */
  const write = async (
    record: Teleconsultation,
    condition: string,
    names: Record<string, string>,
    values: Item,
    place: Place | null = placeOf(record),
  ): Promise<Teleconsultation | 'lost'> => {
    const op = newOperation();
    const stored = toStoredRecord(record, op);
    const set = assignments(
      place !== null ? { ...stored, workShard: place.workShard, workDue: place.workDue } : stored,
    );
    let written: Written | undefined;
    let failure: unknown;
    try {
      written = await table.update({
        key: recordKey(record.id),
        expression: set.expression,
        condition,
        names: { ...set.names, ...names },
        values: { ...set.values, ...values },
      });
    } catch (error) {
      failure = error;
    }
    if (written?.outcome === 'done') return record;
    const current = await find(record.id).catch(error => {
      throw failure ?? error;
    });
    if (current?.op === op) return record;
    if (failure !== undefined) throw failure;
    return 'lost';
  };

  return {
    find: async id => (await find(id))?.record,
    findWithWatch: async id => {
      if (!isRecordId(id)) return undefined;
      const items = await table.getAll(id);
      const item = items.find(({ sk }) => sk === RECORD);
      if (item === undefined) return undefined;
      return { record: read(item).record, watch: readWatch(items.find(({ sk }) => sk === activityKey(id).sk)) };
    },
    findByRoom: async roomId => {
      const item = await table.get(roomKey(roomId));
      // A room that leads nowhere is looked up as well: it takes as long as one that leads somewhere.
      const id = typeof item?.recordId === 'string' ? item.recordId : NO_RECORD;
      return (await find(id))?.record;
    },
    findDue: async (shard, until, limit, after) => {
      const { keys, next } = await table.queryDue(shard, until, limit, after);
      return { ids: keys, next };
    },
    create: record => write(record, 'attribute_not_exists(pk)', {}, {}),
    change: (before, after) => write(next(before, after), '#version = :before', {}, { ':before': before.version }),
    amend: (before, after) => write(next(before, after), '#version = :before', {}, { ':before': before.version }, null),
    linkPeople: async (id, kaleyraIds) => {
      await together(kaleyraIds.map(kaleyraId => table.put(personRecordKey(kaleyraId, id), {})));
    },
    linkRoom: (roomId, id) => table.put(roomKey(roomId), { recordId: id }),
    unlinkPeople: async (id, kaleyraIds) => {
      await together(kaleyraIds.map(kaleyraId => table.remove(personRecordKey(kaleyraId, id))));
    },
    unlinkRoom: async roomId => {
      await table.remove(roomKey(roomId));
    },
    findNaming: async (kaleyraId, after) => {
      const { items, next } = await table.queryPage(personRecordsOf(kaleyraId), after);
      return { ids: items.map(item => String(item.sk)), next };
    },
    findPast: async (before, after) => {
      // Dates are stored as ISO texts of one length, so their order as texts is their order in time.
      const filter = {
        expression:
          '#sk = :record AND (#endDate < :before OR (attribute_type(#endDate, :null) AND #startDate < :before))',
        names: { '#sk': 'sk', '#endDate': 'endDate', '#startDate': 'startDate' },
        values: { ':record': RECORD, ':before': new Date(before).toISOString(), ':null': 'NULL' },
      };
      const position = after && isRecordId(after) ? JSON.stringify(recordKey(after)) : after;
      const { items, next } = await table.scanPage(filter, position);
      return { ids: items.map(item => String(item.pk)), next };
    },
    erase: async ({ id, version }) => {
      // The record last: as long as it is there, somebody comes back for the rest.
      await table.remove(activityKey(id));
      const removed = await table.remove(recordKey(id), {
        expression: 'attribute_not_exists(pk) OR #version = :version',
        names: { '#version': 'version' },
        values: { ':version': version },
      });
      if (removed === 'condition_failed') return 'lost';
      // An event may have come in between. From now on a look at its room finds neither room nor record.
      await table.remove(activityKey(id));
      return 'done';
    },
    forget: async id => {
      await table.remove(activityKey(id));
    },
    ping: async () => {
      await table.get(recordKey('ping'));
    },
  };
};
