/**
 * The keys of every item kind in the table. One partition key and one sort key; the sort key names the kind, or the record
 * where a person has many.
 *
 * | item | pk | sk |
 * |---|---|---|
 * | record | `<id>` | `record` |
 * | what was seen of its calls | `<id>` | `activity` |
 * | who this person is at Kaleyra | `ext#<externalId>` | `person` |
 * | the way back, with the display name | `kal#<kaleyraId>` | `person` |
 * | a record that names the person | `person#<kaleyraId>` | `<id>` |
 * | the record a room belongs to | `room#<roomId>` | `room` |
 * | until when no job calls Kaleyra | `pause` | `kaleyra` |
 * | how far the comparison of rooms has come | `sweep` | `kaleyra` |
 * | whether Kaleyra answers | `circuit` | `kaleyra` |
 * | where the walk through all records goes on | `walk` | `records` |
 */
export interface Key {
  pk: string;
  sk: string;
}

/** The sort key of every record. */
export const RECORD = 'record';
export const recordKey = (id: string): Key => ({ pk: id, sk: RECORD });
export const activityKey = (id: string): Key => ({ pk: id, sk: 'activity' });
export const personKey = (externalId: string): Key => ({ pk: `ext#${externalId}`, sk: 'person' });
export const wayBackKey = (kaleyraId: string): Key => ({ pk: `kal#${kaleyraId}`, sk: 'person' });
/** Whose way back an item is, by its `pk`. */
export const kaleyraIdOf = (pk: string): string => pk.slice('kal#'.length);
/** The partition key under which every record that names the person is noted. */
export const personRecordsOf = (kaleyraId: string): string => `person#${kaleyraId}`;
export const personRecordKey = (kaleyraId: string, id: string): Key => ({ pk: personRecordsOf(kaleyraId), sk: id });
/** Of the whole deployment, so without an id. */
export const pauseKey: Key = { pk: 'pause', sk: 'kaleyra' };
export const sweepKey: Key = { pk: 'sweep', sk: 'kaleyra' };
export const circuitKey: Key = { pk: 'circuit', sk: 'kaleyra' };
export const walkKey: Key = { pk: 'walk', sk: 'records' };
export const roomKey = (roomId: string): Key => ({ pk: `room#${roomId}`, sk: 'room' });

/** The work index has 16 shards, by the first hex of the id, so that no single partition takes every write. */
export const shardOf = (id: string): string => id.slice(0, 1);
