import { describe, expect, it } from 'vitest';
import { addParticipantData } from '../../../../lib/domain/add-participant-data.ts';
import type { Scope } from '../../../../lib/domain/ports.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { updateTeleconsultation } from '../../../../lib/domain/update-teleconsultation.ts';
import type { RequestedParticipant, UpdateRequest } from '../../../../lib/schemas/requests.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, mrBianchi, msNeri, type Person } from '../../../support/people.ts';
import { aRoomsWorld } from '../../../support/room-rules.ts';
import { aRecord, asParticipant, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

/** What the two routes that change a teleconsultation ask for, and how they say what is wrong. */

const ID = 'd'.repeat(24);
const as = ({ userId: externalId, groups, fullName }: Person): RequestedParticipant => ({
  externalId,
  groups,
  fullName,
  language: undefined,
});

const changing = async (
  record: Teleconsultation,
  ask: (scope: Scope) => Promise<void>,
  options: { now?: number; environment?: Record<string, string>; sameUser?: string } = {},
) => {
  const { now = START - HOUR, environment = {}, sameUser } = options;
  const { scope: base, world } = aRoomsWorld({ record, now, config: aConfig(environment) });
  const people: Scope['people'] = {
    ...base.people,
    identify: async externalId => ({ kaleyraId: sameUser ?? `usr_${externalId}`, confirmedRole: 'plus' }),
    assertStaying: async () => undefined,
    rememberWayBack: async () => undefined,
  };
  const caller = { id: msNeri.userId, groups: [], scopes: [], fullName: null };
  const scope: Scope = { ...base, people, caller, afterwards: () => scope };
  const failure = await ask(scope).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, stored: world.stored };
};

const RULES = { AUTHORIZATION: 'rules' };
const withNeri = aRecord({ participants: [asParticipant(drRossi), asParticipant(msNeri)] });

describe('adding a participant', () => {
  const add = (person: Person) => (scope: Scope) => addParticipantData(scope, ID, as(person), 'who-adds');
  const operation = `POST /teleconsultation/${ID}/participants/data`;

  it('adds them to the list, in the name of who does so', async () => {
    const { failure, stored } = await changing(aRecord({ expected: 3 }), add(msNeri));
    expect(failure).toBeUndefined();
    expect(stored?.participants.map(({ externalId }) => externalId)).toEqual(['dr-rossi', 'mr-bianchi', 'ms-neri']);
    expect(stored).toMatchObject({ updaterId: 'who-adds', room: { id: 'made-1' } });
  });

  it('is refused in its own words', async () => {
    const full = await changing(aRecord(), add(msNeri));
    expect(full.failure).toMatchObject({
      sentence: `Failed ${operation}: all 2 expected participants are known already`,
    });
    const locked = await changing(withRoom(), add({ ...mrBianchi, fullName: 'Another Example' }), { now: START });
    expect(locked.failure).toMatchObject({
      sentence: `Failed ${operation}: the teleconsultation is open and can no longer be changed`,
    });
  });

  it('says of whom it speaks as the body does', async () => {
    const { failure } = await changing(aRecord({ expected: 3 }), add(msNeri), { sameUser: 'usr_dr-rossi' });
    expect(failure).toMatchObject({ status: 400, details: [{ path: 'body.userId' }] });
  });

  it('is for those who may do just that', async () => {
    const { failure } = await changing(withNeri, add(msNeri), { environment: RULES });
    expect(failure).toMatchObject({
      status: 403,
      message: 'only a plus participant, the creator or a manager may add a participant',
    });
  });
});

describe('changing a teleconsultation', () => {
  const change = (body: UpdateRequest) => (scope: Scope) => updateTeleconsultation(scope, ID, body, 'who-changes');

  it('changes what the body names, in the name of who does so', async () => {
    const { failure, stored } = await changing(withRoom(), change({ start_date: START + 60_000 }));
    expect(failure).toBeUndefined();
    expect(stored).toMatchObject({ startDate: START + 60_000, updaterId: 'who-changes', room: { id: 'room-1' } });
  });

  it('is refused in its own words', async () => {
    const { failure } = await changing(withRoom(), change({ start_date: START + 60_000 }), { now: START });
    expect(failure).toMatchObject({
      sentence: 'Failed PATCH /teleconsultation: the teleconsultation is open and can no longer be changed',
    });
  });

  it('is for those who may do just that', async () => {
    const { failure } = await changing(withNeri, change({ start_date: START + 60_000 }), { environment: RULES });
    expect(failure).toMatchObject({
      status: 403,
      message: 'only a plus participant, the creator or a manager may change a teleconsultation',
    });
  });

  it('says of whom it speaks as the body does, or as bodies mostly do', async () => {
    const list = { expected: 2, data: [drRossi, msNeri].map(as), form: 'plain ids' as const };
    const directory = { describe: async () => [drRossi, msNeri].map(asParticipant) };
    const asked = await changing(
      aRecord(),
      scope => change({ participants: list })({ ...scope, directory: { ...scope.directory, ...directory } }),
      { sameUser: 'usr_dr-rossi' },
    );
    expect(asked.failure).toMatchObject({ status: 400, details: [{ path: 'body.participants.1' }] });
    const twice = aRecord({
      participants: [drRossi, mrBianchi].map(one => ({ ...asParticipant(one), kaleyraId: 'usr' })),
    });
    const silent = await changing(withRoom(twice), change({ start_date: START + 60_000 }));
    expect(silent.failure).toMatchObject({ status: 400, details: [{ path: 'body.participants.data.1.userId' }] });
  });
});
