import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDocumentClient } from '../../../../lib/store/document-client.ts';
import { createExportReader, type ExportReader, type StoredTeleconsultation } from '../../../../lib/store/exports.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { emptied } from '../../../support/jobs.ts';
import { aRecord, withRoom } from '../../../support/teleconsultations.ts';
import { openWorld, type World } from '../../../support/world.ts';

/** Everything that lies in the table, once through. */
let world: World;
let table: Table;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
});
afterAll(() => world.close());
beforeEach(() => emptied(world));

const readerWith = (signal = new AbortController().signal, client = world.client): ExportReader =>
  createExportReader({ client, table: world.deps.config.table, signal });
const recordsOf = async (reader: ExportReader): Promise<StoredTeleconsultation[]> => {
  const found: StoredTeleconsultation[] = [];
  for await (const one of reader.records()) found.push(one);
  return found;
};
const usersOf = async () => {
  const reader = readerWith();
  await recordsOf(reader);
  return reader.users();
};

const ID = 'a'.repeat(24);
const NOTHING = { fullName: null, mark: undefined };
const wayBack = (kaleyraId: string, externalId: string, more: Record<string, unknown> = {}) =>
  table.put({ pk: `kal#${kaleyraId}`, sk: 'person' }, { externalId, ...more });
const wayThere = (externalId: string, kaleyraId: string, more: Record<string, unknown> = {}) =>
  table.put({ pk: `ext#${externalId}`, sk: 'person' }, { kaleyraId, ...more });
const CONFIRMED = { role: 'basic', confirmedAt: '2026-05-04T09:00:00.000Z' };

describe('teleconsultations', () => {
  it('are given as the rules see them, and nothing that lies beside them', async () => {
    const record = withRoom(aRecord({ id: ID }));
    const { records, activities, jobs } = world.scope();
    await records.create(record);
    await records.linkPeople(ID, ['usr_a']);
    await records.linkRoom('room-1', ID);
    await activities.begin(ID, { look: 'a look', now: 0, dueAt: 0 });
    await jobs.saveWalk(ID);
    expect(await recordsOf(readerWith())).toEqual([{ record, mark: undefined }]);
  });

  it('come with what an import has noted beside them', async () => {
    await world.scope().records.create(aRecord({ id: ID }));
    const mark = { state: 'DELETED', roomId: 'room_old', progress: null };
    await table.update({
      key: { pk: ID, sk: 'record' },
      expression: 'SET #imported = :mark',
      names: { '#imported': 'imported' },
      values: { ':mark': mark },
    });
    expect(await recordsOf(readerWith())).toEqual([{ record: aRecord({ id: ID }), mark }]);
  });

  it('are found on every page', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => String(index).repeat(24));
    for (const id of ids) {
      await world.scope().records.create(aRecord({ id }));
      await table.put({ pk: `ext#${id}`, sk: 'filler' }, { filler: 'x'.repeat(350_000) });
    }
    const found = await recordsOf(readerWith());
    expect(found.map(({ record }) => record.id).toSorted()).toEqual(ids);
  });

  it('are read as they are now, not as they were a moment ago', async () => {
    const asked: unknown[] = [];
    const client = createDocumentClient('http://127.0.0.1:9');
    client.send = async ({ input }: { input: unknown }) => {
      asked.push(input);
      return { ...(asked.length === 1 && { LastEvaluatedKey: { pk: 'x', sk: 'y' } }) };
    };
    await recordsOf(readerWith(undefined, client));
    expect(asked).toEqual([
      { TableName: world.deps.config.table, ConsistentRead: true },
      { TableName: world.deps.config.table, ConsistentRead: true, ExclusiveStartKey: { pk: 'x', sk: 'y' } },
    ]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a record that is none', { state: 'UNHEARD-OF' }],
    ['a record with a mark that is none', { imported: { state: 'PUBLIC' } }],
  ])('%s ends the export: it is not left out in silence', async (_, damage) => {
    await world.scope().records.create(aRecord({ id: ID }));
    const item = (await world.record(ID)) ?? {};
    await table.put({ pk: ID, sk: 'record' }, { ...item, ...damage });
    await expect(recordsOf(readerWith())).rejects.toMatchObject({ code: 'store_unreadable' });
  });

  it('end when the export is broken off, or when nobody answers', async () => {
    const over = { code: 'store_unavailable' };
    await expect(recordsOf(readerWith(AbortSignal.abort()))).rejects.toMatchObject(over);
    const nobody = createDocumentClient('http://127.0.0.1:9', { maxAttempts: 1 });
    await expect(recordsOf(readerWith(undefined, nobody))).rejects.toMatchObject(over);
  });
});

