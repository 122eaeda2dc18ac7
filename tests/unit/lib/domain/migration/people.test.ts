import { describe, expect, it } from 'vitest';
import { gatherPeople, type OldPerson } from '../../../../../lib/domain/migration/people.ts';

const aRow = (kaleyraId: string, externalId: string, parts: Partial<OldPerson> = {}): OldPerson => ({
  id: null,
  kaleyraId,
  externalId,
  fullName: null,
  groups: [],
  createdAt: null,
  state: 'PUBLIC',
  line: 1,
  ...parts,
});
const gather = (rows: readonly OldPerson[], drafts = false) =>
  gatherPeople(
    rows.map((row, index) => ({ ...row, line: index + 1 })),
    { drafts },
  );
const seen = (kaleyraId?: string, externalId?: string) => ({ kaleyraId, externalId, fullName: null, groups: [] });
const currentOf = (people: ReturnType<typeof gather>) => [...people.current()].map(({ kaleyraId }) => kaleyraId);

describe('one person with two Kaleyra ids', () => {
  it('is recognised by both, and keeps the newest for what comes', () => {
    const people = gather([aRow('usr_new', 'ada', { createdAt: 2 }), aRow('usr_old', 'ada', { createdAt: 1 })]);
    for (const id of ['usr_old', 'usr_new']) {
      expect(people.recognise(seen(id))).toMatchObject({ person: { externalId: 'ada', kaleyraId: id } });
    }
    expect([...people.all()].map(({ kaleyraId }) => kaleyraId)).toEqual(['usr_new', 'usr_old']);
    expect(currentOf(people)).toEqual(['usr_new']);
    expect(people.recognise(seen(undefined, 'ada'))).toMatchObject({ person: { kaleyraId: 'usr_new' } });
  });

  it.each<[string, number | null, number | null, string]>([
    ['the later date is the newer one', 1, 2, 'usr_2'],
    ['also where it stands first', 2, 1, 'usr_1'],
    ['of one date, the later line is the newer one', 1, 1, 'usr_2'],
    ['without dates, the later line is the newer one', null, null, 'usr_2'],
    ['without the first one’s date, too', null, 1, 'usr_2'],
    ['however long ago the second one was', null, -1, 'usr_2'],
    ['without the second one’s date, too', 1, null, 'usr_2'],
  ])('%s', (_, first, second, newest) => {
    const rows = [aRow('usr_1', 'ada', { createdAt: first }), aRow('usr_2', 'ada', { createdAt: second })];
    expect(currentOf(gather(rows))).toEqual([newest]);
  });

  it('goes by the one they keep, and by no other', () => {
    const [old, kept, other] = [aRow('usr_1', 'ada'), aRow('usr_2', 'ada'), aRow('usr_3', 'ugo')];
    const people = gather([old, kept, other]);
    expect([old, kept, other, aRow('usr_4', 'eva')].map(people.isCurrent)).toEqual([false, true, true, false]);
  });

  it('a row in the bin counts for the way back only', () => {
    const people = gather([
      aRow('usr_1', 'ada'),
      aRow('usr_2', 'ada', { state: 'TRASH' }),
      aRow('usr_3', 'ugo', { state: 'DELETED' }),
    ]);
    expect(currentOf(people)).toEqual(['usr_1']);
    expect(people.recognise(seen('usr_2'))).toMatchObject({ person: { externalId: 'ada' } });
    expect(people.recognise(seen(undefined, 'ugo'))).toMatchObject({ person: { kaleyraId: 'usr_3' } });
  });

  it('drafts count where they were visible', () => {
    const rows = [aRow('usr_1', 'ada', { state: 'DRAFT' })];
    expect(currentOf(gather(rows))).toEqual([]);
    expect(currentOf(gather(rows, true))).toEqual(['usr_1']);
    expect(currentOf(gather([aRow('usr_1', 'ada', { state: 'TRASH' })], true))).toEqual([]);
  });
});

