// Everything as it was at the very first start, deliveries under way included.
import { defaultDialect } from '../dialect.ts';
import type { Desk } from '../server.ts';
import { emptyState } from '../state.ts';

export function reset({ world, faults, journal }: Desk): void {
  world.deliveries.cancel();
  world.deliveries.forget();
  world.state = emptyState();
  world.apiKey = world.firstKey;
  world.dialect = defaultDialect();
  world.files.clear();
  world.blobs.clear();
  faults.clear();
  journal.clear();
}
