// Everything that an answer can depend on, in one place.
import type { Dialect } from './dialect.ts';
import type { TemporaryFiles } from './files.ts';
import type { Blobs } from './persistence.ts';
import type { State } from './state.ts';
import type { Deliveries } from './webhooks/deliveries.ts';

export interface World {
  /** `http://host:port` of the simulator, where links and files lead. */
  readonly origin: string;
  /** What a reset goes back to. */
  readonly firstKey: string;
  apiKey: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Replaced as a whole by a reset. */
  state: State;
  dialect: Dialect;
  readonly files: TemporaryFiles;
  readonly blobs: Blobs;
  readonly deliveries: Deliveries;
}

/** Dates as the vendor's strict parser wants them: UTC with milliseconds. */
export const isoDate = (epochMs: number) => new Date(epochMs).toISOString();
