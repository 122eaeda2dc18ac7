import { describe, expect, it } from 'vitest';
import type { Teleconsultation } from '../../../lib/domain/teleconsultation.ts';
import { type Promised, type Snapshot, violationsOf } from '../../support/invariants.ts';
import { aRecord, START, withRoom } from '../../support/teleconsultations.ts';

/** Each violation, planted into a world in which all is well, is found, and nothing else with it. */

const ID = 'd'.repeat(24);
const OTHER = 'e'.repeat(24);
const [DOCTOR, PATIENT] = withRoom().participants.map(({ kaleyraId }) => kaleyraId);

interface Planted {
  snapshot: Snapshot;
  promised: Promised[];
}

/** One live teleconsultation with its room, one that is cancelled, and their people. */
const allWell = (): Planted => {
  const live = withRoom();
  const room = {
    id: 'room-1',
    description: ID,
    duration: 0,
    recording: 'none',
    live: true,
    participants: (live.room?.links ?? []).map(({ kaleyraId, url }) => ({
      user_id: kaleyraId,
      is_admin: false,
      access_link: url,
    })),
  };
  return {
    snapshot: {
      now: START,
      records: [live, aRecord({ id: OTHER, state: 'TRASH', participants: [] })],
      people: live.participants.map(({ externalId, kaleyraId }) => ({ externalId, kaleyraId })),
      rooms: [room, { ...room, id: 'room-of-another-stage', description: 'f'.repeat(24) }],
      users: live.participants.map(({ kaleyraId }) => ({ id: kaleyraId, role: 'plus' })),
    },
    promised: [
      { id: ID, looks: [{ startDate: START, participants: live.participants.map(({ externalId }) => externalId) }] },
      { id: OTHER, looks: ['cancelled'] },
    ],
  };
};

const withRecord =
  (change: (record: Teleconsultation) => Partial<Teleconsultation>) =>
  ({ snapshot, promised }: Planted): Planted => ({
    promised,
    snapshot: {
      ...snapshot,
      records: snapshot.records.map(record => (record.id === ID ? { ...record, ...change(record) } : record)),
    },
  });

const withSnapshot =
  (change: (snapshot: Snapshot) => Partial<Snapshot>) =>
  ({ snapshot, promised }: Planted): Planted => ({ promised, snapshot: { ...snapshot, ...change(snapshot) } });

const promising =
  (...looks: Promised['looks']) =>
  ({ snapshot }: Planted): Planted => ({ snapshot, promised: [{ id: ID, looks }] });

const relinked = (record: Teleconsultation, urls: readonly string[]): Partial<Teleconsultation> =>
  record.room === null
    ? {}
    : {
        room: { ...record.room, links: record.room.links.map((link, index) => ({ ...link, url: urls[index] ?? '' })) },
      };

const aRoom = (id: string, description: string) => ({
  id,
  description,
  duration: 0,
  recording: 'none',
  live: true,
  participants: [],
});

