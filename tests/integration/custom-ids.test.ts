import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bookingBody } from '../support/bookings.ts';
import { BIANCHI, type ControlledDirectory, CUSTOM, controlDirectory, ROSSI, VERDI } from '../support/directory.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

let world: World;
let directory: ControlledDirectory;
const open = async (transport: (typeof TRANSPORTS)[number] = 'in process') => {
  world = await openWorld({ transport });
  directory = controlDirectory(world.simulator.url);
  world.configure(directory.customIds);
};

const book = (participants: unknown) =>
  world.api.post('/teleconsultation', { ...bookingBody(world.clock.now()), participants });
const everything = async () => [await world.items(), await world.simulator.state()];

describe.each(TRANSPORTS)('a booking by ids of the platform, %s', transport => {
  let id: string;
  beforeAll(() => open(transport));
  afterAll(() => world.close());

  it('is stored by auth ids, so that its participants are found by what the gateway calls them', async () => {
    const reply = await book([CUSTOM.rossi, CUSTOM.bianchi]);
    expect(reply.status).toBe(201);
    id = (reply.body as { roomId: string }).roomId;
    expect(await world.record(id)).toMatchObject({
      participants: [
        { externalId: ROSSI, groups: ['doctor'], fullName: 'Dr Ada Rossi-Example' },
        { externalId: BIANCHI, groups: ['patient'], fullName: 'Mr Ugo Bianchi-Example' },
      ],
    });
    expect((await world.api.as({ userId: BIANCHI }).get(`/teleconsultation/${id}`)).status).toBe(200);
    expect((await world.api.as({ userId: CUSTOM.bianchi }).get(`/teleconsultation/${id}`)).status).toBe(401);
  });

  it('is not changed by the same ids', async () => {
    await world.simulator.forgetRequests();
    const before = await everything();
    const change = { participants: [CUSTOM.bianchi, CUSTOM.rossi] };
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
    expect(await everything()).toEqual(before);
    expect(await world.simulator.requests()).toEqual([]);
  });

  it('is changed by others, and completed one by one', async () => {
    const data = [{ userId: CUSTOM.bianchi, language: 'it' }];
    const change = { participants: { number: 2, data } };
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
    expect(await world.simulator.rooms()).toEqual([]);
    const path = `/teleconsultation/${id}/participants/data`;
    // The person who is there already is replaced, not added.
    expect((await world.api.post(path, { userId: CUSTOM.bianchi })).status).toBe(201);
    expect((await world.api.post(path, { userId: CUSTOM.verdi })).status).toBe(201);
    expect(await world.record(id)).toMatchObject({
      participants: [
        { externalId: BIANCHI, language: null },
        { externalId: VERDI, language: null },
      ],
    });
    expect(await world.simulator.rooms()).toMatchObject([{ description: id }]);
  });
});

describe('ids of the platform', () => {
  beforeAll(() => open());
  afterAll(() => world.close());
  beforeEach(() => directory.reset());

  const refused = async (participants: unknown, status: number, answer: Record<string, unknown>) => {
    await world.simulator.forgetRequests();
    const before = await everything();
    expect(await book(participants)).toMatchObject({ status, body: answer });
    expect(await everything()).toEqual(before);
    expect(await world.simulator.requests()).toEqual([]);
  };

  it.each([
    ['that nobody has', '64e1000000000000000000ff'],
    ['of somebody without an account', CUSTOM.gialli],
    ['that are auth ids', BIANCHI],
  ])('%s are named', async (_, unknown) => {
    const message = `names "${unknown}", who is not in the user directory`;
    await refused([CUSTOM.rossi, unknown], 400, {
      error: 'Bad Request',
      message: `body.participants.1 ${message}`,
      details: [{ path: 'body.participants.1', message }],
    });
    await refused({ number: 3, data: [{ userId: unknown }, { userId: CUSTOM.rossi }] }, 400, {
      details: [{ path: 'body.participants.data.0.userId', message }],
    });
  });

  it('that lead to one and the same person are refused', async () => {
    const people = ['a', 'b'].map(_id => ({ _id, authUserId: ROSSI }));
    await directory.hold({ people });
    const message = 'names a person who is already in the list';
    await refused(['a', 'b'], 400, { details: [{ path: 'body.participants.1', message }] });
  });

  it.each([
    ['everybody', { everybody: true }],
    ['a stranger', { body: [{ _id: CUSTOM.rossi, authUserId: ROSSI }] }],
    ['an object', { body: { _id: CUSTOM.neri, authUserId: ROSSI } }],
    ['a page', { text: '<html></html>' }],
    ['nothing', { status: 500 }],
  ])('make nobody a participant when the users API answers with %s', async (_, fault) => {
    await directory.fault({ path: '/custom-users/', ...fault, times: 50 });
    await refused([CUSTOM.neri, CUSTOM.bianchi], 502, { error: 'Bad Gateway' });
  });
});
