import { expect, it } from 'vitest';
import { answers, aScriptedServer, resets } from '../../../support/scripted-server.ts';
import { aClient, failureOf, notedLimits } from './support.ts';

/** A run of a job has its own pace: it repeats calls itself, and has longer than a request. */

it.each([
  ['request', 2],
  ['run', 1],
] as const)('a call of a %s is made %i times when it fails', async (patience, attempts) => {
  for (const script of [answers(503), resets]) {
    const server = await aScriptedServer(script);
    const failure = await failureOf(aClient(server.url, { patience }).readRoom('room_1'));
    expect(failure).toMatchObject({ code: 'kaleyra_unavailable', status: 503 });
    expect(server.asked).toHaveLength(attempts);
  }
});

it.each([
  ['request', [20_000, 8000, 8000]],
  ['run', [8000, 8000]],
] as const)('the calls of a %s end after %j ms', async (patience, expected) => {
  const limits = notedLimits();
  const server = await aScriptedServer(answers(404));
  const client = aClient(server.url, { patience });
  await client.readRoom('room_1');
  await client.readRoom('room_2');
  expect(limits).toEqual(expected);
});
