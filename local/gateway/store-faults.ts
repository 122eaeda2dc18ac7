/** `/_local/store-faults`: orders failures of DynamoDB, lists what is left of them, clears them. No HTTP API has this. */
import * as z from 'zod';
import { type StoreFault, StoreFaultOrder } from '../dynamodb/faults.ts';
import type { Dispatcher } from './dispatch.ts';
import { jsonResponse, messageResponse } from './response.ts';
import type { GatewayRequest, GatewayResponse } from './types.ts';

const PATH = '/_local/store-faults';

/** Where the orders go. */
export interface StoreFaultDesk {
  order(fault: StoreFault): Promise<void>;
  list(): readonly StoreFault[];
  clear(): void;
}

/** Passes on to `next` whatever is not for it. */
export function withStoreFaults(desk: StoreFaultDesk, next: Dispatcher): Dispatcher {
  return async request => {
    if (request.rawPath !== PATH) return next(request);
    if (request.method === 'GET') return jsonResponse(200, { faults: desk.list() });
    if (request.method === 'POST') return orderFrom(desk, request);
    if (request.method !== 'DELETE') return messageResponse(404, 'Not Found');
    desk.clear();
    return { statusCode: 204, headers: [], body: Buffer.alloc(0) };
  };
}

async function orderFrom(desk: StoreFaultDesk, { body }: GatewayRequest): Promise<GatewayResponse> {
  let wish: unknown;
  try {
    wish = JSON.parse(body.toString('utf8'));
  } catch {
    return messageResponse(400, 'The order is not valid JSON');
  }
  const order = StoreFaultOrder.safeParse(wish);
  if (!order.success) return messageResponse(400, z.prettifyError(order.error));
  await desk.order(order.data);
  return jsonResponse(201, order.data);
}
