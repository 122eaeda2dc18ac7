// Switches between the spellings that the vendor's documentation leaves open.
import { type Dialect, DialectSchema } from '../dialect.ts';
import { strictControl } from '../strict.ts';
import type { World } from '../world.ts';

const Changes = DialectSchema.partial();

/** What is not mentioned stays. */
export function changeDialect(world: World, body: unknown): Dialect {
  world.dialect = { ...world.dialect, ...defined(strictControl(Changes, body, 'dialect switch')) };
  return world.dialect;
}

const defined = <T extends object>(changes: T) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
