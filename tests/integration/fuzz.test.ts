import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeBreach, describeReport, type FuzzReport, fuzz } from '../fuzz/fuzz.ts';
import { TARGETS } from '../fuzz/requests.ts';
import { breachesOf } from '../fuzz/rules.ts';
import { type FuzzWorld, openFuzzWorld } from '../fuzz/world.ts';

/**
 * Random and mutated requests over every route, for seconds; `npm run fuzz` does the same for minutes. Once with a seed that is
 * always the same, once with another one, which is printed.
 */
let fuzzed: FuzzWorld;
beforeAll(async () => {
  fuzzed = await openFuzzWorld();
});
afterAll(() => fuzzed.close());

const found = ({ breach }: FuzzReport): string => (breach === undefined ? 'nothing' : describeBreach(breach));

describe('the fuzzer', () => {
  it('knows what to send to every function that has a route, and to no other', () => {
    const withRoutes = new Set(fuzzed.routes.map(({ functionKey }) => functionKey));
    expect(Object.keys(TARGETS).sort()).toEqual([...withRoutes].sort());
  });

  const answer = (status: number, text: string, headers: Record<string, string> = { 'x-request-id': 'r-1' }) => ({
    status,
    headers,
    text,
    body: undefined,
  });
  const refusal = { statusCode: 404, error: 'not found', message: 'Room with id x not found on CRUD' };

  it.each<[string, Parameters<typeof breachesOf>]>([
    ['a failure', [answer(500, JSON.stringify({ statusCode: 500, error: 'x', message: 'y' })), []]],
    ['a failure that the gateway speaks of', [answer(503, '{"message":"Service Unavailable"}', {}), []]],
    ['a refusal that changed something', [answer(404, JSON.stringify(refusal)), ['PutCommand']]],
    ['a refusal without a request id', [answer(404, JSON.stringify(refusal), {}), []]],
    ['a refusal that is no JSON', [answer(404, 'not found'), []]],
    ['a refusal with more in it', [answer(404, JSON.stringify({ ...refusal, cause: 'x' })), []]],
    ['a refusal of another status', [answer(400, JSON.stringify(refusal)), []]],
    ['a stack', [answer(404, JSON.stringify({ ...refusal, message: 'boom at table.ts:12' })), []]],
    ['the class of an error', [answer(404, JSON.stringify({ ...refusal, message: 'ZodError: x' })), []]],
    ['where it is installed', [answer(404, JSON.stringify({ ...refusal, message: `${process.cwd()}/lib` })), []]],
  ])('sees %s', (_, given) => {
    expect(breachesOf(...given)).not.toEqual([]);
  });

  it('takes a plain refusal, one of the gateway, and a success that changed something', () => {
    expect(breachesOf(answer(404, JSON.stringify(refusal)), [])).toEqual([]);
    expect(breachesOf(answer(413, '{"message":"Request Entity Too Large"}', {}), [])).toEqual([]);
    expect(breachesOf(answer(201, '{"roomId":"x"}'), ['PutCommand'])).toEqual([]);
  });

  it('notices what a request writes and what it does at Kaleyra', async () => {
    const { future = '' } = await fuzzed.ids();
    await fuzzed.changes();
    expect((await fuzzed.world.api.delete(`/teleconsultation/${future}`)).status).toBe(204);
    expect(await fuzzed.changes()).toEqual(
      expect.arrayContaining([
        `UpdateItem {"pk":"${future}","sk":"record"}`,
        expect.stringMatching(/^DELETE \/v2\/rooms\/room_\w+ at Kaleyra$/),
      ]),
    );
    expect((await fuzzed.world.api.delete(`/teleconsultation/${future}`)).status).toBe(404);
    expect(await fuzzed.changes()).toEqual([]);
  });
});

describe('no request that anybody can send', () => {
  it.each([20_261_122, randomInt(2 ** 31)])(
    'breaks the service, makes it tell of its inside, or changes anything while it is refused (seed %i)',
    async seed => {
      const report = await fuzz(fuzzed, { seconds: 3.5, seed });
      const told = describeReport(report).split('\n').at(-1);
      console.log(told);
      expect(told).toBe(`${report.inputs} inputs over ${report.routes.size} routes, seed ${seed}`);
      expect(found(report)).toBe('nothing');
      expect([...report.routes].filter(([, statuses]) => statuses.size === 0)).toEqual([]);
      expect(report.inputs).toBeGreaterThanOrEqual(report.routes.size * 10);
    },
    // Each route has its turn once, however slow the machine is.
    120_000,
  );
});
