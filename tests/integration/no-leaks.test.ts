import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { answers, aScriptedServer } from '../support/scripted-server.ts';
import { doctor, otherDoctor, patient, ROUTES, stranger, watchedWorld } from '../support/watched-world.ts';

/**
 * What belongs to one person or to the deployment alone, while the vendor repeats it in its answers, fails, or repeats whatever
 * it is sent: every answer, every log line and everything that the process prints is searched for it.
 */
const watched = watchedWorld();

describe('the watch', () => {
  it('sees each of what must not get out, wherever it gets out', async () => {
    const { world, watch, anOpenOne, booking } = watched();
    await anOpenOne();
    const [link = ''] = watch.links();
    const told = [doctor.userId, patient.fullName, JSON.stringify(booking()), ...watch.secrets(), link];
    expect(told.map(text => watch.leaksIn(`something ${text} more`).length > 0)).toEqual(told.map(() => true));
    const body = { participantsBandyerCall: [{ fullName: patient.fullName }], accessLinkURL: link };
    const reply = { status: 200, headers: {}, text: JSON.stringify(body), body };
    watch.examine('a link', reply);
    watch.examine('the details', { ...reply, body: { ...body, accessLinkURL: null, details: { description: link } } });
    watch.examine('an error', { ...reply, status: 400, body: {} });
    world.logs.push(`{"event":"${patient.fullName}"}`);
    console.warn('something');
    process.stdout.write('more');
    const { answers, logs, printed } = watch.findings();
    expect(new Set(answers.map(finding => finding.split(/ ->|:/)[0]))).toEqual(
      new Set(['a link', 'the details', 'an error']),
    );
    expect(logs.at(-1)).toContain(patient.fullName);
    expect(printed).toEqual(['something', 'more']);
  });
});

describe.each([
  { linkField: 'access_link' },
  { linkField: 'url' },
  { linkField: 'link' },
  { roomIdKey: 'room_id' },
  { wrapped: true },
  { wrapped: true, roomIdKey: 'room_id', linkField: 'url' },
])('a vendor that repeats the links in every answer about a room, %o', dialect => {
  it('has them reach nobody but their owners, and the details of nobody', async () => {
    const { world, ask, statusOf, anOpenOne } = watched();
    await world.simulator.dialect(dialect);
    const id = await anOpenOne();
    const { room } = (await world.record(id)) as { room: { id: string; links: { kaleyraId: string; url: string }[] } };
    const apikey = String(world.env.BANDYER_API_SECRET_KEY);
    const read = await (await fetch(`${world.simulator.url}/v2/rooms/${room.id}`, { headers: { apikey } })).text();
    expect(room.links.map(({ url }) => read.includes(url))).toEqual([true, true]);
    await world.simulator.forgetRequests();
    const told = [];
    for (const who of [doctor, patient]) told.push((await ask(who, 'GET', `/teleconsultation/${id}`)).body);
    expect(told).toMatchObject(room.links.map(({ url }) => ({ accessLinkURL: url })));
    expect(told.map(body => Object.keys((body as { details: object }).details).length)).toEqual([10, 10]);
    // The details came from the vendor's answer with the links in it.
    expect((await world.simulator.requests()).map(({ path }) => path)).toContain(`/v2/rooms/${room.id}`);
    expect(await statusOf(stranger, 'GET', `/teleconsultation/${id}`)).toBe(401);
    expect(await statusOf(undefined, 'GET', `/teleconsultation/${id}`)).toBe(401);
  });
});

describe('callers at the same time', () => {
  it('each get their own link and nothing of the others', async () => {
    const { ask, anOpenOne, watch } = watched();
    const ids = await Promise.all(Array.from({ length: 6 }, anOpenOne));
    await watch.noteLinks();
    const callers = [doctor, patient, stranger];
    const replies = await Promise.all(
      ids.flatMap(id => callers.map(who => ask(who, 'GET', `/teleconsultation/${id}`))),
    );
    expect(replies.map(({ status }) => status)).toEqual(ids.flatMap(() => [200, 200, 401]));
    const links = replies.map(({ body }) => (body as { accessLinkURL?: string }).accessLinkURL).filter(Boolean);
    expect(new Set(links).size).toBe(12);
  });
});

