import type { Deps } from '../../lib/deps.ts';

/**
 * A process that is stopped at one of the awaits that leave it: before the call goes out, or after the call has had its effect
 * and before its answer is seen. From then on nothing of it happens any more; other instances live on.
 */
export type Moment = 'before' | 'after';

export interface Death {
  /** Which call, counted from 1 in the order in which they go out; 0: it lives, and its calls are counted. */
  at: number;
  moment: Moment;
}

export interface Mortal {
  /** The calls that went out, by name. */
  calls: string[];
  deps: Deps;
}

class Died extends Error {}

export const mortal = (deps: Deps, { at, moment }: Death): Mortal => {
  const calls: string[] = [];
  let dead = false;
  const die = (): never => {
    dead = true;
    throw new Died('the process was stopped');
  };
  const watched = <Port extends object>(port: Port, name: string): Port =>
    new Proxy(port, {
      get: (target, property) => {
        const value = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        return async (...parameters: unknown[]) => {
          if (dead) die();
          const mine = calls.push(`${name}.${String(property)}`);
          if (mine === at && moment === 'before') die();
          const answer = await Reflect.apply(value, target, parameters);
          if (dead || mine === at) die();
          return answer;
        };
      },
    });
  return {
    calls,
    deps: {
      ...deps,
      openStore: signal => {
        const store = deps.openStore(signal);
        const ports = Object.entries(store).map(([name, port]) => [name, watched(port, name)]);
        return Object.fromEntries(ports) as typeof store;
      },
      openKaleyra: (signal, log, patience) => watched(deps.openKaleyra(signal, log, patience), 'kaleyra'),
    },
  };
};
