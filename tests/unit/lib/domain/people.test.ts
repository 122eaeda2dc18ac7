import { describe, expect, it } from 'vitest';
import {
  confirmPeople,
  type Identified,
  identifyPeople,
  introduceAgain,
  introducePeople,
  participantsOf,
  refreshNames,
} from '../../../../lib/domain/people.ts';
import type { Caller, KnownPerson } from '../../../../lib/domain/ports.ts';
import type { Participant, Role } from '../../../../lib/domain/teleconsultation.ts';
import { drRossi, mrBianchi, msNeri, type Person, patients } from '../../../support/people.ts';
import { kaleyraFails } from '../../../support/room-rules.ts';
import { aScope } from '../../../support/scopes.ts';
import { asParticipant } from '../../../support/teleconsultations.ts';

const NOW = 1_777_885_200_000;

/** A store and a vendor that note every call. */
const noting = (known: Record<string, KnownPerson> = {}, outcome: 'created' | 'existed' = 'created') => {
  const calls: string[] = [];
  const note = (...parts: unknown[]): void => void calls.push(parts.join(' '));
  let minted = 0;
  const scope = aScope({
    clock: { now: () => NOW },
    ids: { kaleyraUserId: () => `minted-${minted++}` },
    people: {
      identify: async (externalId, mintedId) => {
        note('identify', externalId);
        return known[externalId] ?? { kaleyraId: mintedId, confirmedRole: undefined };
      },
      assertStaying: async externalIds => note('ask for', ...externalIds),
      confirm: async (externalId, role, now) => note('confirm', externalId, role, now),
      rememberWayBack: async ({ kaleyraId, externalId, fullName, source }) =>
        note('way back', kaleyraId, externalId, fullName, source),
    },
    kaleyra: {
      createUser: async (kaleyraId, role) => {
        note('create', kaleyraId, role);
        return outcome;
      },
      setRole: async (kaleyraId, role) => note('set role', kaleyraId, role),
    },
  });
  return { scope, calls };
};

const identified = (person: Person, role: Role, confirmedRole: Role | undefined): Identified => ({
  invitee: asParticipant(person),
  known: { kaleyraId: `usr_${person.userId}`, confirmedRole },
  role,
});

describe('identifying people', () => {
  it('gives everybody an id at Kaleyra, a new one to whom nobody knows, in the order of the list', async () => {
    const { scope } = noting({ 'mr-bianchi': { kaleyraId: 'usr_known', confirmedRole: 'basic' } });
    const people = await identifyPeople(scope, [drRossi, mrBianchi].map(asParticipant));
    expect(people.map(({ known, role }) => ({ ...known, role }))).toEqual([
      { kaleyraId: 'minted-0', confirmedRole: undefined, role: 'plus' },
      { kaleyraId: 'usr_known', confirmedRole: 'basic', role: 'basic' },
    ]);
  });

  it('gives whoever is in no group that anybody knows the lesser role', async () => {
    const { scope } = noting();
    const [person] = await identifyPeople(scope, [{ ...asParticipant(drRossi), groups: ['nobody'] }]);
    expect(person?.role).toBe('basic');
  });

  it('only asks whether those stay who take part already, unless they need a higher role now', async () => {
    const already = [drRossi, mrBianchi, msNeri].map(asParticipant);
    const { scope, calls } = noting({ 'ms-neri': { kaleyraId: 'usr_ms-neri', confirmedRole: 'basic' } });
    const invitees = [{ ...drRossi, groups: ['patient'] }, mrBianchi, { ...msNeri, groups: ['doctor'] }].map(
      asParticipant,
    );
    const people = await identifyPeople(scope, invitees, already);
    expect(calls).toEqual(['identify ms-neri', 'ask for dr-rossi mr-bianchi']);
    expect(people.map(({ known, role }) => [known.kaleyraId, known.confirmedRole, role])).toEqual([
      ['usr_dr-rossi', 'plus', 'basic'],
      ['usr_mr-bianchi', 'basic', 'basic'],
      ['usr_ms-neri', 'basic', 'plus'],
    ]);
  });

  it('asks for none of those of whom it is known that they stay', async () => {
    const { scope, calls } = noting();
    const already = [drRossi, mrBianchi].map(asParticipant);
    const people = await identifyPeople(scope, already, already, true);
    expect(calls).toEqual([]);
    expect(people.map(({ known }) => known.kaleyraId)).toEqual(['usr_dr-rossi', 'usr_mr-bianchi']);
  });
});

