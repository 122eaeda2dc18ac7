/** `POST /_local/invoke/{functionKey}`: runs any function by hand, scheduled ones above all. No HTTP API has this. */
import type { Manifest } from '../manifest.ts';
import type { Dispatcher } from './dispatch.ts';
import { describe, type Invoker } from './invocation.ts';
import { decodePath } from './paths.ts';
import { jsonResponse, messageResponse } from './response.ts';
import type { Log } from './types.ts';

const PREFIX = '/_local/invoke/';

export interface LocalInvokeOptions {
  readonly manifest: Manifest;
  readonly invoke: Invoker;
  readonly log: Log;
}

/** Passes on to `next` whatever is not for it. A function that fails is answered as Lambda describes an error. */
export function withLocalInvoke({ manifest, invoke, log }: LocalInvokeOptions, next: Dispatcher): Dispatcher {
  return async request => {
    if (request.method !== 'POST' || !request.rawPath.startsWith(PREFIX)) return next(request);
    const key = decodePath(request.rawPath.slice(PREFIX.length));
    if (!Object.hasOwn(manifest.functions, key)) return messageResponse(404, `There is no function ${key}`);
    let event: unknown = {};
    try {
      if (request.body.length > 0) event = JSON.parse(request.body.toString('utf8'));
    } catch {
      return messageResponse(400, 'The event is not valid JSON');
    }
    try {
      return jsonResponse(200, await invoke(key, event));
    } catch (error) {
      log(`${key} failed: ${describe(error)}`);
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      return jsonResponse(500, { errorType: name, errorMessage: message });
    }
  };
}
