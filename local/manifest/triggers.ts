/** The triggers of a function that the embedded stack can play: HTTP API routes and schedules. Others are left out. */
import { rateOf } from './schedule.ts';
import type { Route, Schedule } from './types.ts';
import { isRecord } from './variables.ts';

export function routesOf(events: unknown, where: string): Route[] {
  return ofKind(events, 'httpApi').map(event => {
    const [method, path] = isRecord(event) ? [event.method ?? '*', event.path] : splitRoute(event);
    if (typeof method !== 'string' || typeof path !== 'string')
      throw new Error(`${where} has an httpApi without a path`);
    const authorizer = isRecord(event) ? authorizerOf(event.authorizer) : {};
    if (path === '*') return { method: 'ANY', path: '$default', ...authorizer };
    return { method: method === '*' ? 'ANY' : method.toUpperCase(), path, ...authorizer };
  });
}

export function schedulesOf(events: unknown, where: string): Schedule[] {
  return ofKind(events, 'schedule').flatMap(event => {
    const schedule = isRecord(event) ? event : { rate: event };
    const rates: unknown[] = Array.isArray(schedule.rate) ? schedule.rate : [schedule.rate];
    return rates.map(rate => {
      if (typeof rate !== 'string') throw new Error(`${where} has a schedule without a rate`);
      return {
        rateMs: rateOf(rate),
        enabled: String(schedule.enabled ?? true) === 'true',
        ...(schedule.input === undefined ? {} : { input: schedule.input }),
      };
    });
  });
}

function ofKind(events: unknown, kind: 'httpApi' | 'schedule'): unknown[] {
  if (!Array.isArray(events)) return [];
  return events.filter(event => isRecord(event) && kind in event).map(event => event[kind]);
}

/** Its name, alone or in a map; an empty one switches it off. */
function authorizerOf(value: unknown): { authorizer?: string } {
  const name = isRecord(value) ? value.name : value;
  return typeof name === 'string' && name !== '' ? { authorizer: name } : {};
}

/** `POST /path`, `* /path`, or `*` alone. */
function splitRoute(event: unknown): [unknown, unknown] {
  const [method, path] = String(event).trim().split(/\s+/);
  return [method, path ?? (method === '*' ? '*' : undefined)];
}
