/** What the embedded stack needs to know of serverless.yml, with every variable resolved. */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { TokenAuthorizer } from '../package/authorizers.ts';
import type { Cors } from '../package/cors.ts';

export interface Route {
  /** Upper case, or `ANY`. */
  readonly method: string;
  /** As in the manifest: `/teleconsultation/{id}`, `/{proxy+}`, or `$default`. */
  readonly path: string;
  /** Whose tokens it takes, by its name in the manifest; absent: nobody is asked for one. */
  readonly authorizer?: string;
}

export interface Schedule {
  readonly rateMs: number;
  /** The event of each run; a scheduled event of EventBridge when absent. */
  readonly input?: unknown;
  readonly enabled: boolean;
}

export interface ManifestFunction {
  readonly key: string;
  /** As written: `functions/get-teleconsultation.handler`. */
  readonly handler: string;
  /** Relative to the manifest: `functions/get-teleconsultation.ts`. */
  readonly file: string;
  readonly exportName: string;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly routes: readonly Route[];
  readonly schedules: readonly Schedule[];
}

export interface Manifest {
  readonly service: string;
  readonly stage: string;
  readonly functions: Readonly<Record<string, ManifestFunction>>;
  /** What every function sees: the provider's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly tables: readonly CreateTableCommandInput[];
  /** Absent: no route takes tokens. */
  readonly authorizers?: Readonly<Record<string, TokenAuthorizer>>;
  /** Absent: pages of other origins may not call. */
  readonly cors?: Cors;
}
