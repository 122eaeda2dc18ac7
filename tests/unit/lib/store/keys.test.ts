import { expect, it } from 'vitest';
import {
  activityKey,
  kaleyraIdOf,
  personKey,
  personRecordKey,
  recordKey,
  roomKey,
  shardOf,
  wayBackKey,
} from '../../../../lib/store/keys.ts';

/** What lies in tables already was written under these keys: another spelling would not find it again. */
it('the keys of each kind of item stay what they are', () => {
  const id = 'c0ffee'.padEnd(24, '0');
  expect([
    recordKey(id),
    activityKey(id),
    personKey('dr-rossi'),
    wayBackKey('usr_1'),
    personRecordKey('usr_1', id),
    roomKey('room_1'),
  ]).toEqual([
    { pk: id, sk: 'record' },
    { pk: id, sk: 'activity' },
    { pk: 'ext#dr-rossi', sk: 'person' },
    { pk: 'kal#usr_1', sk: 'person' },
    { pk: 'person#usr_1', sk: id },
    { pk: 'room#room_1', sk: 'room' },
  ]);
  expect(shardOf(id)).toBe('c');
});

it('a way back says whose it is, whatever the id looks like', () => {
  for (const kaleyraId of ['usr_1', '', 'kal#kal#', 'a b']) {
    expect(kaleyraIdOf(wayBackKey(kaleyraId).pk)).toBe(kaleyraId);
  }
});