describe('the participants', () => {
  it('are the invitees with their id at Kaleyra', () => {
    const people = [identified(drRossi, 'plus', 'plus'), identified(mrBianchi, 'basic', undefined)];
    expect(participantsOf(people, 'POST /teleconsultation', 'numbered list')).toEqual(
      [drRossi, mrBianchi].map(asParticipant),
    );
  });

  it('do not say who had told their name', () => {
    const one = identified(drRossi, 'plus', 'plus');
    const told = { ...one, invitee: { ...one.invitee, nameSource: 'directory' as const } };
    expect(participantsOf([told], 'POST /teleconsultation', 'numbered list')).toStrictEqual([asParticipant(drRossi)]);
  });

  it('are refused when two are one user at Kaleyra, whose id is not told', () => {
    const twin = { ...identified(mrBianchi, 'basic', 'basic'), known: identified(drRossi, 'plus', 'plus').known };
    const rule = 'two participants are the same user at the video service';
    const refused = (form: 'plain ids' | 'numbered list' | 'single', path: string): void =>
      expect(() =>
        participantsOf([identified(drRossi, 'plus', 'plus'), twin], 'PATCH /teleconsultation', form),
      ).toThrow(expect.objectContaining({ details: [{ path, message: rule }] }));
    refused('plain ids', 'body.participants.1');
    refused('numbered list', 'body.participants.data.1.userId');
    refused('single', 'body.userId');
    const people = [identified(drRossi, 'plus', 'plus'), twin];
    expect(() => participantsOf(people, 'PATCH /teleconsultation', 'numbered list')).toThrow(
      expect.objectContaining({
        status: 400,
        sentence: `Failed PATCH /teleconsultation: ${rule}`,
        details: [{ path: 'body.participants.data.1.userId', message: rule }],
      }),
    );
  });
});

describe('introducing people to Kaleyra', () => {
  const wayBack = (person: Person): string =>
    `way back usr_${person.userId} ${person.userId} ${person.fullName} booking`;

  it.each<[string, Role, Role | undefined, 'created' | 'existed', string[]]>([
    ['creates a newcomer with the role', 'plus', undefined, 'created', ['create usr_dr-rossi plus']],
    ['creates a basic newcomer', 'basic', undefined, 'created', ['create usr_dr-rossi basic']],
    [
      'raises who existed with perhaps a lower role',
      'plus',
      undefined,
      'existed',
      ['create usr_dr-rossi plus', 'set role usr_dr-rossi plus'],
    ],
    ['leaves who existed and needs no more', 'basic', undefined, 'existed', ['create usr_dr-rossi basic']],
    ['raises a confirmed basic user', 'plus', 'basic', 'created', ['set role usr_dr-rossi plus']],
  ])('%s, and notes the way back', async (_, role, confirmed, outcome, expected) => {
    const { scope, calls } = noting({}, outcome);
    await introducePeople(scope, [identified(drRossi, role, confirmed)]);
    expect(calls.toSorted()).toEqual([...expected, wayBack(drRossi)].toSorted());
  });

  it.each<[Role, Role]>([
    ['basic', 'basic'],
    ['basic', 'plus'],
    ['plus', 'plus'],
  ])('does nothing for somebody who needs %s and has %s', async (role, confirmed) => {
    const { scope, calls } = noting();
    await introducePeople(scope, [identified(drRossi, role, confirmed)]);
    await confirmPeople(scope, [identified(drRossi, role, confirmed)]);
    expect(calls).toEqual([]);
  });

  it('runs side by side: nobody waits for somebody else', async () => {
    let running = 0;
    const { promise: allThere, resolve: letGo } = Promise.withResolvers<void>();
    const held = async <Result>(result: Result): Promise<Result> => {
      running += 1;
      await allThere;
      return result;
    };
    const kaleyra = { createUser: () => held('created' as const) };
    const scope = aScope({ kaleyra, people: { rememberWayBack: () => held(undefined) } });
    const introduced = introducePeople(
      scope,
      patients(10).map(person => identified(person, 'basic', undefined)),
    );
    // What begins a turn later has begun as well.
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    expect(running).toBe(20);
    letGo();
    await introduced;
  });

  describe('who was confirmed once and is gone since', () => {
    const raising = async (refusal: unknown, outcome: 'created' | 'existed' = 'created') => {
      const { scope, calls } = noting({}, outcome);
      const setRole = async (): Promise<void> => {
        throw refusal;
      };
      const all = { ...scope, kaleyra: { ...scope.kaleyra, createUser: scope.kaleyra.createUser, setRole } };
      const people = [identified(drRossi, 'plus', 'basic')];
      const failure = await introducePeople(all, people).then(
        () => undefined,
        (error: unknown) => error,
      );
      return { failure, created: calls.filter(call => call.startsWith('create')) };
    };

    it('is created with the role', async () => {
      const { failure, created } = await raising(kaleyraFails(404));
      expect([failure, created]).toEqual([undefined, ['create usr_dr-rossi plus']]);
    });

    it('is not gone after all where they existed: what was refused stays refused', async () => {
      const refusal = kaleyraFails(404);
      expect((await raising(refusal, 'existed')).failure).toBe(refusal);
    });

    it.each([
      ['our key is refused', kaleyraFails(401)],
      ['Kaleyra does not answer', kaleyraFails(undefined)],
      ['something else breaks', Object.assign(new Error('broken'), { code: 'kaleyra_refused' })],
    ])('is not supposed to be gone when %s', async (_, refusal) => {
      expect(await raising(refusal)).toEqual({ failure: refusal, created: [] });
    });
  });

  it('again takes nobody for confirmed', async () => {
    const { scope, calls } = noting({}, 'existed');
    await introduceAgain(scope, [identified(drRossi, 'plus', 'plus'), identified(mrBianchi, 'basic', 'plus')]);
    expect(calls.toSorted()).toEqual([
      'create usr_dr-rossi plus',
      'create usr_mr-bianchi basic',
      'set role usr_dr-rossi plus',
    ]);
  });

  it('is noted as confirmed, with the role and the time, for those who were introduced', async () => {
    const { scope, calls } = noting();
    const people = [
      identified(drRossi, 'plus', 'basic'),
      identified(mrBianchi, 'basic', undefined),
      identified(msNeri, 'basic', 'basic'),
    ];
    await confirmPeople(scope, people);
    expect(calls.toSorted()).toEqual([`confirm dr-rossi plus ${NOW}`, `confirm mr-bianchi basic ${NOW}`]);
  });
});

