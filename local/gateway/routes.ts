/** Which function a request belongs to, by the rules of an HTTP API: literal before `{param}` before `{proxy+}` before `$default`. */
import type { Manifest, Route } from '../manifest.ts';
import { decodePath } from './paths.ts';

interface Match {
  readonly functionKey: string;
  /** `GET /teleconsultation/{id}`, `ANY /path` or `$default`. */
  readonly routeKey: string;
  /** Decoded; absent when the route has none. */
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** Whose tokens the route takes. */
  readonly authorizer?: string;
}

export type Router = (method: string, rawPath: string) => Match | undefined;

interface Candidate {
  readonly functionKey: string;
  readonly routeKey: string;
  readonly method: string;
  readonly segments: readonly string[];
  readonly rank: string;
  readonly authorizer?: string;
}

const DEFAULT = '$default';

/** Refuses a manifest in which two functions claim one route, as a deployment would. */
export function createRouter(functions: Manifest['functions']): Router {
  const candidates = Object.values(functions)
    .flatMap(({ key, routes }) => routes.map(route => toCandidate(key, route)))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  for (const [index, candidate] of candidates.entries()) {
    const other = candidates[index - 1];
    if (other?.routeKey !== candidate.routeKey) continue;
    throw new Error(`${candidate.routeKey} belongs to both ${other.functionKey} and ${candidate.functionKey}`);
  }

  return (method, rawPath) => {
    const segments = splitPath(rawPath);
    for (const { functionKey, routeKey, method: wanted, segments: pattern, authorizer } of candidates) {
      if (wanted !== 'ANY' && wanted !== method) continue;
      const parameters = routeKey === DEFAULT ? {} : matchSegments(pattern, segments);
      if (!parameters) continue;
      return {
        functionKey,
        routeKey,
        ...(Object.keys(parameters).length === 0 ? {} : { pathParameters: parameters }),
        ...(authorizer !== undefined && { authorizer }),
      };
    }
    return undefined;
  };
}

function toCandidate(functionKey: string, { method, path, authorizer }: Route): Candidate {
  const segments = splitPath(path);
  return {
    functionKey,
    routeKey: path === DEFAULT ? DEFAULT : `${method} ${path}`,
    method,
    segments,
    ...(authorizer !== undefined && { authorizer }),
    rank: `${path === DEFAULT ? '3' : segments.map(rankOf).join('')} ${method === 'ANY' ? '1' : '0'} ${method} ${path}`,
  };
}

/** Compared as text from the left: the first segment that differs in kind decides. */
function rankOf(segment: string): string {
  if (!segment.startsWith('{')) return '0';
  return segment.endsWith('+}') ? '2' : '1';
}

/** A trailing slash does not count. */
function splitPath(path: string): string[] {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  return segments;
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    if (rankOf(expected) === '2') {
      if (segments.length <= index) return undefined;
      parameters[expected.slice(1, -2)] = decodePath(segments.slice(index).join('/'));
      return parameters;
    }
    const actual = segments[index];
    if (actual === undefined) return undefined;
    if (rankOf(expected) === '0') {
      if (decodePath(actual) !== expected) return undefined;
    } else {
      if (actual === '') return undefined;
      parameters[expected.slice(1, -1)] = decodePath(actual);
    }
  }
  return pattern.length === segments.length ? parameters : undefined;
}
