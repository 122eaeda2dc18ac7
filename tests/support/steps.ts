import type { Deps } from '../../lib/deps.ts';

/**
 * Every await of a use case that leaves the process, made visible: the hook runs before the call goes out and after it has
 * come back, with the name of the call.
 */
export type StepHook = (call: string, when: 'before' | 'after') => Promise<void>;

const watched = <Port extends object>(port: Port, name: string, hook: StepHook): Port =>
  new Proxy(port, {
    get: (target, property) => {
      const value = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      return async (...parameters: unknown[]) => {
        const call = `${name}.${String(property)}`;
        await hook(call, 'before');
        try {
          return await Reflect.apply(value, target, parameters);
        } finally {
          await hook(call, 'after');
        }
      };
    },
  });

export const withSteps =
  (hook: StepHook) =>
  (deps: Deps): Deps => ({
    ...deps,
    openStore: signal => {
      const { records, people, jobs, activities, erasures, ...others } = deps.openStore(signal);
      return {
        ...others,
        records: watched(records, 'records', hook),
        people: watched(people, 'people', hook),
        jobs: watched(jobs, 'jobs', hook),
        activities: watched(activities, 'activities', hook),
        erasures: watched(erasures, 'erasures', hook),
      };
    },
    openKaleyra: (signal, log, patience) => watched(deps.openKaleyra(signal, log, patience), 'kaleyra', hook),
  });
