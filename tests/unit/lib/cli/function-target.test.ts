import { describe, expect, it } from 'vitest';
import { findFunction, invokeLambda } from '../../../../lib/cli/function-target.ts';
import { answers, aScriptedServer, resets, type Script } from '../../../support/scripted-server.ts';

/** Invoking a function of this machine's stack, or of a stage; never one in the place of the other. */

const signal = new AbortController().signal;
const NAME = 'teleconsultation-prod-eraseUser';
const EVENT = { externalId: 'invented-id' };

describe('on AWS', () => {
  const invoking = async (script: Script) => {
    const lambda = await aScriptedServer(script);
    const settings = {
      region: 'eu-south-1',
      endpoint: lambda.url,
      credentials: { accessKeyId: 'invented', secretAccessKey: 'invented' },
    };
    const outcome = await invokeLambda(settings, 'eraseUser', NAME, EVENT, signal).catch(error => error as Error);
    return { outcome, asked: lambda.asked };
  };

  it('the function is invoked by its name, once, and waited for', async () => {
    const { outcome, asked } = await invoking(answers(200, { outcome: 'finished' }));
    expect(outcome).toEqual({ outcome: 'finished' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      method: 'POST',
      url: `/2015-03-31/functions/${NAME}/invocations`,
      body: JSON.stringify(EVENT),
    });
    expect(asked[0]?.headers['x-amz-invocation-type']).toBeUndefined();
  });

  it('what the function failed with is told in its own words', async () => {
    const failure = { errorType: 'JobFailed', errorMessage: 'the data store did not answer' };
    const { outcome } = await invoking(answers(200, failure, { 'x-amz-function-error': 'Unhandled' }));
    expect(outcome).toMatchObject({ name: 'CommandError', message: 'eraseUser failed: the data store did not answer' });
  });

  it('a function that somebody else runs is busy, which is no failure', async () => {
    const { outcome } = await invoking(answers(429, {}, { 'x-amzn-errortype': 'TooManyRequestsException' }));
    expect(outcome).toBe('busy');
  });

  it.each([
    [
      'no rights',
      answers(403, { message: 'invented' }, { 'x-amzn-errortype': 'AccessDeniedException' }),
      'AccessDeniedException',
    ],
    [
      'no such function',
      answers(404, {}, { 'x-amzn-errortype': 'ResourceNotFoundException' }),
      'ResourceNotFoundException',
    ],
    ['no connection', resets, 'TimeoutError'],
  ])('%s: the class of it, and nothing of the event', async (_, script, kind) => {
    const { outcome, asked } = await invoking(script);
    expect(outcome).toMatchObject({ name: 'CommandError', message: `${NAME} could not be invoked (${kind})` });
    expect(asked).toHaveLength(1);
  });
});

describe('which one', () => {
  const found = async (stage: string | undefined, env: Record<string, string>) => {
    const printed: string[] = [];
    const outcome = await findFunction('eraseUser', stage, env, signal, line => void printed.push(line)).catch(
      error => error as Error,
    );
    return { outcome, printed };
  };

  it('a stage is told with function and region, and nothing here is asked', async () => {
    const { outcome, printed } = await found('prod', { AWS_REGION: 'eu-south-1', PORT: '9' });
    expect(printed).toEqual([`target: AWS, stage prod, function ${NAME} in eu-south-1`]);
    expect(outcome).toHaveProperty('invoke');
  });

  it.each([
    [{}, 'AWS_REGION must say in which region the stage is'],
    [
      { AWS_REGION: 'eu-south-1', AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9' },
      'AWS_ENDPOINT_URL_LAMBDA leads away from AWS: unset it to work on a stage',
    ],
    [
      { AWS_REGION: 'eu-south-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      'AWS_ENDPOINT_URL leads away from AWS: unset it to work on a stage',
    ],
  ])('a stage that is not clear is none: %j', async (env, message) => {
    const { outcome, printed } = await found('prod', env);
    expect([outcome, printed]).toEqual([expect.objectContaining({ name: 'CommandError', message }), []]);
  });

  it('without a stage it is this machine’s, whatever AWS there is', async () => {
    const { outcome, printed } = await found(undefined, { PORT: '9', AWS_REGION: 'eu-south-1' });
    expect(printed).toEqual(['target: local stack at http://127.0.0.1:9, function eraseUser']);
    expect(outcome).toMatchObject({ message: 'no stack is running at http://127.0.0.1:9: run `npm start` first' });
  });

  it('a stack that is gone in between is told in a line', async () => {
    const stack = await aScriptedServer(answers(200, {}, { 'apigw-requestid': 'invented' }), resets);
    const { outcome } = await found(undefined, { PORT: new URL(stack.url).port });
    if (outcome instanceof Error) throw outcome;
    await expect(outcome.invoke(EVENT)).rejects.toMatchObject({ message: `the stack at ${stack.url} did not answer` });
  });
});