describe('a vendor that fails', () => {
  /** Everything that a vendor could say by mistake. */
  const told = () => `canary-vendor ${watched().watch.links().join(' ')} ${watched().watch.secrets().join(' ')}`;
  const body = (status: number) => ({ status, name: told(), code: 'validation_error', message: told(), link: told() });
  const failed = (status: unknown): boolean => [500, 502, 503, 504].includes(Number(status));

  it.each<[string, () => Record<string, unknown>]>([
    // Others, and for every function, in canary.test.ts.
    ...[403, 409, 412, 422, 502, 503, 504].map((status): [string, () => Record<string, unknown>] => [
      `answers ${status}`,
      () => ({ status, body: body(status) }),
    ]),
    [
      'says only half of what there is',
      () => ({ status: 200, body: { ...body(200), id: 'room_1', participants: told() } }),
    ],
    ['says nothing', () => ({ status: 200, body: '' })],
    ['cuts connections after it has done what it was asked', () => ({ drop: true, afterEffect: true })],
  ])('and %s makes no endpoint tell', async (_, fault) => {
    const prepared = await Promise.all(
      ROUTES.map(async route => {
        const { prepare, ask } = watched().endpointOf(route);
        return { route, ask, id: await prepare() };
      }),
    );
    await watched().watch.noteLinks();
    await watched().world.simulator.fault({ path: '/v2/', times: 500, ...fault() });
    const outcomes = await Promise.all(
      prepared.map(async ({ route, ask, id }) => [route, (await ask(id)).status] as const),
    );
    expect(Object.fromEntries(outcomes)).toMatchObject({
      'POST /teleconsultation': expect.toSatisfy(failed),
      'PATCH /teleconsultation/{id}': expect.toSatisfy(failed),
      'POST /teleconsultation/{id}/participants/data': expect.toSatisfy(failed),
      'DELETE /teleconsultation/{id}/uploads': expect.toSatisfy(failed),
      // A link is shown and a cancellation accepted whatever the vendor does, and the table is ready without it.
      'GET /teleconsultation/{id}': 200,
      'GET /teleconsultation/{id}/status': 200,
      'GET /teleconsultation/{id}/calendar': 200,
      'DELETE /teleconsultation/{id}': 204,
      'GET /-/ready': 200,
      'GET /-/check-up': expect.toSatisfy(status => failed(status) || status === 200),
    });
  });

  it.each([
    ['PUT', '/v2/rooms/'],
    ['GET', '/v2/uploads'],
    ['DELETE', '/v2/uploads/'],
    ['DELETE', '/v2/rooms/'],
  ])('at %s %s makes nobody tell whose room has to go', async (method, path) => {
    const { world, endpointOf } = watched();
    for (const status of [422, 429, 200]) {
      for (const route of ['PATCH /teleconsultation/{id}', 'DELETE /teleconsultation/{id}']) {
        const { prepare, ask } = endpointOf(route);
        const id = await prepare();
        await world.simulator.fault({ method, path, status, times: 3, body: body(status) });
        expect((await ask(id)).status).toBe(204);
        await world.simulator.clearFaults();
      }
    }
  });

  it('to answer in time makes no endpoint tell', async () => {
    const { world, statusOf, ask, booking, anOpenOne, aFutureOne } = watched();
    const [open, future] = await Promise.all([anOpenOne(), aFutureOne()]);
    await world.simulator.fault({ path: '/v2/', delayMs: 250, times: 500 });
    const real = AbortSignal.timeout.bind(AbortSignal);
    const hurry = vi.spyOn(AbortSignal, 'timeout').mockImplementation(ms => real(Math.min(ms, 60)));
    onTestFinished(() => hurry.mockRestore());
    const statuses = await Promise.all([
      statusOf(doctor, 'POST', '/teleconsultation', booking()),
      statusOf(doctor, 'PATCH', `/teleconsultation/${future}`, otherDoctor),
      statusOf(patient, 'GET', `/teleconsultation/${open}`),
      statusOf(undefined, 'GET', '/-/check-up'),
    ]);
    expect(statuses).toEqual([504, 504, 200, 503]);
    expect((await ask(doctor, 'DELETE', `/teleconsultation/${open}`)).status).toBe(204);
  });

  it.each<[string, (text: string) => [number, string]]>([
    ['as an answer', text => [200, text]],
    ['as a refusal', text => [400, JSON.stringify({ code: 'Canary code', message: text, error: text })]],
    ['on a page', text => [200, `<!doctype html>${text}`]],
    ['on a page of its own failure', text => [500, `canary<pre>${text}</pre>`]],
  ])('and repeats the request with its key %s makes no endpoint tell', async (_, wrap) => {
    const { world, watch, statusOf, booking, anOpenOne, aFutureOne } = watched();
    const [open, future] = [await anOpenOne(), await aFutureOne()];
    const server = await aScriptedServer((response, asked) => answers(...wrap(JSON.stringify(asked)))(response, asked));
    world.configure({ BANDYER_BASE_URL: server.url });
    expect(await statusOf(doctor, 'POST', '/teleconsultation', booking())).toBe(502);
    expect(await statusOf(doctor, 'PATCH', `/teleconsultation/${future}`, otherDoctor)).toBe(502);
    expect(await statusOf(doctor, 'DELETE', `/teleconsultation/${future}`)).toBe(204);
    expect(await statusOf(patient, 'GET', `/teleconsultation/${open}`)).toBe(200);
    expect([200, 503]).toContain(await statusOf(undefined, 'GET', '/-/check-up'));
    expect(new Set(server.asked.map(({ headers }) => headers.apikey))).toEqual(new Set([watch.secrets()[0]]));
  });

  it('because the key is wrong makes no endpoint tell the key', async () => {
    const { world, statusOf, booking } = watched();
    world.configure({ BANDYER_API_SECRET_KEY: 'ak_live_canary0123456789' });
    expect(await statusOf(doctor, 'POST', '/teleconsultation', booking())).toBe(502);
    expect(await statusOf(undefined, 'GET', '/-/check-up')).toBe(503);
  });
});
