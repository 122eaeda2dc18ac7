import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Deps } from '../../../../lib/deps.ts';
import { roomNotFound } from '../../../../lib/errors.ts';
import { endpoint } from '../../../../lib/http/endpoint.ts';
import { createUserHash } from '../../../../lib/user-hash.ts';
import { aContext, anEvent, fromGateway, fromGatewayAsJson } from '../../../support/invocations.ts';
import { someDeps } from '../../../support/scopes.ts';

const KEY = 'an invented key of this deployment';
const userHash = createUserHash(KEY)('auth0|dr-rossi');

const doing: Record<string, () => Promise<{ status: number }>> = {
  done: async () => ({ status: 204 }),
  refused: async () => {
    throw roomNotFound('x');
  },
  failed: async () => {
    throw new TypeError('of auth0|dr-rossi');
  },
};

/** The line about the outcome of one request. */
const lineOf = async (
  what: string,
  event: Parameters<typeof anEvent>[0],
  { open = false, body }: { open?: boolean; body?: z.ZodType } = {},
): Promise<Record<string, unknown>> => {
  const lines: string[] = [];
  const deps: Deps = { ...someDeps(lines), hashUser: createUserHash(KEY) };
  const handler = endpoint({ open, ...(body && { body }) }, async () => (doing[what] ?? Promise.reject)());
  await handler.with(deps)(anEvent(event), aContext());
  expect(lines.join('\n')).not.toContain('dr-rossi');
  return lines.map(line => JSON.parse(line)).find(({ event: name }) => String(name).startsWith('request.'));
};

const asDoctor = { headers: { ...fromGateway, miauserid: 'auth0|dr-rossi' } };

describe('the line about a request', () => {
  it.each(['done', 'refused', 'failed'])('that is %s names its caller by their hash', async what => {
    expect(await lineOf(what, asDoctor)).toMatchObject({ event: `request.${what}`, userHash });
  });

  it('that is refused for its body names its caller as well', async () => {
    const headers = { ...fromGatewayAsJson, miauserid: 'auth0|dr-rossi' };
    const line = await lineOf('done', { headers, body: '{' }, { body: z.object({}) });
    expect(line).toMatchObject({ event: 'request.refused', status: 400, userHash });
  });

  it.each([
    ['of a service', { headers: fromGateway }, {}],
    ['on an open route', asDoctor, { open: true }],
    ['that did not come through the gateway', { headers: { miauserid: 'auth0|dr-rossi' } }, {}],
  ])('%s names nobody', async (_, event, schemas) => {
    expect(await lineOf('done', event, schemas)).not.toHaveProperty('userHash');
  });
});
