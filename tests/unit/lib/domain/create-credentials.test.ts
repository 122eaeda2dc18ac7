import { describe, expect, it } from 'vitest';
import type { Circuit } from '../../../../lib/domain/circuit.ts';
import { createCredentials } from '../../../../lib/domain/create-credentials.ts';
import type { Caller, KnownPerson, Scope } from '../../../../lib/domain/ports.ts';
import type { Invitee } from '../../../../lib/domain/teleconsultation.ts';
import { KaleyraError } from '../../../../lib/errors.ts';
import { aConfig } from '../../../support/configs.ts';
import { aScope } from '../../../support/scopes.ts';
import { listening } from './support.ts';

const TOKEN = { accessToken: 'invented-token', expiresAt: 7 };
const ADA: Caller = { id: 'ada', groups: ['doctor'], scopes: [], fullName: 'Ada Example' };
const INVITEE: Invitee = { externalId: 'ada-there', groups: ['doctor'], fullName: 'Ada There', language: null };
const CONFIRMED: KnownPerson = { kaleyraId: 'usr_ada', confirmedRole: 'plus' };
const BEGUN: KnownPerson = { kaleyraId: 'usr_ada', confirmedRole: undefined };
const OPEN: Circuit = { score: 10, openUntil: 5000 };
const down = new KaleyraError('kaleyra_timeout', 504, 'as told');

interface Situation {
  caller?: Caller;
  known?: KnownPerson;
  /** What the directory says of the caller. */
  described?: Invitee;
  circuit?: Circuit;
  /** Whether Kaleyra knows the user, each time it is asked for a token; the last one stands for all that follow. */
  users?: readonly (boolean | Error)[];
  environment?: Record<string, string>;
}

const asking = async (situation: Situation) => {
  const { caller = ADA, known, described, circuit, users = [true], environment = {} } = situation;
  const calls: string[] = [];
  const called = (...call: unknown[]): void => void calls.push(call.map(part => part ?? 'nobody').join(' '));
  const answers = [...users];
  const base = aScope({
    config: aConfig(environment),
    clock: { now: () => 1000 },
    ids: { kaleyraUserId: () => 'usr_minted' },
    caller,
    people: {
      find: async id => {
        called('find', id);
        return known;
      },
      identify: async (id, minted) => {
        called('identify', id, minted);
        return known ?? { kaleyraId: minted, confirmedRole: undefined };
      },
      confirm: async (...noted) => called('confirm', ...noted),
      rememberWayBack: async ({ kaleyraId, externalId, fullName, source }) =>
        called('name', kaleyraId, externalId, fullName, source),
    },
    kaleyra: {
      createUser: async (...made) => {
        called('createUser', ...made);
        return 'created';
      },
      createCredentials: async (id, seconds) => {
        called('token', id, seconds);
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer instanceof Error) throw answer;
        return answer ? TOKEN : undefined;
      },
    },
    directory: {
      describeCaller: async asked => {
        called('describe', asked.id);
        return described;
      },
    },
  });
  const { scope, told } = listening({
    ...base,
    metrics: { ...base.metrics, add: () => undefined } as never,
    circuit: {
      find: async () => circuit,
      close: async () => called('answers'),
      fail: async weight => called('fails', weight),
      probe: async () => "somebody else's",
    },
  });
  const world: Scope = { ...scope, afterwards: () => world };
  const outcome = await createCredentials(world, 3600).catch((error: unknown) => error);
  return { outcome, calls, told };
};

const token = (kaleyraId: string) => ({ ...TOKEN, kaleyraId });
const UNAUTHORIZED = { status: 401, sentence: 'Unauthorized user' };

describe('nobody', () => {
  it.each([undefined, 'null', 'undefined', '', ' ', 'x'.repeat(257), 'a\nb'])('gets no token: %j', async id => {
    const { outcome, calls } = await asking({ caller: { ...ADA, id }, described: INVITEE });
    expect([outcome, calls]).toMatchObject([UNAUTHORIZED, []]);
  });

  it('who could take part in nothing gets one by the rules, and nothing is looked up', async () => {
    const environment = { AUTHORIZATION: 'rules' };
    const { outcome, calls } = await asking({
      caller: { ...ADA, groups: ['gardener'] },
      known: CONFIRMED,
      environment,
    });
    expect([outcome, calls]).toMatchObject([{ status: 403 }, ['describe ada']]);
  });
});

