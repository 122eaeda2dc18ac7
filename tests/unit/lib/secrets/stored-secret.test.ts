import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../../lib/log.ts';
import { createStoredSecret, UnusableSecret } from '../../../../lib/secrets/stored-secret.ts';

const VARIABLE = 'GATEWAY_SECRETS_PARAMETER';

/** A secret in a store of the test's own; what is in the store is a list of words, or an error to throw. */
const aSecret = (stored: string | Error) => {
  const store = { content: stored, reads: 0, wait: Promise.resolve() };
  const clock = { at: 1_000_000 };
  const lines: string[] = [];
  const secret = createStoredSecret<readonly string[]>({
    variable: VARIABLE,
    reference: { store: 'parameters', name: '/invented' },
    load: async (_, signal) => {
      store.reads += 1;
      const { content } = store;
      await store.wait;
      signal.throwIfAborted();
      if (content instanceof Error) throw content;
      return content;
    },
    parse: text => (text === '' ? undefined : text.split(',')),
    clock: { now: () => clock.at, sleep: async () => undefined },
    log: createLogger(
      'debug',
      line => lines.push(line),
      () => clock.at,
    ),
  });
  const events = () => lines.splice(0).map(line => (({ time: _, ...rest }) => rest)(JSON.parse(line)));
  return { secret, store, clock, lines, events };
};

const MINUTE = 60_000;

describe('a secret in a store', () => {
  it('is not read before somebody needs it, and then once', async () => {
    const { secret, store, clock } = aSecret('one');
    expect(store.reads).toBe(0);
    expect(await secret.read()).toEqual(['one']);
    clock.at += 1000 * MINUTE;
    expect(await secret.read()).toEqual(['one']);
    expect(store.reads).toBe(1);
  });

  it('is read once by everybody who needs it at the same moment', async () => {
    const { secret, store } = aSecret('one');
    const values = await Promise.all(Array.from({ length: 20 }, () => secret.read()));
    expect(new Set(values)).toEqual(new Set([await secret.read()]));
    expect(store.reads).toBe(1);
  });

  it('that cannot be read is asked for again by the next who needs it', async () => {
    const { secret, store, events } = aSecret(
      Object.assign(new Error('of no use to anybody'), { name: 'TimeoutError' }),
    );
    const failing = await Promise.allSettled([secret.read(), secret.read()]);
    expect(failing).toMatchObject(
      Array(2).fill({ status: 'rejected', reason: { code: 'secret_unavailable', status: 503, retryAfter: 5 } }),
    );
    expect(store.reads).toBe(1);
    expect(events()).toEqual([
      { level: 'error', event: 'secret.unavailable', keys: [VARIABLE], errorName: 'TimeoutError' },
    ]);
    store.content = 'one';
    expect(await secret.read()).toEqual(['one']);
  });

  it.each([
    ['is not there', new UnusableSecret('missing'), 'missing'],
    ['is not fit for use', '', 'not_valid'],
  ])('that %s says so by the name of its variable', async (_, content, code) => {
    const { secret, events } = aSecret(content);
    const failure = await secret.read().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'secret_unusable',
      status: 500,
      retryAfter: undefined,
      message: 'a key of this service is not set up',
      cause: { message: `${VARIABLE}: what it names is not there, or cannot be used` },
    });
    expect(events()).toEqual([{ level: 'error', event: 'secret.unusable', keys: [VARIABLE], code }]);
  });

  it('leaves whoever has no time left with their own reason, and forgets nothing of it', async () => {
    const { secret, store, lines } = aSecret('one');
    const hold = Promise.withResolvers<void>();
    store.wait = hold.promise;
    const stop = new AbortController();
    const reading = secret.read(stop.signal);
    stop.abort(new Error('my time is over'));
    await expect(reading).rejects.toThrow('my time is over');
    hold.resolve();
    expect(await secret.read()).toEqual(['one']);
    expect(lines).toEqual([]);
  });
});

