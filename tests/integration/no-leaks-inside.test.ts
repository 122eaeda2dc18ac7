import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withSteps } from '../support/steps.ts';
import { doctor, otherDoctor, patient, ROUTES, stranger, watchedWorld } from '../support/watched-world.ts';

/**
 * What belongs to one person or to the deployment alone, while something fails inside or a request is refused: every answer,
 * every log line and everything that the process prints is searched for it.
 */
const watched = watchedWorld();

describe('something that nobody expected, at any step', () => {
  /** Everything that a careless error carries, in every place where it can carry it. */
  const surprises = (): unknown[] => {
    const { watch } = watched();
    const text = `canary-error ${doctor.fullName} ${watch.links().at(-1)} ${watch.secrets().join(' ')}`;
    const request = { headers: { apikey: watch.secrets()[0] }, body: text };
    return [
      Object.assign(new Error(text, { cause: new Error(text) }), { request, code: text, details: [text], data: text }),
      Object.assign(new TypeError(`${text}\n    at ${text} (canary.ts:1:1)`), {
        statusCode: 418,
        headers: { x: text },
      }),
      text,
      { message: text, stack: text, name: text },
      undefined,
    ];
  };

  /** So that a surprise has somewhere to happen. */
  const FEWEST_STEPS: Record<string, number> = {
    'POST /teleconsultation': 16,
    'GET /teleconsultation/{id}': 4,
    'GET /teleconsultation/{id}/status': 2,
    'GET /teleconsultation/{id}/calendar': 2,
    'PATCH /teleconsultation/{id}': 16,
    'DELETE /teleconsultation/{id}': 8,
    'POST /teleconsultation/{id}/participants/data': 16,
    'DELETE /teleconsultation/{id}/uploads': 6,
    'GET /-/ready': 2,
    'GET /-/check-up': 4,
  };

  it.each(ROUTES)('of %s makes nobody tell', async route => {
    const { world, watch, endpointOf } = watched();
    const { prepare, ask } = endpointOf(route);
    /** Plays it with a surprise at one step, or at that and all that follow; tells how many steps there were. */
    const play = async (from: number, until: number): Promise<number> => {
      const id = await prepare();
      const all = surprises();
      let step = 0;
      world.wrapDeps(
        withSteps(async () => {
          step += 1;
          if (step > from && step <= until) throw all[step % all.length];
        }),
      );
      const { status } = await ask(id);
      world.wrapDeps(deps => deps);
      expect(status).toBeLessThan(505);
      return step;
    };
    await watch.noteLinks();
    const steps = await play(0, 0);
    expect(steps).toBeGreaterThanOrEqual(FEWEST_STEPS[route] ?? 0);
    for (let from = 0; from < steps; from += 1) {
      await play(from, from + 1);
      await play(from, Number.POSITIVE_INFINITY);
    }
  });
});

describe('a store', () => {
  it('that does not have the table tells nothing', async () => {
    const { world, statusOf, booking } = watched();
    world.configure({ TELECONSULTATIONS_TABLE: 'canary-table' });
    expect(await statusOf(doctor, 'POST', '/teleconsultation', booking())).toBe(503);
    expect(await statusOf(doctor, 'GET', '/teleconsultation/0123456789abcdef01234567')).toBe(503);
    expect(await statusOf(undefined, 'GET', '/-/ready')).toBe(503);
  });

  it('whose failures repeat what they were sent tells nothing', async () => {
    const { world, watch, statusOf, booking, anOpenOne } = watched();
    const id = await anOpenOne();
    const text = `canary-store ${JSON.stringify(await world.record(id))} ${watch.secrets().join(' ')}`;
    const failure = Object.assign(new Error(text, { cause: text }), { $metadata: { httpStatusCode: 400 }, Item: text });
    const send = vi.spyOn(world.store, 'send').mockImplementation(() => Promise.reject(failure));
    onTestFinished(() => send.mockRestore());
    expect(await statusOf(doctor, 'POST', '/teleconsultation', booking())).toBe(503);
    expect(await statusOf(patient, 'GET', `/teleconsultation/${id}`)).toBe(503);
    expect(await statusOf(doctor, 'PATCH', `/teleconsultation/${id}`, otherDoctor)).toBe(503);
    expect(await statusOf(doctor, 'DELETE', `/teleconsultation/${id}`)).toBe(503);
    expect(await statusOf(undefined, 'GET', '/-/ready')).toBe(503);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a participant who is only a name', { participants: [{ fullName: patient.fullName }] }],
    ['a state that nobody knows', { state: 'canary-state' }],
    ['a date that is a name', { startDate: patient.fullName }],
    ['nothing but what does not belong there', { state: undefined, version: 'canary', 'canary-key': 'canary' }],
  ])('with %s in a record tells nothing', async (_, damage) => {
    const { world, statusOf, anOpenOne } = watched();
    const id = await anOpenOne();
    const item = { ...(await world.record(id)), ...damage };
    await world.client.send(new PutCommand({ TableName: world.deps.config.table, Item: item }));
    expect(await statusOf(patient, 'GET', `/teleconsultation/${id}`)).toBe(500);
    expect(await statusOf(doctor, 'PATCH', `/teleconsultation/${id}`, otherDoctor)).toBe(500);
    expect(await statusOf(doctor, 'DELETE', `/teleconsultation/${id}`)).toBe(500);
  });
});

