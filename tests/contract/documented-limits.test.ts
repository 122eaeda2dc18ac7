/** What docs/security.md says of throttling and of reserved places is what serverless.yml packages. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { textOf } from '../support/sources.ts';

interface Limit {
  ThrottlingRateLimit: number;
  ThrottlingBurstLimit: number;
}

interface Manifest {
  params: { default: { throttlingRate: number; throttlingBurst: number } };
  custom: { concurrency: { reserved: Record<string, number> } };
  functions: Record<string, { reservedConcurrency?: number | string }>;
  resources: { extensions: { HttpApiStage: { Properties: { RouteSettings: Record<string, Limit> } } } };
}

const manifest = parse(textOf('serverless.yml'), { merge: true, logLevel: 'silent' }) as Manifest;
const page = textOf('docs/security.md').replaceAll('\n', ' ');
const { throttlingRate, throttlingBurst } = manifest.params.default;
const PREFIX = '/api/v1/telecons-be';

describe('throttling', () => {
  /** What the page calls the routes that have a limit of their own. */
  const NAMES: Record<string, RegExp> = {
    bookings: /^POST \/teleconsultation$/,
    readiness: /^GET \/-\/ready$/,
    documentation: /^GET \/documentation(\/json)?$/,
    'check-up': /^GET \/-\/check-up$/,
    'changes of the settings': /^(POST|PATCH) \/settings\//,
  };
  const own = Object.entries(manifest.resources.extensions.HttpApiStage.Properties.RouteSettings)
    .filter(([route]) => !route.includes(PREFIX))
    .map(([route, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]) => ({ route, limit: [rate, burst] }));
  const [, usual = '', others = ''] =
    /\| calls per route and second, more at once \| ([^;]+);([^|]+)\| 429/.exec(page) ?? [];
  /** By the page's name for them. */
  const told = new Map(
    others.split(';').flatMap(part => {
      const [, names = '', rate, burst] = /^ (.+) (\d+), (\d+) ?$/.exec(part) ?? [];
      return names.split(' and ').map(name => [name, [Number(rate), Number(burst)]] as const);
    }),
  );

  it('of every route is told with the parameters that set it', () => {
    expect(usual).toBe(`${throttlingRate}, ${throttlingBurst} (\`--param throttlingRate\`, \`throttlingBurst\`)`);
    const [, inTable] =
      /\| `--param throttlingRate`, `throttlingBurst`, `concurrency` \| ([^|]+) \|/.exec(
        textOf('docs/configuration.md'),
      ) ?? [];
    expect(inTable).toBe(`${throttlingRate}, ${throttlingBurst}, \`shared\``);
  });

  it('that is a route’s own is told of each such route, and of no other', () => {
    expect(own.length).toBeGreaterThan(0);
    const byRoute = own.map(({ route }) => {
      const names = Object.keys(NAMES).filter(name => NAMES[name]?.test(route));
      return [route, names.length === 1 ? told.get(names[0] ?? '') : `has ${names.length} names`];
    });
    expect(Object.fromEntries(byRoute)).toEqual(Object.fromEntries(own.map(({ route, limit }) => [route, limit])));
    const unused = [...told.keys()].filter(name => !own.some(({ route }) => NAMES[name]?.test(route)));
    expect(unused).toEqual([]);
  });
});

describe('reserved places', () => {
  const { reserved } = manifest.custom.concurrency;
  const places = Object.values(manifest.functions).map(({ reservedConcurrency }) => {
    const [, pool] =
      /^\$\{self:custom\.concurrency\.\$\{param:concurrency\}\.(\w+)\}$/.exec(String(reservedConcurrency)) ?? [];
    return pool === undefined ? Number(reservedConcurrency) : (reserved[pool] ?? Number.NaN);
  });
  const total = places.reduce((sum, one) => sum + one, 0);

  it('are told as they are, with what they come to', () => {
    const [, least, most, opening, told] =
      /functions that wait for Kaleyra (\d+) to (\d+) places each and opening a consultation (\d+) of its own, (\d+) with all others together/.exec(
        page,
      ) ?? [];
    expect([least, most, opening, told].map(Number)).toEqual([reserved.files, reserved.rooms, reserved.reads, total]);
  });

  it('leave what AWS keeps for functions without a reservation, in an account of the size that the page demands', () => {
    const [, account] = /fewer than (\d+) concurrent executions/.exec(page) ?? [];
    expect(Number(account)).toBeGreaterThanOrEqual(total + 100);
  });
});
