import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { register } from '../../lib/cli/registration.ts';
import { createPeopleStore } from '../../lib/store/people.ts';
import { openTable } from '../../lib/store/table.ts';
import { aBooking, bookingBody } from '../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi, type Person } from '../support/people.ts';
import { sendSigned } from '../support/signed.ts';
import { openWorld, type World } from '../support/world.ts';

/** Kaleyra asks for the names on screen, so that it need not know them. */
let world: World;
beforeAll(async () => {
  world = await openWorld({ transport: 'over HTTP' });
});
afterAll(() => world.close());
beforeEach(() =>
  register({
    kaleyra: { baseUrl: world.simulator.url, apiKey: String(world.env.BANDYER_API_SECRET_KEY) },
    publicBaseUrl: String(world.url),
  }),
);
afterEach(async () => {
  world.configure({});
  await world.simulator.clearFaults();
});

const idsOf = async (id: string): Promise<string[]> => {
  const { participants } = (await world.record(id)) as { participants: { kaleyraId: string }[] };
  return participants.map(({ kaleyraId }) => kaleyraId);
};

let count = 0;
/** Somebody of whom the table has never heard. */
const somebody = (group = 'patient'): Person => {
  count += 1;
  return { userId: `somebody-${count}`, groups: [group], fullName: `Invented Somebody the ${count}th` };
};
const kaleyraIdOf = async ({ userId }: Person): Promise<string> => {
  const person = (await world.items()).find(item => item.pk === `ext#${userId}`);
  return String(person?.kaleyraId);
};
/** What Kaleyra would show. */
const shown = async (person: Person): Promise<string | undefined> => {
  const { body } = await world.simulator.askNames([await kaleyraIdOf(person)]);
  return (body as { user_ids: { display_name: string }[] }).user_ids[0]?.display_name;
};
const book = (participants: Person[], caller?: Person, headers: Record<string, string> = {}) => {
  const api = caller === undefined ? world.api : world.api.as(caller);
  return api.withHeaders(headers).post('/teleconsultation', bookingBody(world.clock.now(), { participants }));
};
const properties = (name: string) => ({ miauserproperties: JSON.stringify({ name }) });

describe('asked as Kaleyra asks', () => {
  it('it says what the people of a booking are called, and nothing of whom it does not know', async () => {
    const [doctor = '', patient = ''] = await idsOf(await aBooking(world));
    const reply = await world.simulator.askNames([patient, 'usr_unknown', doctor, patient]);
    expect(reply.status).toBe(200);
    const { user_ids: people } = reply.body as { user_ids: unknown[] };
    expect(people).toHaveLength(2);
    expect(people).toEqual(
      expect.arrayContaining([
        { user_id: doctor, display_name: drRossi.fullName },
        { user_id: patient, display_name: mrBianchi.fullName },
      ]),
    );
  });

  it('Kaleyra itself was never told a name', async () => {
    await aBooking(world);
    const told = JSON.stringify([await world.simulator.requests(), await world.simulator.state()]);
    expect(told).not.toContain('Rossi-Example');
    expect(told).not.toContain(drRossi.userId);
  });

  it('it answers a hundred ids with one read, and more with 400', async () => {
    const table = openTable(world.store, world.deps.config.table, new AbortController().signal);
    const people = createPeopleStore(table);
    const ids = Array.from({ length: 101 }, (_, index) => `usr_crowd_${index}`);
    await Promise.all(
      ids.map(kaleyraId =>
        people.rememberWayBack({
          kaleyraId,
          externalId: kaleyraId,
          fullName: `Invented ${kaleyraId}`,
          source: 'booking',
        }),
      ),
    );
    const calls: string[] = [];
    const stop = world.store.listen(({ operation }) => calls.push(operation));
    const { status, body } = await world.simulator.askNames(ids.slice(1));
    stop();
    expect(status).toBe(200);
    expect((body as { user_ids: unknown[] }).user_ids).toHaveLength(100);
    expect(calls).toEqual(['BatchGetItem']);

    expect(await world.simulator.askNames(ids)).toMatchObject({
      status: 400,
      body: { statusCode: 400, message: 'body.data.user_ids must name at most 100 users' },
    });
  });

  it.each(['user_ids', 'users_id', 'usersAlias'])('it takes the ids as %s', async spelling => {
    const [doctor = ''] = await idsOf(await aBooking(world));
    const question = { event: 'user_details_request', data: { [spelling]: [doctor] } };
    const reply = await sendSigned(world, '/user-details', question);
    expect([reply.status, reply.body]).toEqual([
      200,
      { user_ids: [{ user_id: doctor, display_name: drRossi.fullName }] },
    ]);
  });

  it('its log holds no name', async () => {
    const [doctor = ''] = await idsOf(await aBooking(world));
    world.logs.length = 0;
    await world.simulator.askNames([doctor]);
    expect(world.logs.length).toBeGreaterThan(0);
    expect(world.logs.join('\n')).not.toMatch(/Rossi|usr_/);
  });
});