describe('a request that is refused', () => {
  const bad = (change: Record<string, unknown>) => () => ({ ...watched().booking(), ...change });
  const people = (...data: unknown[]) => ({ participants: { number: 2, data } });

  it.each<[string, () => unknown]>([
    ['text that is no JSON', () => '{"note":"canary-body", "fullName": Canaryname'],
    ['text of another kind', () => 'canary-body'],
    ['a list', () => ['canary-body']],
    ['a word', () => '"canary-body"'],
    ['dates that are words', bad({ start_date: 'canary-date', end_date: 'canary-date' })],
    ['a duration that is a word', bad({ end_date: undefined, duration_in_seconds: 'canary' })],
    ['participants that are words', bad({ participants: 'canary' })],
    ['participants under other names', bad({ participants: { canary: ['canary'], number: 'canary', data: 'canary' } })],
    ['a person twice', bad(people(doctor, doctor))],
    ['a person without an id', bad(people({ ...doctor, userId: undefined }, patient))],
    ['a person with an id that is no text', bad(people({ ...doctor, userId: { canary: 'canary' } }, patient))],
    ['a person in a group that nobody knows', bad(people({ ...doctor, groups: ['canary-group'] }, patient))],
    ['a person with a group that is no text', bad(people({ ...doctor, groups: [{ canary: 1 }] }, patient))],
    ['a name that is too long', bad(people({ ...doctor, fullName: 'Canaryname '.repeat(500) }, patient))],
    ['nobody who may hold a room', bad(people(patient, stranger))],
  ])('for %s is not repeated to anybody', async (_, body) => {
    const { statusOf, aFutureOne } = watched();
    const id = await aFutureOne();
    expect(await statusOf(doctor, 'POST', '/teleconsultation', body())).toBe(400);
    expect(await statusOf(doctor, 'PATCH', `/teleconsultation/${id}`, body())).toBe(400);
  });

  it('for a query that is wrong is not repeated to anybody', async () => {
    const { statusOf, anOpenOne } = watched();
    const id = await anOpenOne();
    expect(await statusOf(patient, 'GET', `/teleconsultation/${id}?useBackground=canary&canary=canary`)).toBe(400);
    expect(await statusOf(patient, 'GET', `/teleconsultation/${id}?language=canary`)).toBe(200);
  });

  it('for its gateway, its route or its time is not repeated to anybody', async () => {
    const { world, statusOf, anOpenOne, booking } = watched();
    const id = await anOpenOne();
    expect(await statusOf(doctor, 'PATCH', `/teleconsultation/${id}`, otherDoctor)).toBe(400);
    expect(await statusOf(doctor, 'PUT', '/teleconsultation?canary=canary', booking())).toBe(404);
    world.configure({ GATEWAY_SECRETS: 'canary-secret-of-another-gateway-of-32-bytes' });
    expect(await statusOf(doctor, 'POST', '/teleconsultation', booking())).toBe(401);
    expect(await statusOf(doctor, 'GET', `/teleconsultation/${id}`)).toBe(401);
  });

  it('is written down without what stood in its path and headers', async () => {
    const { world } = watched();
    const headers = { miauserid: doctor.userId, 'x-request-id': 'canary id', miauserproperties: '{"canary":1}' };
    const replies = await Promise.all(
      ['GET', 'DELETE'].map(method => world.api.raw({ method, url: '/teleconsultation/canary-id-patient', headers })),
    );
    expect(replies.map(({ status }) => status)).toEqual([404, 404]);
    expect(world.logs.length).toBeGreaterThan(0);
  });
});
