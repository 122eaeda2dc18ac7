import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../support/api.ts';
import { aBooking, bookingBody } from '../../support/bookings.ts';
import { aForm, aJpeg } from '../../support/images.ts';
import { drRossi, mrBianchi, msNeri } from '../../support/people.ts';
import { anEvent, sendSigned } from '../../support/signed.ts';
import { ROUTES } from '../../support/watched-world.ts';
import { openWorld, type World } from '../../support/world.ts';

/** Bodies that are made to cost much, to change what every object inherits, or to set what is not theirs to set. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const someone = () => world.api.as(drRossi).withHeaders({ miausergroups: 'doctor' });

/** Everything an attacker would like to write, under the names that the service itself uses; the values are unmistakable. */
const ASSIGNED = 'assigned-by-the-caller';
const WISHES = {
  id: 'a55161ed0a55161ed0a55161',
  _id: ASSIGNED,
  pk: ASSIGNED,
  sk: ASSIGNED,
  state: ASSIGNED,
  __STATE__: ASSIGNED,
  version: 98_765_432,
  op: ASSIGNED,
  creatorId: ASSIGNED,
  updaterId: ASSIGNED,
  createdAt: 98_765_432,
  claim: { op: ASSIGNED, until: 98_765_432 },
  owed: [{ roomId: ASSIGNED }],
  room: { id: ASSIGNED, links: [{ kaleyraId: ASSIGNED, url: `https://${ASSIGNED}.bandyer.com` }] },
  roomId: ASSIGNED,
  formerRooms: [ASSIGNED],
  upkeep: { owner: ASSIGNED },
  kaleyraId: `usr_${ASSIGNED}`,
  plusSince: 98_765_432,
  bandyerUserId: `usr_${ASSIGNED}`,
  user_id: `usr_${ASSIGNED}`,
  role: ASSIGNED,
  isAdmin: ASSIGNED,
  privileges: { plus: { groups: [ASSIGNED] } },
  scopes: ['teleconsultation:manage', ASSIGNED],
  accessLinkURL: `https://${ASSIGNED}.bandyer.com`,
  workShard: ASSIGNED,
  workDue: 98_765_432,
  callback: `https://${ASSIGNED}.example.com`,
  caller: { id: ASSIGNED, groups: [ASSIGNED] },
};
const MARKS = [ASSIGNED, '98765432', WISHES.id];

const textOfBody = (body: object): string => JSON.stringify(body);
const withWishes = (body: object) => ({ ...WISHES, ...body });

interface Target {
  /** A body that is taken. */
  body(): object;
  ask(body: string): Promise<Reply>;
  status: number;
}

const fresh: Record<'changed' | 'partial', string> = { changed: '', partial: '' };
const json: Record<string, Target> = {
  'POST /teleconsultation': {
    body: () => {
      const body = bookingBody(world.clock.now());
      return { ...body, participants: { ...WISHES, number: 2, data: [drRossi, mrBianchi].map(withWishes) } };
    },
    ask: body => someone().post('/teleconsultation', body),
    status: 201,
  },
  'PATCH /teleconsultation/{id}': {
    body: () => ({ participants: { ...WISHES, number: 2, data: [drRossi, msNeri].map(withWishes) } }),
    ask: body => someone().patch(`/teleconsultation/${fresh.changed}`, body),
    status: 204,
  },
  'POST /teleconsultation/{id}/participants/data': {
    body: () => mrBianchi,
    ask: body => someone().post(`/teleconsultation/${fresh.partial}/participants/data`, body),
    status: 201,
  },
  'POST /credentials': {
    body: () => ({ expiresIn: 3600 }),
    ask: body => someone().post('/credentials', body),
    status: 201,
  },
  'PATCH /settings/update': {
    body: () => ({ background_alias: alias }),
    ask: body => someone().patch('/settings/update', body),
    status: 200,
  },
};
/** These have a body of another kind, or none that is looked at. */
const others: Record<string, () => Promise<Reply>> = {
  'POST /settings/background-image': () => world.api.as(drRossi).raw(aForm(aJpeg())),
  'POST /settings/background-image/uploads': () =>
    someone().post('/settings/background-image/uploads', textOfBody(WISHES)),
  'POST /webhooks/kaleyra': () =>
    sendSigned(world, '/webhooks/kaleyra', {
      ...WISHES,
      ...anEvent('on_session_ended', { ...WISHES, room_id: 'room_0123456789ab' }),
    }),
  'POST /user-details': () => sendSigned(world, '/user-details', { ...WISHES, data: { user_ids: ['usr_invented'] } }),
};

