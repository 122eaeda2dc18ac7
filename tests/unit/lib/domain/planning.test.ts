import { describe, expect, it } from 'vitest';
import { planAddition, planChange, planCreation } from '../../../../lib/domain/planning.ts';
import type { Participant, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import type { CreateRequest, UpdateRequest } from '../../../../lib/schemas/requests.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, mrBianchi, msNeri, type Person } from '../../../support/people.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, asParticipant, HOUR, START } from '../../../support/teleconsultations.ts';

const scope = aScope();
const limited = aScope({ config: aConfig({ UNLIMITED_TELECONSULTATION: 'false' }) });

const requested = ({ externalId, groups, fullName, language }: Participant) => ({
  externalId,
  groups: [...groups],
  fullName: fullName ?? undefined,
  language: language ?? undefined,
});
const listOf = (people: readonly Participant[], expected = people.length): CreateRequest['participants'] => ({
  expected,
  data: people.map(requested),
  form: 'numbered list',
});
const named = (people: readonly Person[], expected?: number) => listOf(people.map(asParticipant), expected);
const booking = (participants: CreateRequest['participants'], end_date = START + HOUR): CreateRequest => ({
  participants,
  start_date: START,
  end_date,
});

describe('the plan of a booking', () => {
  it('is what was asked for', async () => {
    expect(await planCreation(scope, booking(named([drRossi, mrBianchi], 3)))).toEqual({
      startDate: START,
      endDate: START + HOUR,
      expected: 3,
      invitees: [
        { externalId: 'dr-rossi', groups: ['doctor'], fullName: drRossi.fullName, language: null },
        { externalId: 'mr-bianchi', groups: ['patient'], fullName: mrBianchi.fullName, language: null },
      ],
    });
  });

  it('needs a plus user once everybody is known, and not before', async () => {
    const sentence = 'Failed POST /teleconsultation: no plus user in room';
    const patients = named([mrBianchi, msNeri]);
    await expect(planCreation(scope, booking(patients))).rejects.toMatchObject({
      status: 400,
      sentence,
      message: sentence,
    });
    expect(await planCreation(scope, booking({ ...patients, expected: 3 }))).toMatchObject({ expected: 3 });
  });

  it('names everybody whose groups nobody knows, first in the sentence, all in the details', async () => {
    const stranger = (userId: string, groups: string[]): Person => ({ userId, groups, fullName: 'Stranger Example' });
    const participants = named([drRossi, stranger('a', ['Doctor']), mrBianchi, stranger('b', [])]);
    const message = 'names no group that the privileges know';
    await expect(planCreation(scope, booking(participants))).rejects.toMatchObject({
      status: 400,
      code: 'refused_by_rule',
      sentence: `Failed POST /teleconsultation: body.participants.data.1.groups ${message}`,
      details: [1, 3].map(index => ({ path: `body.participants.data.${index}.groups`, message })),
    });
  });

  it('names people by their place in a list of ids, when a directory has described them', async () => {
    const describeThem = async () => [drRossi, { ...mrBianchi, groups: ['nobody'] }].map(asParticipant);
    const participants = { ...named([drRossi, mrBianchi]), form: 'plain ids' as const };
    const plan = planCreation(aScope({ directory: { describe: describeThem } }), booking(participants));
    await expect(plan).rejects.toMatchObject({ details: [{ path: 'body.participants.1' }] });
  });

  it('has times that are right, before anybody is described', async () => {
    const directory = {
      describe: async () => {
        throw new Error('was not to be asked');
      },
    };
    const config = limited.config;
    const plan = planCreation(aScope({ config, directory }), booking(named([drRossi, mrBianchi]), START + 299_000));
    await expect(plan).rejects.toMatchObject({
      code: 'invalid_input',
      details: [{ path: 'body.end_date', message: 'makes the call shorter than 5 minutes' }],
    });
  });
});