describe('a secret that was refused', () => {
  it('is read again, and the new one stays', async () => {
    const { secret, store, events } = aSecret('one');
    const refused = await secret.read();
    store.content = 'one,two';
    expect(await secret.renew(refused)).toEqual(['one', 'two']);
    expect(await secret.read()).toEqual(['one', 'two']);
    expect(store.reads).toBe(2);
    expect(events()).toEqual([{ level: 'info', event: 'secret.renewed', keys: [VARIABLE] }]);
  });

  it('is read again at most once a minute, whatever comes of it', async () => {
    const { secret, store, clock, events } = aSecret('one');
    const refused = await secret.read();
    const reads: number[] = [];
    const refuseAfter = async (ms: number) => {
      clock.at += ms;
      const renewed = await secret.renew(refused);
      reads.push(store.reads);
      return renewed;
    };
    expect(await refuseAfter(0)).toBeUndefined();
    for (let second = 1; second < 60; second += 1) expect(await refuseAfter(1000)).toBeUndefined();
    expect(new Set(reads)).toEqual(new Set([2]));
    expect(events()).toEqual([{ level: 'warn', event: 'secret.unchanged', keys: [VARIABLE] }]);
    store.content = new Error('down');
    expect(await refuseAfter(1000)).toBeUndefined();
    expect(store.reads).toBe(3);
    store.content = 'two';
    expect(await refuseAfter(MINUTE - 1)).toBeUndefined();
    expect(store.reads).toBe(3);
    expect(await refuseAfter(1)).toEqual(['two']);
    expect(store.reads).toBe(4);
  });

  it('has been replaced already for whoever comes with the old one', async () => {
    const { secret, store } = aSecret('one');
    const refused = await secret.read();
    store.content = 'two';
    await secret.renew(refused);
    expect(await secret.renew(refused)).toEqual(['two']);
    expect(store.reads).toBe(2);
  });

  it('is read again once for everybody who was refused at the same moment', async () => {
    const { secret, store } = aSecret('one');
    const refused = await secret.read();
    store.content = 'two';
    const renewed = await Promise.all(Array.from({ length: 20 }, () => secret.renew(refused)));
    expect(renewed).toEqual(Array(20).fill(['two']));
    expect(store.reads).toBe(2);
  });

  it('stays in use where the store does not answer or holds what is not fit for use', async () => {
    const { secret, store, clock, events } = aSecret('one');
    const refused = await secret.read();
    store.content = Object.assign(new Error('down'), { name: 'ThrottlingException' });
    expect(await secret.renew(refused)).toBeUndefined();
    clock.at += MINUTE;
    store.content = '';
    expect(await secret.renew(refused)).toBeUndefined();
    expect(await secret.read()).toBe(refused);
    expect(events()).toMatchObject([
      { event: 'secret.unavailable', errorName: 'ThrottlingException' },
      { event: 'secret.unusable', code: 'not_valid' },
    ]);
  });

  it('is read again after a clock was set back', async () => {
    const { secret, store, clock } = aSecret('one');
    const refused = await secret.read();
    await secret.renew(refused);
    clock.at -= 10 * MINUTE;
    store.content = 'two';
    expect(await secret.renew(refused)).toEqual(['two']);
  });

  it('ends the wait of whoever has no time left with their own reason', async () => {
    const { secret, store } = aSecret('one');
    const refused = await secret.read();
    store.wait = new Promise(() => undefined);
    const stop = new AbortController();
    const renewing = secret.renew(refused, stop.signal);
    stop.abort(new Error('my time is over'));
    await expect(renewing).rejects.toThrow('my time is over');
  });
});

describe('what is told of a secret', () => {
  it('never holds it, nor what its store has said', async () => {
    const { secret, store, lines } = aSecret(new SyntaxError('Unexpected token in canary-value'));
    const failures = [await secret.read().catch((error: unknown) => error)];
    store.content = 'canary-value';
    const refused = await secret.read();
    store.content = 'canary-value,canary-newer';
    await secret.renew(refused);
    expect(failures).toMatchObject([{ code: 'secret_unavailable' }]);
    expect(inspect(failures, { depth: 10, showHidden: true })).not.toContain('canary');
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('canary');
  });
});