describe('people', () => {
  it('are those who are somebody at Kaleyra, with their name', async () => {
    await wayBack('usr_ada', 'ada', { fullName: 'Ada-Example', nameSource: 'self' });
    await wayThere('ada', 'usr_ada', CONFIRMED);
    await wayBack('usr_ugo', 'ugo');
    await wayThere('ugo', 'usr_ugo', CONFIRMED);
    const users = await usersOf();
    expect(users.toSorted((one, other) => (one.externalId < other.externalId ? -1 : 1))).toEqual([
      { kaleyraId: 'usr_ada', externalId: 'ada', fullName: 'Ada-Example', mark: undefined },
      { kaleyraId: 'usr_ugo', externalId: 'ugo', ...NOTHING },
    ]);
  });

  it('who were named but never confirmed are nobody yet', async () => {
    await wayBack('usr_ada', 'ada');
    await wayThere('ada', 'usr_ada');
    expect(await usersOf()).toEqual([]);
  });

  it('come with what their row said beside it', async () => {
    const imported = { id: 'row-1', named: true, groups: ['doctor'], createdAt: 7, state: 'TRASH' };
    await wayBack('usr_ada', 'ada', { imported });
    await wayThere('ada', 'usr_ada', { ...CONFIRMED, imported: true });
    expect(await usersOf()).toEqual([{ kaleyraId: 'usr_ada', externalId: 'ada', fullName: null, mark: imported }]);
  });

  it('marked only as imported come without', async () => {
    await wayBack('usr_ada', 'ada', { imported: true });
    expect(await usersOf()).toEqual([{ kaleyraId: 'usr_ada', externalId: 'ada', ...NOTHING }]);
  });

  it.each(['usr_1', 'usr_5', 'usr_9'])(
    'with several users of theirs have the one they go by (%s) last',
    async current => {
      for (const id of ['usr_1', 'usr_5', 'usr_9']) await wayBack(id, 'ada');
      await wayBack('usr_other', 'ugo');
      await wayThere('ada', current, CONFIRMED);
      const users = await usersOf();
      expect(users.map(({ kaleyraId }) => kaleyraId).toSorted()).toEqual(['usr_1', 'usr_5', 'usr_9', 'usr_other']);
      expect(users.at(-1)?.kaleyraId).toBe(current);
    },
  );

  it('whose way there leads to somebody who has no way back are nobody’s line', async () => {
    await wayThere('ada', 'usr_ada', CONFIRMED);
    await table.put({ pk: 'kal#usr_ugo', sk: 'person' }, { fullName: 'Ugo-Example' });
    await table.put({ pk: 'ext#eva', sk: 'person' }, { erasure: {} });
    await table.put({ pk: 'kal#usr_ivo', sk: 'filler' }, { externalId: 'ivo' });
    expect(await usersOf()).toEqual([]);
  });

  it('are told by the kind of an item, whatever else lies on it', async () => {
    await wayBack('usr_ada', 'ada');
    await wayThere('ada', 'usr_ada', { ...CONFIRMED, externalId: 'somebody-else' });
    expect(await usersOf()).toEqual([{ kaleyraId: 'usr_ada', externalId: 'ada', ...NOTHING }]);
  });

  it('that cannot be read end the export', async () => {
    await wayBack('usr_ada', 'ada', { fullName: 7 });
    await expect(recordsOf(readerWith())).rejects.toMatchObject({ code: 'store_unreadable' });
  });
});
