/** Table and Kaleyra with delays, and the service's own functions in front of them, in this process. */
import { join } from 'node:path';
import { getDeps } from '../../../lib/deps.ts';
import { createRecentCheck } from '../../../lib/domain/health.ts';
import type { EndpointHandler } from '../../../lib/http/endpoint.ts';
import { functionModules } from '../../../local/function-modules.ts';
import { inProcess } from '../../../local/gateway/in-process.ts';
import { createInvoker } from '../../../local/gateway/invocation.ts';
import type { Handler } from '../../../local/gateway/types.ts';
import { readManifest } from '../../../local/manifest.ts';
import { type Api, createApi, parseBody } from '../../support/api.ts';
import { controlSimulator, type Simulator } from '../../support/simulator.ts';
import type { Order } from '../children/waited-for.ts';
import type { Counts } from '../others/table.ts';
import { startChild } from './child.ts';
import { ROOT } from './contenders.ts';

const SCRIPT = join(import.meta.dirname, '../children/waited-for.ts');
const MANIFEST = join(ROOT, 'serverless.yml');
const API_KEY = 'ak_test_0123456789abcdef01234567';
const GATEWAY_SECRET_HEADER = 'x-gateway-secret';

export interface Delayed {
  api: Api;
  simulator: Simulator;
  /** Where the two listen, with their delays. */
  dynamodb: string;
  kaleyra: string;
  apiKey: string;
  invoke(key: string, event: unknown): Promise<unknown>;
  /** Milliseconds of the last invocation of a function, from its event to its answer: without the gateway around it. */
  lasted(): number;
  /** @returns what was counted at the table until then */
  order(order: Order): Promise<Counts>;
  end(): void;
}

/** A check-up asks Kaleyra once in a while: each of them is the first. */
const forgetful = (key: string, handler: Handler): Handler => {
  if (key !== 'health') return handler;
  const endpoint = handler as unknown as EndpointHandler;
  return endpoint.with({ ...getDeps(), recentCheck: createRecentCheck() }) as Handler;
};

/**
 * The functions read their configuration while they load, so a process has one of these.
 * @param env as serverless.yml sees it
 */
export const startDelayed = async (env: Readonly<Record<string, string>> = {}): Promise<Delayed> => {
  const waited = await startChild<{ dynamodb: number; kaleyra: number; simulator: string }>(SCRIPT, [API_KEY], {});
  const { dynamodb, kaleyra, simulator } = waited.ready;
  const manifest = await readManifest(MANIFEST, {
    stage: 'local',
    params: {},
    env: {
      LOG_LEVEL: 'error',
      VENDOR_ORIGINS: simulator,
      ...env,
      BANDYER_API_SECRET_KEY: API_KEY,
      PORT: '0',
      KALEYRA_PORT: String(kaleyra),
      DYNAMODB_PORT: String(dynamodb),
    },
  });
  Object.assign(process.env, manifest.environment);
  const modules = functionModules(manifest, ROOT);
  let lasted = Number.NaN;
  const handlerFor = async (key: string): Promise<Handler> => {
    const handler = forgetful(key, await modules(key));
    return async (event, context) => {
      const startedAt = performance.now();
      try {
        return await handler(event, context);
      } finally {
        lasted = performance.now() - startedAt;
      }
    };
  };
  const gatewaySecret = { header: GATEWAY_SECRET_HEADER, value: manifest.environment.GATEWAY_SECRETS ?? '' };
  const direct = inProcess({ manifest, handlerFor, gatewaySecret });
  const invoker = createInvoker({ manifest, handlerFor });
  const api = createApi(async request => {
    const { statusCode, headers, body } = await direct(request);
    const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    const text = body.toString('utf8');
    return { status: statusCode, headers: named, text, body: parseBody(text, named['content-type']) };
  });
  return {
    api,
    simulator: controlSimulator(simulator),
    dynamodb: `http://127.0.0.1:${dynamodb}`,
    kaleyra: `http://127.0.0.1:${kaleyra}`,
    apiKey: API_KEY,
    lasted: () => lasted,
    invoke: (key, event) => invoker(key, event),
    order: order => waited.ask<Counts>(order),
    end: waited.end,
  };
};