describe('what people are called', () => {
  const own = (id: string | undefined, fullName: string | null = null): Caller => ({
    id,
    groups: [],
    scopes: [],
    fullName,
  });
  const refreshing = async (person: Partial<Participant>, caller: Caller, confirmedRole: Role | null = 'basic') => {
    const { scope, calls } = noting();
    const one = identified(mrBianchi, 'basic', confirmedRole ?? undefined);
    await refreshNames({ ...scope, caller }, [{ ...one, invitee: { ...one.invitee, ...person } }]);
    return calls;
  };
  const called = (name: string, source: string): string[] => [`way back usr_mr-bianchi mr-bianchi ${name} ${source}`];

  it('is news where they say it themselves: their own name first, then what they wrote down', async () => {
    expect(await refreshing({}, own('mr-bianchi', 'Ugo Himself'))).toEqual(called('Ugo Himself', 'self'));
    expect(await refreshing({}, own('mr-bianchi'))).toEqual(called(mrBianchi.fullName, 'self'));
    expect(await refreshing({}, own('mr-bianchi', ' '))).toEqual(called(mrBianchi.fullName, 'self'));
  });

  it('is no news where nobody says a name', async () => {
    expect(await refreshing({ fullName: null }, own('mr-bianchi'))).toEqual([]);
    expect(await refreshing({ fullName: null, nameSource: 'directory' }, own('dr-rossi'))).toEqual([]);
  });

  it('is news where the directory says it', async () => {
    expect(await refreshing({ nameSource: 'directory' }, own('mr-bianchi', 'Ugo Himself'))).toEqual(
      called(mrBianchi.fullName, 'directory'),
    );
  });

  it('is no news where somebody else’s booking says it', async () => {
    expect(await refreshing({}, own('dr-rossi', 'Ada Herself'))).toEqual([]);
    expect(await refreshing({}, own(undefined, 'Nobody'))).toEqual([]);
  });

  it.each(['null', 'undefined'])('is not what a caller says whose id is "%s": that may be anybody', async id => {
    expect(await refreshing({ externalId: id }, own(id, 'Anybody'))).toEqual([]);
  });

  it('is noted for newcomers when they are introduced, not before', async () => {
    expect(await refreshing({}, own('mr-bianchi', 'Ugo Himself'), null)).toEqual([]);
  });
});
