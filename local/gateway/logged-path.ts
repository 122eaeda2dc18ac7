/**
 * A path as the terminal may show it. An access log on AWS names the route; here the words of all routes and our own ids stay
 * readable, and whatever else somebody put into the address, a name perhaps, does not.
 */
import type { Manifest } from '../manifest.ts';

const OF_THE_STACK = ['_local', 'invoke', 'store-faults', 'tokens'];

const OUR_ID = /^[0-9a-f]{24}$/;

export function createLoggedPath(functions: Manifest['functions']): (pathname: string) => string {
  const paths = Object.values(functions).flatMap(({ routes }) => routes.map(({ path }) => path));
  const words = paths.flatMap(path => path.split('/')).filter(segment => !segment.startsWith('{'));
  const known = new Set([...words, ...Object.keys(functions), ...OF_THE_STACK]);
  const shown = (segment: string): string =>
    segment === '' || known.has(segment) || OUR_ID.test(segment) ? segment : '*';
  return pathname => pathname.split('/').slice(0, 12).map(shown).join('/');
}
