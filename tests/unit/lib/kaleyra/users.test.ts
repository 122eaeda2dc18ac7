import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aSimulator } from '../../local/kaleyra/support.ts';
import { aClient, type Client, failureOf, HOST } from './support.ts';

describe('creating a user', () => {
  it('sends the id and the role and nothing else', async () => {
    const simulator = await aSimulator();
    expect(await aClient(simulator.url).createUser(HOST, 'plus')).toBe('created');
    expect((await simulator.state()).users).toMatchObject([{ id: HOST, role: 'plus' }]);
    expect(await simulator.journal()).toMatchObject([
      { method: 'POST', path: '/v2/users', status: 201, body: { id: HOST, role: 'plus' } },
    ]);
  });

  it.each(['flat', 'nested'])('finds a user who is there already, told in a %s envelope', async errorEnvelope => {
    const simulator = await aSimulator();
    await simulator.dialect({ errorEnvelope });
    const client = aClient(simulator.url);
    await client.createUser(HOST, 'basic');
    expect(await client.createUser(HOST, 'plus')).toBe('existed');
    // Whoever wants the higher role has to ask for it.
    expect((await simulator.state()).users).toMatchObject([{ id: HOST, role: 'basic' }]);
    expect((await simulator.journal()).map(({ status }) => status)).toEqual([201, 400]);
  });

  it.each<[string, number, unknown]>([
    ['the code at the top', 400, { code: 'user_id_already_exists' }],
    ['the code in an envelope', 400, { error: { code: 'user_id_already_exists' } }],
    ['the code as a name', 400, { name: 'user_id_already_exists' }],
    ['the code with another status', 422, { code: 'user_id_already_exists' }],
    ['a conflict without a code', 409, ''],
    ['a conflict with a page', 409, '<html>'],
  ])('finds a user who is there already, told by %s', async (_, status, body) => {
    const server = await aScriptedServer(answers(status, body));
    expect(await aClient(server.url).createUser(HOST, 'basic')).toBe('existed');
    expect(server.asked).toHaveLength(1);
  });

  it.each<[string, number, unknown]>([
    ['another code', 400, { code: 'invalid_user_id' }],
    ['another code, and the known one only in its message', 400, { code: 'x_y', message: 'user_id_already_exists' }],
    ['no code', 400, ''],
    ['a refused key', 401, { code: 'invalid_api_key' }],
    ['a wrong role', 422, { code: 'role_validation_error' }],
  ])('does not find anybody with %s', async (_, status, body) => {
    const server = await aScriptedServer(answers(status, body));
    const failure = await failureOf(aClient(server.url).createUser(HOST, 'basic'));
    expect(failure).toMatchObject({ code: 'kaleyra_refused', status: 502, vendorStatus: status, maybeDone: false });
  });

  it('does not take the vendor in trouble for a user who is there, whatever its code says', async () => {
    const server = await aScriptedServer(answers(503, { code: 'user_id_already_exists' }));
    const failure = await failureOf(aClient(server.url).createUser(HOST, 'basic'));
    expect(failure).toMatchObject({ code: 'kaleyra_unavailable', vendorCode: 'user_id_already_exists' });
  });

  it.each([
    ['somebody else', { id: 'usr_somebody_else' }],
    ['nobody', { role: 'basic' }],
    ['nothing', ''],
  ])('does not take an answer about %s', async (_, body) => {
    const server = await aScriptedServer(answers(201, body));
    const failure = await failureOf(aClient(server.url).createUser(HOST, 'basic'));
    expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502, maybeDone: true });
  });
});

describe('raising a user', () => {
  it('sends the role alone', async () => {
    const simulator = await aSimulator();
    const client = aClient(simulator.url);
    await client.createUser(HOST, 'basic');
    await client.setRole(HOST, 'plus');
    expect((await simulator.state()).users).toMatchObject([{ id: HOST, role: 'plus' }]);
    expect((await simulator.journal()).at(-1)).toMatchObject({ path: `/v2/users/${HOST}`, body: { role: 'plus' } });
  });

  it('fails for somebody who is not there', async () => {
    const simulator = await aSimulator();
    const failure = await failureOf(aClient(simulator.url).setRole('usr_nobody', 'plus'));
    expect(failure).toMatchObject({ code: 'kaleyra_refused', vendorStatus: 404, vendorCode: 'invalid_user_id' });
  });
});

describe.each<[string, (client: Client) => Promise<unknown>, string, unknown, unknown]>([
  ['looking for a user', client => client.hasUser(HOST), 'GET', true, false],
  ['deleting a user', client => client.deleteUser(HOST), 'DELETE', 'deleted', 'gone'],
])('%s', (_title, run, method, there, gone) => {
  it('names the user', async () => {
    const server = await aScriptedServer(answers(200, { user: { user_id: HOST } }));
    expect(await run(aClient(server.url))).toBe(there);
    expect(server.asked).toMatchObject([{ method, url: `/v2/users/${HOST}`, body: '' }]);
  });

  it.each<[string, number, unknown]>([
    ['404 without a word', 404, ''],
    ['the code of an unknown user', 400, { code: 'invalid_user_id' }],
    ['the code with a 404, in the other envelope', 404, { error: { code: 'invalid_user_id' } }],
  ])('finds nobody, told by %s', async (_, status, body) => {
    const server = await aScriptedServer(answers(status, body));
    expect(await run(aClient(server.url))).toBe(gone);
  });

  it.each<[string, number, unknown, string]>([
    ['another refusal', 400, { code: 'invalid_request' }, 'kaleyra_refused'],
    ['a refused key', 401, '', 'kaleyra_refused'],
    ['a failure with the code of an unknown user', 500, { code: 'invalid_user_id' }, 'kaleyra_unavailable'],
    ['a page instead of an answer', 200, '<!doctype html>', 'kaleyra_unreadable'],
  ])('fails with %s', async (_, status, body, code) => {
    const server = await aScriptedServer(answers(status, body));
    expect(await failureOf(run(aClient(server.url)))).toMatchObject({ code });
  });
});

describe('looking for a user', () => {
  it.each([[{ id: 'usr_somebody_else' }], [{ role: 'plus' }], ['']])('does not take %j for an answer', async body => {
    const server = await aScriptedServer(answers(200, body));
    expect(await failureOf(aClient(server.url).hasUser(HOST))).toMatchObject({ code: 'kaleyra_unreadable' });
  });
});