describe('the plan of a change', () => {
  const stored = aRecord();
  const change = (body: UpdateRequest, record: Teleconsultation = stored) => planChange(scope, record, body);

  it('is what is stored, with the requested fields in their place', async () => {
    const people = { startDate: START, endDate: START + HOUR, expected: 2, invitees: stored.participants };
    expect(await change({})).toEqual(people);
    expect(await change({ start_date: START + 1 })).toEqual({ ...people, startDate: START + 1 });
    expect(await change({ duration_in_seconds: 600 })).toEqual({ ...people, endDate: START + 600_000 });
    expect(await change({ participants: named([drRossi, msNeri]) })).toMatchObject({
      endDate: START + HOUR,
      invitees: [{ externalId: 'dr-rossi' }, { externalId: 'ms-neri' }],
    });
  });

  it('replaces the whole list, and what was known of people with it', async () => {
    const { invitees, expected } = await change({ participants: named([drRossi], 4) });
    expect({ invitees, expected }).toMatchObject({ invitees: [{ externalId: 'dr-rossi' }], expected: 4 });
  });

  it('is refused in the words of a change', async () => {
    const sentence = 'Failed PATCH /teleconsultation: no plus user in room';
    await expect(change({ participants: named([mrBianchi, msNeri]) })).rejects.toMatchObject({ status: 400, sentence });
    await expect(change({ start_date: START + HOUR })).rejects.toMatchObject({
      details: [{ path: 'body.start_date', message: 'must be before the end' }],
    });
  });

  it("does not hold what is stored against today's rules", async () => {
    const imported = aRecord({ endDate: START + 1000, participants: [mrBianchi, msNeri].map(asParticipant) });
    expect(await planChange(limited, imported, {})).toMatchObject({ endDate: START + 1000 });
    const doctors = { participants: named([drRossi, mrBianchi]) };
    expect(await planChange(limited, imported, doctors)).toMatchObject({ endDate: START + 1000 });
    await expect(planChange(limited, imported, { start_date: START })).rejects.toMatchObject({ status: 400 });
  });
});

describe('the plan of an addition', () => {
  const operation = 'POST /teleconsultation/x/participants/data';
  const add = (person: Person, record: Teleconsultation) =>
    planAddition(scope, record, requested(asParticipant(person)), operation);
  const waiting = aRecord({ participants: [asParticipant(mrBianchi)] });

  it('is what is stored with one more person', async () => {
    expect(await add(drRossi, waiting)).toMatchObject({
      startDate: START,
      endDate: START + HOUR,
      expected: 2,
      invitees: [{ externalId: 'mr-bianchi' }, { externalId: 'dr-rossi', groups: ['doctor'] }],
    });
  });

  it('replaces what is known of somebody who is there already, also when everybody is', async () => {
    const { invitees, expected } = await add({ ...mrBianchi, fullName: 'Ugo Example' }, aRecord());
    expect({ names: invitees.map(one => one.fullName), expected }).toEqual({
      names: [drRossi.fullName, 'Ugo Example'],
      expected: 2,
    });
  });

  it.each<[string, Person, Teleconsultation, string]>([
    ['nobody is plus in the end', msNeri, waiting, 'no plus user in room'],
    ['everybody is known already', msNeri, aRecord(), 'all 2 expected participants are known already'],
    [
      'nobody knows the group',
      { ...drRossi, groups: ['x'] },
      waiting,
      'body.groups names no group that the privileges know',
    ],
  ])('is refused when %s', async (_, person, record, rule) => {
    const sentence = `Failed ${operation}: ${rule}`;
    await expect(add(person, record)).rejects.toMatchObject({ status: 400, sentence });
  });

  it('needs what a participant needs', async () => {
    const nameless = { ...requested(asParticipant(drRossi)), fullName: undefined };
    const plan = planAddition(scope, waiting, nameless, operation);
    await expect(plan).rejects.toMatchObject({ details: [{ path: 'body.fullName', message: 'is required' }] });
  });
});
