/** The local gateway: API Gateway's HTTP API and the scheduler in front of the functions of a manifest. */
import { type Closable, listen, shut } from '../listen.ts';
import type { Manifest } from '../manifest.ts';
import { type PageDesk, withPage } from '../page/desk.ts';
import { withTokenDesk } from '../tokens/desk.ts';
import type { Tokens } from '../tokens/index.ts';
import { withCors } from './cors.ts';
import { createDispatcher } from './dispatch.ts';
import { createInvoker } from './invocation.ts';
import { withLocalInvoke } from './local-invoke.ts';
import { createLoggedPath } from './logged-path.ts';
import { createRouter } from './routes.ts';
import { startSchedules } from './schedules.ts';
import { createGatewayServer } from './server.ts';
import { type StoreFaultDesk, withStoreFaults } from './store-faults.ts';
import type { GatewaySecret, Handler, Log } from './types.ts';

export type { GatewaySecret, Handler, Log } from './types.ts';

export interface GatewayOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Loopback unless given. */
  readonly host?: string;
  readonly manifest: Manifest;
  handlerFor(key: string): Promise<Handler>;
  /** Plays the trusted gateway: the header is taken from every request and set anew. */
  readonly gatewaySecret?: GatewaySecret | undefined;
  /** Issues and verifies the tokens of routes that take them; without it those let nobody in. */
  readonly tokens?: Tokens | undefined;
  /** Off unless given. */
  readonly runSchedules?: boolean;
  /** Where failures of DynamoDB are ordered; nowhere unless given. */
  readonly storeFaults?: StoreFaultDesk;
  /** The page at `/`; there is none unless given. */
  readonly page?: PageDesk;
  readonly log?: Log;
}

export interface Gateway extends Closable {
  /** Runs a function as Lambda's own interface does; rejects with what it threw, or when its time is over. */
  invoke(key: string, event: unknown): Promise<unknown>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { port, host, manifest, handlerFor, gatewaySecret, runSchedules = false } = options;
  let closed = false;
  const log: Log = line => {
    if (!closed) options.log?.(line);
  };
  const invoke = createInvoker({ manifest, handlerFor });
  const router = createRouter(manifest.functions);
  const { tokens } = options;
  const dispatch = createDispatcher({ router, invoke, gatewaySecret, authorize: tokens?.authorize, log });
  const { storeFaults, page } = options;
  const issuing = tokens ? withTokenDesk(tokens, dispatch) : dispatch;
  const invoked = withLocalInvoke({ manifest, invoke, log }, issuing);
  const controlled = storeFaults ? withStoreFaults(storeFaults, invoked) : invoked;
  const shown = page ? withPage(page, controlled) : controlled;
  const server = createGatewayServer(withCors(manifest.cors, shown), log, createLoggedPath(manifest.functions));
  const address = await listen(server, port, host);
  const stopSchedules = runSchedules ? startSchedules(manifest, invoke, log) : () => undefined;
  return {
    ...address,
    invoke: (key, event) => invoke(key, event),
    close: async () => {
      closed = true;
      stopSchedules();
      await shut(server);
    },
  };
}