describe('somebody whom Kaleyra has', () => {
  it('gets a token, and is called from then on as they call themselves', async () => {
    const { outcome, calls } = await asking({ known: CONFIRMED });
    expect(outcome).toEqual(token('usr_ada'));
    expect(calls).toEqual(['find ada', 'token usr_ada 3600', 'name usr_ada ada Ada Example self']);
  });

  it('without a name keeps the one that is known', async () => {
    const { calls } = await asking({ known: CONFIRMED, caller: { ...ADA, fullName: null } });
    expect(calls).toEqual(['find ada', 'token usr_ada 3600']);
  });

  it.each<KnownPerson['confirmedRole']>(['plus', 'basic'])(
    'and has lost is made known once more, as %s as before',
    async confirmedRole => {
      const { outcome, calls, told } = await asking({ known: { ...CONFIRMED, confirmedRole }, users: [false, true] });
      expect(outcome).toEqual(token('usr_ada'));
      expect(calls.filter(call => !call.startsWith('name'))).toEqual([
        'find ada',
        'token usr_ada 3600',
        `createUser usr_ada ${confirmedRole}`,
        'token usr_ada 3600',
      ]);
      expect(told).toEqual([['warn', 'person.introduced_again', { kaleyraUserId: 'usr_ada' }]]);
    },
  );

  it('and does not know even then gets an error that is Kaleyra’s', async () => {
    expect((await asking({ known: CONFIRMED, users: [false] })).outcome).toMatchObject({
      code: 'kaleyra_refused',
      status: 502,
      message: 'the video service does not know the user that it was given',
    });
  });
});

describe('somebody new', () => {
  it('is made known as the directory describes them, under the id with which they called', async () => {
    const { outcome, calls } = await asking({ described: INVITEE });
    expect(outcome).toEqual(token('usr_minted'));
    expect(calls).toEqual([
      'find ada',
      'describe ada',
      'identify ada usr_minted',
      'createUser usr_minted plus',
      'name usr_minted ada Ada Example self',
      'token usr_minted 3600',
      'confirm ada plus 1000',
    ]);
  });

  it('of whom somebody began to make something known keeps that id', async () => {
    const { outcome, calls } = await asking({ known: BEGUN, described: { ...INVITEE, groups: ['patient'] } });
    expect(outcome).toEqual(token('usr_ada'));
    expect(calls).toContain('createUser usr_ada basic');
  });

  it('in no group that gives a role is refused before anything is made', async () => {
    const { outcome, calls } = await asking({ described: { ...INVITEE, groups: ['gardener'] } });
    const sentence = 'Failed POST /credentials: the caller is in no group that the privileges know';
    expect([outcome, calls]).toMatchObject([{ status: 400, sentence }, ['find ada', 'describe ada']]);
  });

  it('whom nobody can describe is unauthorized', async () => {
    const { outcome, calls } = await asking({});
    expect([outcome, calls]).toMatchObject([UNAUTHORIZED, ['find ada', 'describe ada']]);
  });

  it('whom nobody can describe, but who was begun with, gets a token if Kaleyra knows them', async () => {
    const there = await asking({ known: BEGUN });
    expect([there.outcome, there.calls]).toEqual([
      token('usr_ada'),
      ['find ada', 'describe ada', 'token usr_ada 3600'],
    ]);
    expect((await asking({ known: BEGUN, users: [false] })).outcome).toMatchObject(UNAUTHORIZED);
  });
});

describe('while Kaleyra does not answer', () => {
  it('nobody is made to wait for it', async () => {
    const { outcome, calls } = await asking({ known: CONFIRMED, circuit: OPEN });
    expect([outcome, calls]).toMatchObject([{ status: 503, retryAfter: 4 }, ['find ada']]);
  });

  it('a failure is counted', async () => {
    const { outcome, calls } = await asking({ known: CONFIRMED, users: [down] });
    expect(outcome).toBe(down);
    expect(calls.at(-1)).toBe('fails 2');
  });

  it('a success is told where there were failures, and only there', async () => {
    const { calls } = await asking({ known: CONFIRMED, circuit: { score: 3, openUntil: 0 } });
    expect(calls.at(-1)).toBe('answers');
    expect((await asking({ known: CONFIRMED })).calls).not.toContain('answers');
  });
});
