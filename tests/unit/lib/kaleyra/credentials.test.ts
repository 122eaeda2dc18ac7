import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aClient, failureOf, HOST } from './support.ts';

/** A token for a device that joins calls by itself. Whoever holds it is that user. */

const TOKEN = { access_token: 'invented', expires_at: '2031-01-01T13:00:00.000Z', user_id: HOST };

const create = async (status: number, body: unknown) => {
  const server = await aScriptedServer(answers(status, body));
  return aClient(server.url).createCredentials(HOST, 3600);
};

describe('creating credentials', () => {
  it('asks for one user and so many seconds, and tells the token and when it ends', async () => {
    const server = await aScriptedServer(answers(201, TOKEN));
    const token = await aClient(server.url).createCredentials(HOST, 3600);
    expect(token).toEqual({ accessToken: 'invented', expiresAt: Date.UTC(2031, 0, 1, 13) });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', url: '/v2/sdk/credentials' });
    expect(JSON.parse(asked?.body ?? '')).toEqual({ user_id: HOST, expires_in: 3600 });
  });

  it('is done once more when it fails: a token that nobody was told of harms nobody', async () => {
    const server = await aScriptedServer(answers(503), answers(201, TOKEN));
    expect(await aClient(server.url).createCredentials(HOST, 3600)).toMatchObject({ accessToken: 'invented' });
    expect(server.asked).toHaveLength(2);
  });

  it.each<[string, number, unknown]>([
    ['404 without a word', 404, ''],
    ['the code of an unknown user', 400, { code: 'invalid_user_id' }],
    ['the code in the other envelope', 422, { error: { code: 'invalid_user_id' } }],
  ])('finds nobody, told by %s', async (_, status, body) => {
    expect(await create(status, body)).toBeUndefined();
  });

  it.each<[string, number, unknown, string]>([
    ['another refusal', 400, { code: 'invalid_request' }, 'kaleyra_refused'],
    ['a refusal without a word', 400, '', 'kaleyra_refused'],
    ['a failure with the code of an unknown user', 500, { code: 'invalid_user_id' }, 'kaleyra_unavailable'],
    ['a request to slow down', 429, { code: 'invalid_user_id' }, 'kaleyra_throttled'],
    ['a token of somebody else', 201, { ...TOKEN, user_id: 'usr_somebody_else' }, 'kaleyra_unreadable'],
    ['a token of nobody', 201, { ...TOKEN, user_id: undefined }, 'kaleyra_unreadable'],
    ['no token', 201, { ...TOKEN, access_token: '' }, 'kaleyra_unreadable'],
    ['an end that is no date', 201, { ...TOKEN, expires_at: 'soon' }, 'kaleyra_unreadable'],
    ['no end', 201, { ...TOKEN, expires_at: null }, 'kaleyra_unreadable'],
    ['a token in a wrapper', 201, { credentials: TOKEN }, 'kaleyra_unreadable'],
  ])('fails with %s', async (_, status, body, code) => {
    expect(await failureOf(create(status, body))).toMatchObject({ code });
  });
});
