/**
 * The embedded stack with tokens, in a process of its own, with the service's functions or a peer's in their place. Argument: a
 * bundle of a peer, or nothing. Tells its address, and tokens for the people of the mix.
 */
import { pathToFileURL } from 'node:url';
import type { Handler } from '../../../local/gateway/index.ts';
import { startStack } from '../../../local/stack.ts';
import { drRossi, mrBianchi } from '../../support/people.ts';

const [, , bundle] = process.argv;

const stack = await startStack({
  identity: 'jwt',
  env: { LOG_LEVEL: 'info' },
  ...(bundle !== undefined && {
    handlerFor: async (): Promise<Handler> => {
      const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
      return handler;
    },
  }),
});
// As Lambda tells a function its name.
if (bundle !== undefined) Object.assign(process.env, stack.env, { AWS_LAMBDA_FUNCTION_NAME: 'peer' });

const token = (person: { userId: string; groups: readonly string[] }) =>
  stack.tokens?.mint({ sub: person.userId, groups: [...person.groups], claims: {} });

process.on('disconnect', () => process.exit());
process.send?.({ api: stack.api, doctor: await token(drRossi), patient: await token(mrBianchi) });
