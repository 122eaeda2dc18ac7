import type { Context } from 'aws-lambda';
import { withDeadline } from '../deadline.ts';
import { type Deps, getDeps, openScope } from '../deps.ts';
import type { Patience, Scope } from '../domain/ports.ts';
import { ServiceError } from '../errors.ts';
import { traceOf } from '../log.ts';

/**
 * What every function without a caller has in common: scope, deadline, log. Its event comes from AWS (a bucket, a schedule) or
 * from a person who invokes it by hand, and its result is for the log of the invocation.
 */

type Handler<Result> = (event: unknown, context: Context) => Promise<Result>;

/** @param endsAt when everything that the scope gives access to stops */
type Handle<Result> = (scope: Scope, event: unknown, endsAt: number) => Promise<Result>;

interface Options {
  /** `run`: for as many calls to Kaleyra as there is time for, none of which is repeated at once. */
  patience?: Patience;
}

/** A Lambda handler; `with` gives the same one on other dependencies than the process's own. */
export type JobHandler<Result> = Handler<Result> & { with(deps: Deps): Handler<Result> };

/** What Lambda allows at most. */
const LONGEST_JOB_MS = 900_000;

/**
 * Lambda repeats an asynchronous invocation that threw, and prints what was thrown, whole. This says that it failed and why,
 * in our own words.
 */
class JobFailed extends Error {
  override readonly name = 'JobFailed';
}

const build =
  <Result>(handle: Handle<Result>, options: Options, deps: Deps): Handler<Result> =>
  async (event, context) => {
    const names = { requestId: context.awsRequestId, function: context.functionName };
    const log = deps.log.child(names);
    const startedAt = deps.clock.now();
    const durationMs = (): number => deps.clock.now() - startedAt;
    try {
      const result = await withDeadline(context, LONGEST_JOB_MS, (signal, endsInMs) =>
        handle(openScope(deps, signal, { ...names, ...options }), event, startedAt + endsInMs),
      );
      log.info('job.done', { durationMs: durationMs() });
      return result;
    } catch (error) {
      const known = error instanceof ServiceError;
      const code = known ? error.code : 'unexpected';
      log.error('job.failed', { code, durationMs: durationMs(), ...(known ? {} : traceOf(error)) });
      throw new JobFailed(known ? error.message : 'something went wrong');
    }
  };

/** Takes the process's own configuration at once, while the module loads, as `endpoint` does. */
export const job = <Result>(handle: Handle<Result>, options: Options = {}): JobHandler<Result> => {
  const bind = (deps: Deps): Handler<Result> => build(handle, options, deps);
  return Object.assign(bind(getDeps()), { with: bind });
};
