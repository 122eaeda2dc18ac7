/**
 * The keys of every item kind in the table. One partition key and one sort key; the sort key names the kind, or the record
 * where a person has many.
 *
 * | item | pk | sk |
 * |---|---|---|
 * | record | `<id>` | `record` |
 * | who this person is at Kaleyra | `ext#<externalId>` | `person` |
 * | the way back, with the display name | `kal#<kaleyraId>` | `person` |
 * | a record that names the person | `person#<kaleyraId>` | `<id>` |
 * | the record a room belongs to | `room#<roomId>` | `room` |
 */
export interface Key {
  pk: string;
  sk: string;
}

export const recordKey = (id: string): Key => ({ pk: id, sk: 'record' });
export const personKey = (externalId: string): Key => ({ pk: `ext#${externalId}`, sk: 'person' });
export const wayBackKey = (kaleyraId: string): Key => ({ pk: `kal#${kaleyraId}`, sk: 'person' });
export const personRecordKey = (kaleyraId: string, id: string): Key => ({ pk: `person#${kaleyraId}`, sk: id });
export const roomKey = (roomId: string): Key => ({ pk: `room#${roomId}`, sk: 'room' });

/** The work index has 16 shards, by the first hex of the id, so that no single partition takes every write. */
export const shardOf = (id: string): string => id.slice(0, 1);