describe('what somebody is called', () => {
  it('is what the first booking says: a later one by somebody else renames nobody', async () => {
    const patient = somebody();
    await book([drRossi, patient]);
    await book([drVerdi, { ...patient, fullName: 'Mr Impostor-Example' }], drVerdi);
    expect(await shown(patient)).toBe(patient.fullName);
  });

  it('is what they say of themselves when they book, whoever booked for them before and after', async () => {
    const doctor = somebody('doctor');
    await book([doctor, mrBianchi]);
    const renamed = { ...doctor, fullName: 'Dr Married-Example' };
    await book([renamed, mrBianchi], doctor);
    expect(await shown(doctor)).toBe('Dr Married-Example');
    await book([doctor, mrBianchi], drRossi);
    expect(await shown(doctor)).toBe('Dr Married-Example');
  });

  it('is what their claims say rather than what they write', async () => {
    const doctor = somebody('doctor');
    await book([doctor, mrBianchi], doctor, properties('Dr Claimed-Example'));
    expect(await shown(doctor)).toBe('Dr Claimed-Example');
  });

  it('is what their claims say when they fetch credentials, at first and later', async () => {
    const patient = somebody();
    await book([drRossi, patient]);
    const fetchAs = (name: string) =>
      world.api
        .as(patient)
        .withHeaders({ miausergroups: 'patient', ...properties(name) })
        .post('/credentials');
    expect((await fetchAs('Ms Claimed-Example')).status).toBe(201);
    expect(await shown(patient)).toBe('Ms Claimed-Example');
    expect((await fetchAs('Ms Later-Example')).status).toBe(201);
    expect(await shown(patient)).toBe('Ms Later-Example');
    expect((await fetchAs('x'.repeat(300))).status).toBe(201);
    expect(await shown(patient)).toBe('Ms Later-Example');
  });

  it('is not what somebody without a name for themselves calls the person "null"', async () => {
    const careless = { ...somebody(), userId: 'null' };
    await book([drRossi, careless]);
    await book([drRossi, { ...careless, fullName: 'Second Name-Example' }], careless);
    expect(await shown(careless)).toBe(careless.fullName);
  });

  describe('with a directory', () => {
    const ada = 'auth0|dr-rossi';
    const patient = 'auth0|mr-bianchi';
    const ask = async (userId: string) => shown({ userId, groups: [], fullName: '' });
    const useDirectory = () => world.configure({ AUTH_SERVICE: `${world.simulator.url}/_directory` });
    const plainBooking = (headers = {}) =>
      world.api
        .as({ userId: ada })
        .withHeaders(headers)
        .post('/teleconsultation', { ...bookingBody(world.clock.now()), participants: [ada, patient] });

    it('is what the directory says, over whatever was stored and whatever they say', async () => {
      const named = { userId: ada, groups: ['doctor'], fullName: 'Dr Somebody-Else-Example' };
      await book([named, mrBianchi], named);
      expect(await ask(ada)).toBe('Dr Somebody-Else-Example');
      useDirectory();
      expect((await plainBooking(properties('Dr Claimed-Example'))).status).toBe(201);
      const fromDirectory = await ask(ada);
      expect(fromDirectory).toMatch(/Rossi/);
      world.configure({});
      await book([named, mrBianchi], named, properties('Dr Claimed-Example'));
      expect(await ask(ada)).toBe(fromDirectory);
    });

    it('follows the directory when it has another name', async () => {
      useDirectory();
      await plainBooking();
      const people = `${world.simulator.url}/_directory/_people`;
      const known = (await (await fetch(people)).json()) as { accounts: Record<string, unknown>[] };
      const accounts = known.accounts.map(one =>
        one.user_id === patient
          ? { user_id: patient, name: 'Mr Renamed-Example', app_metadata: one.app_metadata, groups: one.groups }
          : one,
      );
      await fetch(people, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ accounts }),
      });
      await plainBooking();
      expect(await ask(patient)).toBe('Mr Renamed-Example');
    });
  });
});
