import { expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aClient, aSpec, failureOf, RECORD_ID } from './support.ts';

/** Kaleyra's own code of a refusal, whatever it comes in. */

it.each<[string, unknown, string]>([
  ['a flat envelope', { status: 400, name: 'n_n', code: 'no_plus_user', message: 'm' }, 'no_plus_user'],
  ['a nested envelope', { error: { code: 'no_plus_user', name: 'n_n' } }, 'no_plus_user'],
  ['both, the outer first', { code: 'outer_code', error: { code: 'inner_code' } }, 'outer_code'],
  ['a name alone', { name: 'invalid_request_error' }, 'invalid_request_error'],
  ['an error that is a sentence', { error: 'no plus user in room' }, 'unknown'],
  ['a code that is a sentence', { code: 'User Rossi has no role' }, 'unknown'],
  ['a code that is a number', { code: 1234 }, 'unknown'],
  ['a code of 64 letters', { code: 'a'.repeat(64) }, 'a'.repeat(64)],
  ['a code of one letter', { code: 'a' }, 'unknown'],
  ['a code in a list', { code: ['no_plus_user'] }, 'unknown'],
  ['a code of many letters', { code: 'a'.repeat(65) }, 'unknown'],
  ['a code with a link', { code: 'https://eu.bandyer.example/x' }, 'unknown'],
  ['null', 'null', 'unknown'],
  ['a list', [{ code: 'no_plus_user' }], 'unknown'],
  ['an HTML page', '<!doctype html>', 'unknown'],
  ['nothing', '', 'unknown'],
])('is read from %s', async (_, body, vendorCode) => {
  const server = await aScriptedServer(answers(400, body));
  const failure = await failureOf(aClient(server.url).createRoom(aSpec(), RECORD_ID));
  expect(failure).toMatchObject({ code: 'kaleyra_refused', vendorStatus: 400, vendorCode });
});
