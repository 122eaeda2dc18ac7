import type { EraseOptions } from '../../lib/domain/erasure/erase-user.ts';
import type { Statement } from '../../lib/domain/erasure/statement.ts';
import type { World } from './world.ts';

/** Erasures, with a clock that jumps where the command would wait. */

export const eraseOnce = async (
  world: World,
  externalId: string,
  options: Partial<EraseOptions> = {},
): Promise<Statement> => (await world.invoke('eraseUser', { externalId, ...options })) as Statement;

const MOST_RUNS = 20;

/** Invokes it until it has nothing more to do. */
export const erase = async (
  world: World,
  externalId: string,
  options: Partial<EraseOptions> = {},
): Promise<Statement> => {
  for (let run = 0; run < MOST_RUNS; run += 1) {
    const statement = await eraseOnce(world, externalId, options);
    if (statement.outcome === 'waiting') world.clock.moveBy(statement.waitMs);
    else if (statement.outcome !== 'interrupted') return statement;
  }
  throw new Error('the erasure never comes to an end');
};

/** Every place of the table, in keys or values, where a text stands. */
export const placesOf = async (world: World, text: string): Promise<string[]> =>
  (await world.items()).filter(item => JSON.stringify(item).includes(text)).map(({ pk, sk }) => `${pk} ${sk}`);
