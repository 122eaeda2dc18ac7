import { describe, expect, it } from 'vitest';
import { type AttemptOptions, createAttempts } from '../../../../lib/aws/attempts.ts';
import { AwsError, BrokenAnswerError } from '../../../../lib/aws/errors.ts';

const never = new AbortController().signal;
const lost = () => Object.assign(new Error('cut'), { code: 'ECONNRESET' });

/** Attempts that fail so many times with an error before they succeed, and what happens between them. */
const failing = (times: number, error: () => unknown, options: AttemptOptions = {}) => {
  const pauses: number[] = [];
  let made = 0;
  const attempts = createAttempts({
    jitter: below => below - 1,
    sleep: async ms => void pauses.push(ms),
    ...options,
  });
  const attempt = async (): Promise<number> => {
    made += 1;
    if (made <= times) throw error();
    return made;
  };
  return { attempts, attempt, pauses, made: () => made };
};

describe('what failed in passing', () => {
  it.each<[string, () => unknown]>([
    ['a 500', () => new AwsError('InternalServerError', 500)],
    ['a 502', () => new AwsError('UnknownError', 502)],
    ['a 503', () => new AwsError('UnknownError', 503)],
    ['a 504', () => new AwsError('UnknownError', 504)],
    ['a lost connection', lost],
    ['a name that nobody knows just now', () => Object.assign(new Error('dns'), { code: 'EAI_AGAIN' })],
    ['an answer that cannot be used', () => new BrokenAnswerError('broken')],
    ['a time-out of AWS itself', () => new AwsError('RequestTimeoutException', 400)],
  ])('is tried again: %s', async (_, error) => {
    const { attempts, attempt, pauses } = failing(2, error);
    expect(await attempts.run(attempt, never)).toBe(3);
    expect(pauses).toEqual([49, 99]);
  });

  it.each<[string, () => unknown]>([
    ['by its name', () => new AwsError('ProvisionedThroughputExceededException', 400)],
    ['by its status', () => new AwsError('UnknownError', 429)],
  ])('because there were too many calls is tried again later, known %s', async (_, error) => {
    const { attempts, attempt, pauses } = failing(2, error);
    expect(await attempts.run(attempt, never)).toBe(3);
    expect(pauses).toEqual([999, 1999]);
  });

  it('is tried as often as asked, and then said as it is', async () => {
    const { attempts, attempt, pauses, made } = failing(9, lost, { most: 2 });
    await expect(attempts.run(attempt, never)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect([made(), pauses]).toEqual([2, [49]]);
  });

  it('never waits longer than twenty seconds', async () => {
    const { attempts, attempt, pauses } = failing(7, () => new AwsError('ThrottlingException', 400), { most: 8 });
    await attempts.run(attempt, never);
    expect(pauses.slice(-3)).toEqual([15_999, 19_999, 19_999]);
  });
});

describe('what would fail again', () => {
  it.each<[string, () => unknown]>([
    ['a refusal', () => new AwsError('ValidationException', 400)],
    ['a condition', () => new AwsError('ConditionalCheckFailedException', 400)],
    ['a mistake of ours', () => new TypeError('not a function')],
    ['a certificate', () => Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' })],
    ['no error at all', () => 'text'],
  ])('is not tried again: %s', async (_, error) => {
    const { attempts, attempt, made } = failing(1, error);
    await expect(attempts.run(attempt, never)).rejects.toEqual(error());
    expect(made()).toBe(1);
  });

  it('is everything, once nobody waits any more', async () => {
    const stop = new AbortController();
    const reason = new Error('time is over');
    const { attempts, made, attempt } = failing(9, lost);
    const asking = attempts.run(async () => {
      stop.abort(reason);
      return attempt();
    }, stop.signal);
    await expect(asking).rejects.toBe(reason);
    expect(made()).toBe(1);
  });
});

describe('what a process has left for repeats', () => {
  const outage = async (attempts: ReturnType<typeof createAttempts>): Promise<number> => {
    let made = 0;
    await attempts
      .run(async () => {
        made += 1;
        throw lost();
      }, never)
      .catch(() => undefined);
    return made;
  };

  it('ends in a long outage, and comes back with calls that succeed', async () => {
    const { attempts } = failing(0, lost);
    const made: number[] = [];
    for (let call = 0; call < 20; call += 1) made.push(await outage(attempts));
    // 500 in all, 14 for each repeat.
    expect(made.reduce((sum, one) => sum + one - 1, 0)).toBe(35);
    expect(made.at(-1)).toBe(1);
    for (let call = 0; call < 14; call += 1) await attempts.run(async () => 'fine', never);
    expect(await outage(attempts)).toBe(2);
  });

  it('is given back by a repeat that helped', async () => {
    const { attempts } = failing(0, lost);
    for (let call = 0; call < 100; call += 1) {
      let made = 0;
      const attempt = async (): Promise<void> => {
        made += 1;
        if (made === 1) throw lost();
      };
      await attempts.run(attempt, never);
      expect(made).toBe(2);
    }
  });
});