describe('one Kaleyra id with two people', () => {
  const shared = () => gather([aRow('usr_1', 'ada'), aRow('usr_2', 'eva'), aRow('usr_1', 'ugo'), aRow('usr_1', 'ada')]);

  it('is nobody’s, and every row of it is named with those that it contradicts', () => {
    expect(shared().contested()).toEqual([
      { line: 1, others: [3] },
      { line: 3, others: [1, 4] },
      { line: 4, others: [3] },
    ]);
    expect([...shared().all()].map(({ kaleyraId }) => kaleyraId)).toEqual(['usr_2']);
    expect(currentOf(shared())).toEqual(['usr_2']);
  });

  it('stands for nobody in a teleconsultation, not even with an external id beside it', () => {
    expect(shared().recognise(seen('usr_1'))).toHaveProperty('problem');
    expect(shared().recognise(seen('usr_1', 'ada'))).toHaveProperty('problem');
  });
});

describe('a participant', () => {
  it('the same row twice is one person, with what either row says', () => {
    const people = gather([
      aRow('usr_1', 'ada'),
      aRow('usr_1', 'ada', { fullName: 'Ada-Example', groups: ['doctor'] }),
    ]);
    expect([...people.all()]).toMatchObject([{ fullName: 'Ada-Example', groups: ['doctor'] }]);
    expect(people.contested()).toEqual([]);
    const turned = gather([
      aRow('usr_1', 'ada', { fullName: 'Ada-Example', groups: ['doctor'] }),
      aRow('usr_1', 'ada', { fullName: 'Other-Example', groups: ['patient'] }),
      aRow('usr_1', 'ada'),
    ]);
    expect([...turned.all()]).toMatchObject([{ fullName: 'Ada-Example', groups: ['doctor'] }]);
  });

  it('is nobody whom no row has, unless their own record says who they are', () => {
    const people = gather([aRow('usr_1', 'ada')]);
    expect(people.recognise(seen('usr_9'))).toEqual({ problem: 'is a user whom no row of the users file has' });
    expect(people.recognise(seen(undefined, 'nobody'))).toEqual({ problem: 'is nobody in the users file' });
    expect(people.recognise(seen('usr_9', 'ugo'))).toMatchObject({ person: { externalId: 'ugo', line: null } });
    expect(people.recognise(seen('usr_9'))).toMatchObject({ person: { externalId: 'ugo' } });
    expect(people.recognise(seen('usr_9', 'eva'))).toHaveProperty('problem');
  });

  it('learned from a record is as that record says, and goes by that user from then on', () => {
    const people = gather([]);
    const learned = { kaleyraId: 'usr_9', externalId: 'ugo', fullName: 'Ugo-Example', groups: ['patient'] };
    const person = { ...learned, id: null, createdAt: null, state: 'PUBLIC', line: null };
    expect(people.recognise(learned)).toEqual({ person });
    expect([...people.current()]).toEqual([person]);
    expect(people.recognise(seen(undefined, 'ugo'))).toEqual({ person });
  });

  it('of whom nothing is said is nobody', () => {
    const nobody = { kaleyraId: undefined, externalId: undefined, fullName: null, groups: [] };
    expect(gather([aRow('usr_1', 'ada')]).recognise(nobody)).toEqual({ problem: 'is nobody in the users file' });
  });

  it('named by both ids is whom both name', () => {
    expect(gather([aRow('usr_1', 'ada')]).recognise(seen('usr_1', 'ada'))).toMatchObject({ person: { line: 1 } });
  });

  it('learned from a record never takes the place of the users file’s own', () => {
    const people = gather([aRow('usr_1', 'ada')]);
    expect(people.recognise(seen('usr_8', 'ada'))).toMatchObject({ person: { kaleyraId: 'usr_8' } });
    expect(currentOf(people)).toEqual(['usr_1']);
  });

  it('is refused where record and users file name different people', () => {
    expect(gather([aRow('usr_1', 'ada')]).recognise(seen('usr_1', 'ugo'))).toEqual({
      problem: 'is a user whom the users file gives to somebody else',
    });
  });
});
