/** Opening, booking, changing and cancelling: what might take longer with more people. */
import { drRossi, msNeri } from '../../../support/people.ts';
import { AT, aCrowd, aStranger, bodyFor, book, D, K, type Scenario } from './scenario.ts';

type WithPeople = (people: number) => Scenario;

const opening: WithPeople = people => ({
  route: 'GET /teleconsultation/{id}',
  what: 'not open yet',
  people,
  chain: [D],
  status: 200,
  repeatable: true,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    return () => delayed.api.as(drRossi).get(`${AT}/${id}`);
  },
});

const openingOpen: WithPeople = people => ({
  route: 'GET /teleconsultation/{id}',
  what: 'open, details due',
  people,
  chain: [D, K],
  status: 200,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people), '-5 minutes');
    return () => delayed.api.as(drRossi).get(`${AT}/${id}`);
  },
});

const openingAgain: WithPeople = people => ({
  route: 'GET /teleconsultation/{id}',
  what: 'open, details known',
  people,
  chain: [D],
  status: 200,
  repeatable: true,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people), '-5 minutes');
    await delayed.api.as(drRossi).get(`${AT}/${id}`);
    return () => delayed.api.as(drRossi).get(`${AT}/${id}`);
  },
});

const glancing =
  (what: 'status' | 'calendar'): WithPeople =>
  people => ({
    route: `GET /teleconsultation/{id}/${what}`,
    people,
    chain: [D],
    status: 200,
    repeatable: true,
    prepare: async delayed => {
      const id = await book(delayed, aCrowd(people));
      return () => delayed.api.as(drRossi).get(`${AT}/${id}/${what}`);
    },
  });

/** The record as CREATING beside who everybody is, new people, the room, and the record with its room. */
const booking =
  (known: boolean): WithPeople =>
  people => ({
    route: 'POST /teleconsultation',
    what: `${known ? 'known' : 'new'} people`,
    people,
    chain: known ? [D, K, D] : [D, K, K, D],
    status: 201,
    prepare: async delayed => {
      const crowd = aCrowd(people);
      await book(delayed, known ? crowd : [drRossi, msNeri]);
      const body = bodyFor(crowd);
      return () => delayed.api.post(AT, body);
    },
  });

/** Read, claim, new people, room, the record that points at it, and the old room deleted. */
const replacing =
  (known: boolean): WithPeople =>
  people => ({
    route: 'PATCH /teleconsultation/{id}',
    what: `another ${known ? 'known' : 'new'} participant`,
    people,
    chain: known ? [D, D, K, D, K] : [D, D, K, K, D, K],
    status: 204,
    prepare: async delayed => {
      const crowd = aCrowd(people);
      const newcomer = aStranger();
      const id = await book(delayed, crowd);
      if (known) await book(delayed, [drRossi, newcomer]);
      const data = [...crowd.slice(0, -1), newcomer];
      return () => delayed.api.patch(`${AT}/${id}`, { participants: { number: people, data } });
    },
  });

const moving: WithPeople = people => ({
  route: 'PATCH /teleconsultation/{id}',
  what: 'another time',
  people,
  chain: [D, D],
  status: 204,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    const { start_date, end_date } = bodyFor([], '3 hours');
    return () => delayed.api.patch(`${AT}/${id}`, { start_date, end_date });
  },
});

const repeating: WithPeople = people => ({
  route: 'PATCH /teleconsultation/{id}',
  what: 'nothing new',
  people,
  chain: [D],
  status: 204,
  repeatable: true,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    return () => delayed.api.patch(`${AT}/${id}`, {});
  },
});

/** Read, the record as TRASH with what it owes, and the room deleted. */
const cancelling: WithPeople = people => ({
  route: 'DELETE /teleconsultation/{id}',
  people,
  chain: [D, D, K],
  status: 204,
  prepare: async delayed => {
    const id = await book(delayed, aCrowd(people));
    return () => delayed.api.delete(`${AT}/${id}`);
  },
});

/** Read, claim, the new person, the room, and the record that points at it. */
const adding: WithPeople = people => ({
  route: 'POST /teleconsultation/{id}/participants/data',
  what: 'the last, new',
  people,
  chain: [D, D, K, K, D],
  status: 201,
  prepare: async delayed => {
    const crowd = aCrowd(people);
    const id = await book(delayed, crowd.slice(0, -1), '2 hours', people);
    return () => delayed.api.post(`${AT}/${id}/participants/data`, crowd.at(-1));
  },
});

export const BY_PEOPLE: readonly WithPeople[] = [
  opening,
  openingOpen,
  openingAgain,
  glancing('status'),
  glancing('calendar'),
  booking(true),
  booking(false),
  repeating,
  moving,
  replacing(true),
  replacing(false),
  adding,
  cancelling,
];

/** Where files are deleted: nobody can add one any more, their list, the files side by side, the list again, and then the room. */
const cleared = (scenario: Scenario): Scenario => ({
  ...scenario,
  chain: [...scenario.chain.slice(0, -1), K, K, ...scenario.chain.slice(-1)],
});

export const WHERE_FILES_GO: readonly Scenario[] = [cleared(replacing(true)(2)), cleared(cancelling(2))];
