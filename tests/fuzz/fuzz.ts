import fc from 'fast-check';
import type { PlainRequest } from '../../local/gateway/in-process.ts';
import { AUDIENCE, ISSUER, type Plan, plansFor, requestOf } from './requests.ts';
import { breachesOf } from './rules.ts';
import type { FuzzWorld } from './world.ts';

/** Goes round all routes until the time is over, a slice of requests at each; stops at the first breach, made as small as it gets. */

export interface FuzzOptions {
  seconds: number;
  seed: number;
  /** Only routes whose name contains it. */
  only?: string | undefined;
}

export interface Breach {
  route: string;
  /** Of the slice: with the route, enough to play it again. */
  seed: number;
  breaches: readonly string[];
  request: PlainRequest;
  way: Plan['way'];
}

export interface FuzzReport {
  seed: number;
  inputs: number;
  /** How often each status was the answer, by route. */
  routes: ReadonlyMap<string, ReadonlyMap<number, number>>;
  breach: Breach | undefined;
}

const SLICE = 12;

/** By the seed of a slice: a gateway that decides, a gateway that only says who calls, tokens. */
const CONFIGURATIONS: readonly Record<string, string>[] = [
  {},
  { AUTHORIZATION: 'rules' },
  { IDENTITY_MODE: 'jwt', JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE },
];

export const fuzz = async (fuzzed: FuzzWorld, { seconds, seed, only = '' }: FuzzOptions): Promise<FuzzReport> => {
  const { world } = fuzzed;
  const endsAt = performance.now() + seconds * 1000;
  const routes = fuzzed.routes
    .map(route => ({ ...route, name: `${route.method} ${route.path}` }))
    .filter(({ name }, _, all) => (all.some(route => route.name === only) ? name === only : name.includes(only)));
  const arbitraries = routes.map(({ functionKey, method, path }) => plansFor(functionKey, method, path));
  const counted = new Map(routes.map(({ name }) => [name, new Map<number, number>()] as const));
  let inputs = 0;
  let breach: Breach | undefined;

  const slice = async (index: number, sliceSeed: number): Promise<void> => {
    const { name } = routes[index] ?? { name: '' };
    world.configure({});
    const ids = await fuzzed.ids();
    world.configure(CONFIGURATIONS[sliceSeed % CONFIGURATIONS.length] ?? {});
    await fuzzed.changes();
    const known = { ids, key: world.env.BANDYER_API_SECRET_KEY ?? '' };
    let last: { request: PlainRequest; breaches: string[] } | undefined;
    const play = async (plan: Plan): Promise<boolean> => {
      const request = requestOf(plan, { ...known, now: world.clock.now() });
      const reply = await fuzzed.send(plan.way, request);
      const breaches = breachesOf(reply, await fuzzed.changes());
      inputs += 1;
      const statuses = counted.get(name);
      statuses?.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      if (breaches.length > 0) last = { request, breaches };
      return breaches.length === 0;
    };
    const plans = arbitraries[index];
    if (plans === undefined) return;
    const outcome = await fc.check(fc.asyncProperty(plans, play), { seed: sliceSeed, numRuns: SLICE });
    if (!outcome.failed) return;
    const plan = outcome.counterexample?.[0];
    // The last one that failed is the smallest.
    const { request, breaches } = last ?? {
      request: { method: '', url: '' },
      breaches: [String(outcome.errorInstance)],
    };
    breach = { route: name, seed: sliceSeed, breaches, request, way: plan?.way ?? 'secret' };
  };

  for (let round = 0; breach === undefined && (round === 0 || performance.now() < endsAt); round += 1) {
    for (let index = 0; index < routes.length && breach === undefined; index += 1) {
      // Another one for each slice, or all routes would be sent the same.
      await slice(index, (seed + round * (routes.length + 1) + index) % 2 ** 31);
      if (round > 0 && performance.now() >= endsAt) break;
    }
  }
  return { seed, inputs, routes: counted, breach };
};

/** Every byte of it, in a form that can be sent again. */
const bodyText = (body: PlainRequest['body'] = ''): string => {
  const bytes = Buffer.from(body);
  const text = bytes.toString('utf8');
  if (bytes.length > 2000) return `${bytes.length} bytes, base64 begins ${bytes.subarray(0, 150).toString('base64')}`;
  return Buffer.from(text).equals(bytes) ? JSON.stringify(text) : `base64 ${bytes.toString('base64')}`;
};

export const describeBreach = ({ route, seed, breaches, request, way }: Breach): string =>
  [
    `${route} breaks a rule:`,
    ...breaches.map(breach => `  - ${breach}`),
    `smallest request found (way in: ${way}):`,
    `  ${request.method} ${JSON.stringify(request.url)}`,
    `  headers ${JSON.stringify(request.headers)}`,
    `  body ${bodyText(request.body)}`,
    `again: npm run fuzz -- --seed ${seed} --only '${route}' --seconds 1`,
  ].join('\n');

export const describeReport = ({ seed, inputs, routes }: FuzzReport): string =>
  [
    ...[...routes].map(([route, statuses]) => {
      const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
      const parts = [...statuses]
        .toSorted(([one], [other]) => one - other)
        .map(([status, count]) => `${status}: ${count}`);
      return `${String(total).padStart(6)}  ${route}  (${parts.join(', ')})`;
    }),
    `${inputs} inputs over ${routes.size} routes, seed ${seed}`,
  ].join('\n');
