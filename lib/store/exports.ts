import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { ExportedUser } from '../domain/migration/to-old.ts';
import type { Teleconsultation } from '../domain/teleconsultation.ts';
import { storeUnavailable, storeUnreadable } from '../errors.ts';
import { ExportedPerson, type PersonMark, RecordMark } from '../schemas/import-marks.ts';
import { fromStoredRecord } from './items.ts';
import { kaleyraIdOf, RECORD } from './keys.ts';
import type { Item } from './table.ts';

/** The whole table, once through: every teleconsultation, and everybody who is somebody at Kaleyra. */

export interface StoredTeleconsultation {
  record: Teleconsultation;
  mark: RecordMark | undefined;
}

interface Parts {
  client: DynamoDBDocumentClient;
  table: string;
  signal: AbortSignal;
}

async function* pagesOf({ client, table, signal }: Parts): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const command = new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start });
    const page = await client.send(command, { abortSignal: signal }).catch(error => {
      throw storeUnavailable(error);
    });
    if (page.Items !== undefined) yield page.Items;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

const isRecord = ({ sk }: Item): boolean => sk === RECORD;

const readRecord = (item: Item): StoredTeleconsultation => {
  try {
    const mark = item.imported === undefined ? undefined : RecordMark.parse(item.imported);
    return { record: fromStoredRecord(item).record, mark };
  } catch (error) {
    throw storeUnreadable(error);
  }
};

const readPerson = (item: Item): ExportedPerson => {
  const parsed = ExportedPerson.safeParse(item);
  if (!parsed.success) throw storeUnreadable(parsed.error);
  return parsed.data;
};

const personMark = (mark: ExportedPerson['imported']): PersonMark | undefined => (mark === true ? undefined : mark);

export interface ExportReader {
  records(): AsyncGenerator<StoredTeleconsultation>;
  /**
   * Once all records have been read. The newest user of a person comes after older ones, which is how an import tells them
   * apart; one that was named but never confirmed is nobody yet.
   */
  users(): readonly ExportedUser[];
}

/** What is gathered while the pages pass by; people are told of at the end, when both of their items have been seen. */
export const createExportReader = (parts: Parts): ExportReader => {
  const wayBack = new Map<string, ExportedPerson & { externalId: string }>();
  const wayThere = new Map<string, { kaleyraId: string | undefined; confirmed: boolean }>();

  const gather = (item: Item): void => {
    const { pk, sk } = item;
    if (sk !== 'person') return;
    const person = readPerson(item);
    if (String(pk).startsWith('kal#') && person.externalId !== undefined) {
      wayBack.set(kaleyraIdOf(person.pk), { ...person, externalId: person.externalId });
    } else {
      const confirmed = person.confirmedAt !== undefined;
      wayThere.set(person.pk.slice('ext#'.length), { kaleyraId: person.kaleyraId, confirmed });
    }
  };

  return {
    async *records(): AsyncGenerator<StoredTeleconsultation> {
      for await (const items of pagesOf(parts)) {
        for (const item of items) {
          if (isRecord(item)) yield readRecord(item);
          else gather(item);
        }
      }
    },

    users() {
      const older: ExportedUser[] = [];
      const newest: ExportedUser[] = [];
      for (const [kaleyraId, { externalId, fullName = null, imported }] of wayBack) {
        const current = wayThere.get(externalId);
        const isCurrent = current?.kaleyraId === kaleyraId;
        if (isCurrent && !current.confirmed) continue;
        (isCurrent ? newest : older).push({ kaleyraId, externalId, fullName, mark: personMark(imported) });
      }
      return [...older, ...newest];
    },
  };
};
