import { beforeAll, describe, expect, it } from 'vitest';
import { type Footprint, footprints } from '../support/footprint.ts';
import { MOST_BUILTIN_MODULES, NOT_BEFORE_THEY_ARE_NEEDED } from '../support/limits.ts';
import { filesUnder, importsOf } from '../support/sources.ts';

/** What a cold start has to load, which no clock is needed to know; how large it is, see function-size.test.ts. */
const handlers = filesUnder('functions').map(file => file.replace(/\.ts$/, '.handler'));

let all: ReadonlyMap<string, Footprint>;
beforeAll(async () => {
  all = await footprints(handlers);
});

describe('a function', () => {
  it('loads few of Node’s own modules, and none that costs milliseconds before it is needed', () => {
    expect(all.size).toBe(handlers.length);
    const many = [...all].filter(([, { builtins }]) => builtins.length > MOST_BUILTIN_MODULES);
    expect(many.map(([handler, { builtins }]) => `${handler}: ${builtins.length}`)).toEqual([]);
    const early = [...all].flatMap(([handler, { builtins }]) =>
      builtins.filter(name => NOT_BEFORE_THEY_ARE_NEEDED.includes(name)).map(name => `${handler}: ${name}`),
    );
    expect(early).toEqual([]);
  });

  it('loads no client of Kaleyra before it calls', () => {
    const atOnce = filesUnder('functions', 'lib').filter(file =>
      importsOf(file).some(({ to, typeOnly }) => to === 'ky' && !typeOnly),
    );
    // Behind an `import()`, when somebody calls.
    expect(atOnce).toEqual(['lib/outbound/exchange.ts']);
  });
});