const PLANTED: [string, (all: Planted) => Planted, string[]][] = [
  [
    'a stray',
    withSnapshot(({ rooms }) => ({ rooms: [...rooms, aRoom('room-2', ID)] })),
    [`${ID}: room room-2 is not the room of exactly that live record`],
  ],
  [
    'the room of one that is cancelled',
    withSnapshot(({ rooms }) => ({ rooms: [...rooms, aRoom('room-2', OTHER)] })),
    [`${OTHER}: room room-2 is not the room of exactly that live record`],
  ],
  [
    'two records with one room',
    withSnapshot(({ records }) => ({ records: [...records, { ...withRoom(), id: '0'.repeat(24) }] })),
    [`${ID}: room room-1 is not the room of exactly that live record`, 'a link stands in more than one place'],
  ],
  [
    'a room that is gone',
    withSnapshot(({ rooms }) => ({ rooms: rooms.filter(({ id }) => id !== 'room-1') })),
    [`${ID}: has lost its room`],
  ],
  [
    'a complete record without a room',
    all => withSnapshot(() => ({ rooms: [] }))(withRecord(() => ({ room: null }))(all)),
    [`${ID}: is complete and has no room`],
  ],
  [
    'one that never became visible',
    withRecord(() => ({ state: 'CREATING' })),
    [
      `${ID}: room room-1 is not the room of exactly that live record`,
      `${ID}: is still being created`,
      `${ID}: is not what was acknowledged`,
    ],
  ],
  ['a claim', withRecord(() => ({ claim: { operation: 'op', until: START } })), [`${ID}: is still claimed`]],
  [
    'a debt',
    withRecord(() => ({ owed: [{ roomId: null, files: false, dueAt: START, attempts: 0 }] })),
    [`${ID}: still owes something`],
  ],
  [
    'a missing link',
    withRecord(({ room }) => ({ room: room && { ...room, links: room.links.slice(1) } })),
    [`${ID}: has not one link for each participant`, `${ID}: has a link that is not the one of this person`],
  ],
  [
    'links that were swapped',
    withRecord(record =>
      relinked(
        record,
        [...(record.room?.links ?? [])].reverse().map(({ url }) => url),
      ),
    ),
    [`${ID}: has a link that is not the one of this person`, `${ID}: has a link that is not the one of this person`],
  ],
  [
    'a link for two',
    all =>
      withSnapshot(({ rooms }) => ({ rooms: rooms.map(room => ({ ...room, participants: [] })) }))(
        withRecord(record => relinked(record, ['https://x', 'https://x']))(all),
      ),
    ['a link stands in more than one place'],
  ],
  [
    'a user who is nobody',
    withSnapshot(({ users }) => ({ users: [...users, { id: 'usr_forgotten', role: 'basic' }] })),
    ['usr_forgotten: a user at Kaleyra is nobody'],
  ],
  [
    'two people who are one user',
    withSnapshot(({ people }) => ({ people: [...people, { externalId: 'else', kaleyraId: String(PATIENT) }] })),
    [`${PATIENT}: two people are one user`],
  ],
  [
    'somebody who became somebody else',
    withSnapshot(({ people, users }) => ({
      people: people.map(person => (person.kaleyraId === DOCTOR ? { ...person, kaleyraId: 'usr_new' } : person)),
      users: users.map(user => (user.id === DOCTOR ? { ...user, id: 'usr_new' } : user)),
    })),
    [`${ID}: names somebody as another user than they are`],
  ],
  [
    'a change that is not there',
    promising({ startDate: START + 1, participants: ['dr-rossi', 'mr-bianchi'] }),
    [`${ID}: is not what was acknowledged`],
  ],
  [
    'participants who are not there',
    promising({ startDate: START, participants: ['dr-rossi'] }),
    [`${ID}: is not what was acknowledged`],
  ],
  ['a cancellation that is not there', promising('cancelled'), [`${ID}: is not what was acknowledged`]],
  [
    'a record that is not there at all',
    ({ snapshot }) => ({ snapshot, promised: [{ id: '1'.repeat(24), looks: ['cancelled'] }] }),
    [`${'1'.repeat(24)}: is not what was acknowledged`],
  ],
];

describe('the invariants', () => {
  it('have nothing to say where all is well', () => {
    const { snapshot, promised } = allWell();
    expect(violationsOf(snapshot, promised)).toEqual([]);
  });

  it.each(PLANTED)('find %s, and only that', (_, plant, sentences) => {
    const { snapshot, promised } = plant(allWell());
    expect(violationsOf(snapshot, promised)).toEqual(sentences);
  });

  it('let a call that failed have happened or not', () => {
    const { snapshot } = allWell();
    const participants = ['dr-rossi', 'mr-bianchi'];
    const looks = [
      { startDate: START, participants },
      { startDate: START + 1, participants },
    ] as const;
    expect(violationsOf(snapshot, [{ id: ID, looks }])).toEqual([]);
    expect(violationsOf(snapshot, [{ id: ID, looks: [looks[1], 'cancelled'] }])).toHaveLength(1);
  });

  it('do not ask for the room of a call that is over', () => {
    const { snapshot } = withSnapshot(() => ({ now: START + 10 * 3_600_000, rooms: [] }))(allWell());
    expect(violationsOf(snapshot)).toEqual([]);
  });
});
