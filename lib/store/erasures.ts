import type { Erasure, ErasureStore, Trail } from '../domain/erasure/erasure.ts';
import { storeUnavailable, storeUnreadable } from '../errors.ts';
import { type StoredErasure, StoredNote, StoredTrace, StoredTrail } from '../schemas/stored-erasure.ts';
import { together } from '../together.ts';
import { kaleyraIdOf, personKey, personRecordKey, personRecordsOf, RECORD, wayBackKey } from './keys.ts';
import type { Filter, Item, Table } from './table.ts';

/**
 * Tombstones, and what the table holds of a person. A write of a tombstone names the mark of the one before and leaves its
 * own: when an answer is lost, a read decides whose write it was.
 */

const iso = (instant: number): string => new Date(instant).toISOString();

const toStored = ({ begunAt, checkedSince, kaleyraIds, ...others }: Erasure): StoredErasure => ({
  ...others,
  begunAt: iso(begunAt),
  checkedSince: checkedSince === null ? null : iso(checkedSince),
  kaleyraIds: [...kaleyraIds],
});

const parse = <Output>(schema: { parse(item: unknown): Output }, item: unknown): Output => {
  try {
    return schema.parse(item);
  } catch (error) {
    throw storeUnreadable(error);
  }
};

const trailOf = (item: Item): Trail => {
  const { kaleyraId, erasure } = parse(StoredTrail, item);
  return { kaleyraId, erasure };
};

/** No room takes more people than this, so no list of a booking is longer. */
const LONGEST_LIST = 25;

const tracesOf = (externalId: string): Filter => {
  const places = Array.from({ length: LONGEST_LIST }, (_, index) => `#participants[${index}].#externalId = :id`);
  return {
    expression:
      '(begins_with(#pk, :wayBack) AND #externalId = :id) OR ' +
      `(#sk = :record AND (#creatorId = :id OR #updaterId = :id OR ${places.join(' OR ')}))`,
    names: {
      '#pk': 'pk',
      '#sk': 'sk',
      '#externalId': 'externalId',
      '#creatorId': 'creatorId',
      '#updaterId': 'updaterId',
      '#participants': 'participants',
    },
    values: { ':wayBack': wayBackKey('').pk, ':record': RECORD, ':id': externalId },
  };
};

const NAMES = { '#erasure': 'erasure', '#mark': 'mark' };
const STILL_OURS = '#erasure.#mark = :before';

/** @param newMark gives each write its own */
export const createErasureStore = (table: Table, newMark: () => string): ErasureStore => {
  const find = async (externalId: string): Promise<Trail | undefined> => {
    const item = await table.get(personKey(externalId));
    return item === undefined ? undefined : trailOf(item);
  };

  return {
    find,

    begin: async (externalId, erasure) => {
      const written = await table.update({
        key: personKey(externalId),
        expression: 'SET #erasure = :erasure',
        condition: 'attribute_not_exists(#erasure)',
        names: { '#erasure': 'erasure' },
        values: { ':erasure': toStored({ ...erasure, mark: newMark() }) },
      });
      const trail = written.outcome === 'done' ? trailOf(written.item) : await find(externalId);
      // Somebody's erasure has ended between the two calls.
      if (trail?.erasure === undefined) throw storeUnavailable(new Error('the tombstone was not written'));
      return { kaleyraId: trail.kaleyraId, erasure: trail.erasure };
    },

    save: async (externalId, before, after) => {
      const saved = { ...after, mark: newMark() };
      let failure: unknown;
      try {
        const { outcome } = await table.update({
          key: personKey(externalId),
          expression: 'SET #erasure = :erasure',
          condition: STILL_OURS,
          names: NAMES,
          values: { ':erasure': toStored(saved), ':before': before.mark },
        });
        if (outcome === 'done') return saved;
      } catch (error) {
        failure = error;
      }
      const current = await find(externalId).catch(error => {
        throw failure ?? error;
      });
      if (current?.erasure?.mark === saved.mark) return saved;
      if (failure !== undefined) throw failure;
      return 'lost';
    },

    withdraw: async (externalId, { mark }) => {
      const values = { ':before': mark };
      const alone = { expression: `${STILL_OURS} AND attribute_not_exists(#kaleyraId)`, values };
      const names = { ...NAMES, '#kaleyraId': 'kaleyraId' };
      if ((await table.remove(personKey(externalId), { ...alone, names })) === 'done') return;
      await table.update({
        key: personKey(externalId),
        expression: 'REMOVE #erasure',
        condition: STILL_OURS,
        names: NAMES,
        values,
      });
    },

    finish: async (externalId, { mark }) => {
      const outcome = await table.remove(personKey(externalId), {
        expression: `attribute_not_exists(#pk) OR ${STILL_OURS}`,
        names: { ...NAMES, '#pk': 'pk' },
        values: { ':before': mark },
      });
      return outcome === 'done' ? 'done' : 'lost';
    },

    findTraces: async (externalId, after) => {
      const { items, next } = await table.scanPage(tracesOf(externalId), after, { consistent: true });
      const traces = items.map(item => parse(StoredTrace, item));
      const isWayBack = (pk: string): boolean => pk.startsWith(wayBackKey('').pk);
      const records = traces.filter(({ pk }) => !isWayBack(pk));
      return {
        kaleyraIds: traces.filter(({ pk }) => isWayBack(pk)).map(({ pk }) => kaleyraIdOf(pk)),
        naming: records.flatMap(({ pk, participants }) => {
          const theirs = participants.filter(participant => participant.externalId === externalId);
          return theirs.length === 0 ? [] : [{ id: pk, kaleyraIds: theirs.map(({ kaleyraId }) => kaleyraId) }];
        }),
        authored: records
          .filter(({ creatorId, updaterId }) => creatorId === externalId || updaterId === externalId)
          .map(({ pk }) => pk),
        next,
        bookmark: next?.includes(personKey('').pk) ? undefined : next,
      };
    },

    findNotes: async (kaleyraId, after) => {
      const { items, next } = await table.queryPage(personRecordsOf(kaleyraId), after);
      const notes = items.map(item => parse(StoredNote, item));
      return { notes: notes.map(({ sk, cleared = false }) => ({ id: sk, cleared })), next };
    },

    noteCleared: async (id, kaleyraIds) => {
      await together(kaleyraIds.map(kaleyraId => table.put(personRecordKey(kaleyraId, id), { cleared: true })));
    },

    forgetWayBack: async kaleyraId => {
      await table.remove(wayBackKey(kaleyraId));
    },
  };
};
