import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../clock.ts';
import type { ImportedRecord } from '../domain/migration/from-old.ts';
import type { OldPerson } from '../domain/migration/people.ts';
import { storeUnavailable } from '../errors.ts';
import { IMPORTED_VERSION, type PersonMark } from '../schemas/import-marks.ts';
import { together } from '../together.ts';
import { toStoredRecord } from './items.ts';
import { personKey, personRecordKey, recordKey, roomKey, shardOf, wayBackKey } from './keys.ts';
import type { Item } from './table.ts';

/**
 * Many items at once, of an import that may be repeated: whatever the service has changed since is left as it is. The order is
 * the one of every booking: the way back, then the way there; who and which room a record names, then the record.
 */
export interface ImportStore {
  /** @throws ServiceError `store_unavailable` when the table is not there or cannot be reached */
  ping(): Promise<void>;
  /**
   * `taken`: the id is somebody else's in the table.
   * @param heard what a teleconsultation calls somebody whose row has no name
   */
  putWayBack(person: OldPerson, heard?: string | null): Promise<'done' | 'taken'>;
  /** `kept`: the service knows the person under an id of its own by now. */
  putWayThere(person: OldPerson): Promise<'done' | 'kept'>;
  /** @returns the ids of those that were changed since their first import */
  putRecords(records: readonly DueRecord[]): Promise<ReadonlySet<string>>;
}

export interface DueRecord extends ImportedRecord {
  /** null: no job is to look at it. */
  dueAt: number | null;
}

interface Parts {
  client: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
  signal: AbortSignal;
  newOperation(): string;
}

/** DynamoDB takes 25 items in one call, and may leave some of them for later. */
const BATCH = 25;
const REPEATS = 9;
const FIRST_PAUSE_MS = 100;

const batchesOf = (items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );

const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

const markOf = ({ id, fullName, groups, createdAt, state }: OldPerson): PersonMark => ({
  id,
  named: fullName !== null,
  groups: [...groups],
  createdAt,
  state,
});

export const createImportStore = ({ client, table, clock, signal, newOperation }: Parts): ImportStore => {
  const translate = (error: unknown): never => {
    throw storeUnavailable(error);
  };

  const writeAll = async (items: readonly Item[]): Promise<void> => {
    let left = items.map(item => ({ PutRequest: { Item: item } }));
    for (let attempt = 0; ; attempt += 1) {
      const command = new BatchWriteCommand({ RequestItems: { [table]: left } });
      const answer = await client.send(command, { abortSignal: signal }).catch(translate);
      left = (answer.UnprocessedItems?.[table] ?? []) as typeof left;
      if (left.length === 0) return;
      if (attempt === REPEATS) throw storeUnavailable(new Error('not all items of the batch were written'));
      await clock.sleep(FIRST_PAUSE_MS * 2 ** attempt, signal);
    }
  };

  /** @returns whether the condition held */
  const conditional = async (command: PutCommand | UpdateCommand): Promise<boolean> => {
    try {
      await client.send(command as PutCommand, { abortSignal: signal });
      return true;
    } catch (error) {
      return isConditionFailure(error) ? false : translate(error);
    }
  };

  const putRecord = ({ record, mark, dueAt }: DueRecord): Promise<boolean> =>
    conditional(
      new PutCommand({
        TableName: table,
        Item: {
          ...toStoredRecord(record, newOperation()),
          ...recordKey(record.id),
          ...(dueAt !== null && { workShard: shardOf(record.id), workDue: dueAt }),
          imported: mark,
        },
        ConditionExpression: 'attribute_not_exists(pk) OR (attribute_exists(#imported) AND #version = :untouched)',
        ExpressionAttributeNames: { '#imported': 'imported', '#version': 'version' },
        ExpressionAttributeValues: { ':untouched': IMPORTED_VERSION },
      }),
    );

  return {
    ping: async () => {
      const command = new GetCommand({ TableName: table, Key: recordKey('ping') });
      await client.send(command, { abortSignal: signal }).catch(translate);
    },

    putWayBack: async (person, heard = null) => {
      const { kaleyraId, externalId } = person;
      const fullName = person.fullName ?? heard;
      const named = fullName !== null;
      const done = await conditional(
        new UpdateCommand({
          TableName: table,
          Key: wayBackKey(kaleyraId),
          UpdateExpression: `SET #externalId = :externalId, #imported = :mark${
            named ? ', #fullName = if_not_exists(#fullName, :fullName), #source = if_not_exists(#source, :booking)' : ''
          }`,
          ConditionExpression: 'attribute_not_exists(#externalId) OR #externalId = :externalId',
          ExpressionAttributeNames: {
            '#externalId': 'externalId',
            '#imported': 'imported',
            ...(named && { '#fullName': 'fullName', '#source': 'nameSource' }),
          },
          ExpressionAttributeValues: {
            ':externalId': externalId,
            ':mark': markOf(person),
            ...(named && { ':fullName': fullName, ':booking': 'booking' }),
          },
        }),
      );
      return done ? 'done' : 'taken';
    },

    putWayThere: async ({ kaleyraId, externalId }) => {
      const names = { '#kaleyraId': 'kaleyraId', '#role': 'role', '#at': 'confirmedAt', '#imported': 'imported' };
      const values = {
        ':kaleyraId': kaleyraId,
        // The user is there; whether more than this is known of them, Kaleyra is told when it matters.
        ':role': 'basic',
        ':now': new Date(clock.now()).toISOString(),
        ':true': true,
      };
      const write = (role: string, condition: string): Promise<boolean> =>
        conditional(
          new UpdateCommand({
            TableName: table,
            Key: personKey(externalId),
            UpdateExpression: `SET #kaleyraId = :kaleyraId, #role = ${role}, #at = if_not_exists(#at, :now), #imported = :true`,
            ConditionExpression: condition,
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: values,
          }),
        );
      const same = 'attribute_not_exists(#kaleyraId) OR #kaleyraId = :kaleyraId';
      if (await write('if_not_exists(#role, :role)', same)) return 'done';
      // An earlier import gave them another id, and what was confirmed since was confirmed of that one.
      return (await write(':role', 'attribute_exists(#imported)')) ? 'done' : 'kept';
    },

    putRecords: async records => {
      const rows = records.flatMap(({ record: { id, participants, room } }) => [
        ...participants.map(({ kaleyraId }) => ({ ...personRecordKey(kaleyraId, id) })),
        ...(room === null ? [] : [{ ...roomKey(room.id), recordId: id }]),
      ]);
      await together(batchesOf(rows).map(writeAll));
      const written = await together(records.map(putRecord));
      return new Set(records.flatMap(({ record }, index) => (written[index] ? [] : [record.id])));
    },
  };
};