let alias = '';
beforeAll(async () => {
  fresh.changed = await aBooking(world);
  fresh.partial = await aBooking(world, { participants: [drRossi], expected: 2 });
  const reply = await world.api.as(drRossi).raw(aForm(aJpeg()));
  alias = (reply.body as { virtual_background: { background_alias: string } }).virtual_background.background_alias;
});

const stored = async (): Promise<string> =>
  JSON.stringify([await world.items(), await world.simulator.state(), await world.simulator.requests()]);

it('every route that has a body is here', () => {
  const withBody = ROUTES.filter(route => /^(POST|PATCH|PUT) /.test(route));
  expect([...Object.keys(json), ...Object.keys(others)].sort()).toEqual([...withBody].sort());
});

describe.each(Object.entries(json))('%s', (_, target) => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const withMember = (member: string) => textOfBody(target.body()).replace(/\}$/, `,${member}}`);

  it.each<[string, () => string, number, string]>([
    ['a body over 256 KB', () => withMember(`"x":"${'x'.repeat(262_144)}"`), 413, 'may have at most 262144 bytes'],
    ['a body of 100,000 levels', () => withMember(`"x":${deep(100_000)}`), 400, 'must not be nested deeper than 32'],
    ['a body of 10,000 values', () => withMember(`"x":[${'0,'.repeat(9_999)}0]`), 400, 'must not hold more than 5000'],
    ['__proto__ as a key', () => withMember('"__proto__":{"expiresIn":86400}'), 400, 'a key that replaces a prototype'],
    [
      '__proto__ far inside',
      () => withMember('"x":[{"y":{"\\u005f_proto__":1}}]'),
      400,
      'a key that replaces a prototype',
    ],
    ['a constructor', () => withMember('"constructor":{"prototype":{"polluted":1}}'), 400, 'a key that replaces'],
  ])('%s is refused with what is wrong, and nothing happens', async (_name, body, status, words) => {
    const before = [await world.items(), await world.simulator.state()];
    await world.simulator.forgetRequests();
    const reply = await target.ask(body());
    expect([reply.status, reply.body]).toEqual([
      status,
      expect.objectContaining({ statusCode: status, message: expect.stringContaining(words) }),
    ]);
    expect([await world.items(), await world.simulator.state()]).toEqual(before);
    expect(await world.simulator.requests()).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('takes what else is in the body without storing it, sending it on or giving it back', async () => {
    const reply = await target.ask(textOfBody(withWishes(target.body())));
    expect([reply.status, reply.status === target.status ? '' : reply.text]).toEqual([target.status, '']);
    const everything = (await stored()) + reply.text + world.logs.join();
    expect(MARKS.filter(mark => everything.includes(mark))).toEqual([]);
  });
});

describe.each(Object.entries(others))('%s', (_, ask) => {
  it('takes nothing either', async () => {
    const reply = await ask();
    expect(reply.status).toBeLessThan(300);
    const everything = (await stored()) + reply.text + world.logs.join();
    expect(MARKS.filter(mark => everything.includes(mark))).toEqual([]);
  });
});

describe('a query', () => {
  it.each([
    '?__proto__=1&constructor=2&prototype=3',
    '?__proto__[language]=it&constructor.prototype.language=it',
    '?state=TRASH&id=a55161ed0a55161ed0a55161&accessLinkURL=assigned-by-the-caller',
  ])('of %s says nothing', async query => {
    const id = await aBooking(world);
    const reply = await someone().get(`/teleconsultation/${id}${query}`);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual((await someone().get(`/teleconsultation/${id}`)).body);
    expect(Object.hasOwn(Object.prototype, 'language')).toBe(false);
  });
});

describe('headers', () => {
  it('named like a prototype say nothing', async () => {
    const reply = await world.api.withHeaders({ constructor: 'b', ['__proto__']: 'c' }).get('/-/healthz');
    expect(reply.status).toBe(200);
    expect(reply.headers).not.toHaveProperty('constructor', 'b');
  });

  it('with user properties named like a prototype give nobody a name', async () => {
    const person = { userId: 'polluter', groups: ['doctor'], fullName: '' };
    const properties = '{"__proto__":{"fullName":"assigned-by-the-caller"}}';
    const headers = { miausergroups: 'doctor', miauserproperties: properties };
    const reply = await world.api.as(person).withHeaders(headers).post('/credentials');
    expect(reply.status).toBe(201);
    const { bandyerUserId } = reply.body as { bandyerUserId: string };
    const item = (await world.items()).find(({ pk }) => pk === `kal#${bandyerUserId}`);
    expect(item).toMatchObject({ externalId: 'polluter' });
    expect(item?.fullName ?? null).toBeNull();
  });
});
