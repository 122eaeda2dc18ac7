/** The Lambda context of one invocation. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

export interface ContextOptions {
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly memoryLimitInMB?: number;
}

export function createContext({ functionName, timeoutMs, memoryLimitInMB = 1024 }: ContextOptions): Context {
  const deadline = performance.now() + timeoutMs;
  const unsupported = (): never => {
    throw new Error('callbacks of the context are not supported: return a promise');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: String(memoryLimitInMB),
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}
