import { describe, expect, it } from 'vitest';
import { createRecentCheck, findFailing, findUnready } from '../../../../lib/domain/health.ts';
import { aScope } from '../../../support/scopes.ts';
import { START } from '../../../support/teleconsultations.ts';

const works = async (): Promise<void> => {};
const fails = async (): Promise<void> => {
  throw new Error('down');
};

describe('what this instance depends on', () => {
  it.each([
    [works, works, [], []],
    [fails, works, ['store'], ['store']],
    [works, fails, [], ['kaleyra']],
    [fails, fails, ['store'], ['store', 'kaleyra']],
  ])('is asked for real: %#', async (store, kaleyra, unready, failing) => {
    const scope = aScope({ records: { ping: store }, kaleyra: { ping: kaleyra } });
    expect(await findUnready(scope)).toEqual(unready);
    expect(await findFailing(scope)).toEqual(failing);
  });

  it('does not ask the vendor whether requests can be served', async () => {
    expect(await findUnready(aScope({ records: { ping: works } }))).toEqual([]);
  });

  it('does not wait long for the vendor', async () => {
    const timeouts: number[] = [];
    const ping = async (timeoutMs: number): Promise<void> => {
      timeouts.push(timeoutMs);
    };
    await findFailing(aScope({ records: { ping: works }, kaleyra: { ping } }));
    expect(timeouts).toEqual([3000]);
  });

  it('is asked of the vendor once in fifteen seconds, however many want to know and whatever it said', async () => {
    let asked = 0;
    for (const check of [works, fails]) {
      asked = 0;
      const recent = createRecentCheck();
      const counted = (): Promise<void> => {
        asked += 1;
        return check();
      };
      const outcomes = await Promise.allSettled([0, 0, 14_999, 15_000].map(ms => recent.run(START + ms, counted)));
      expect(new Set(outcomes.map(({ status }) => status)).size).toBe(1);
      expect(asked).toBe(2);
    }
  });
});
