/**
 * The page to see it work: `GET /` of the embedded stack, what it loads, and what only the stack can tell it, below
 * `/_local/page/`. No HTTP API has these, and no function does.
 */
import { readFile } from 'node:fs/promises';
import { bundled } from '../browser-bundle.ts';
import type { Dispatcher } from '../gateway/dispatch.ts';
import { jsonResponse, messageResponse } from '../gateway/response.ts';
import type { GatewayResponse } from '../gateway/types.ts';
import { PAGE_PREFIX } from './prefix.ts';
import { type PageSettings, policyOf } from './settings.ts';

export interface PageDesk {
  /** Of the running stack. */
  settings(): Promise<PageSettings>;
}

const FILES: Readonly<Record<string, string>> = {
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

const OUR_ID = /^[0-9a-f]{24}$/;

/** Passes on to `next` whatever is not for it. */
export function withPage(desk: PageDesk, next: Dispatcher): Dispatcher {
  return async request => {
    const { method, rawPath } = request;
    if (method !== 'GET') return next(request);
    if (rawPath === '/') return page(await desk.settings());
    if (!rawPath.startsWith(PAGE_PREFIX)) return next(request);
    const [what = '', id = ''] = rawPath.slice(PAGE_PREFIX.length).split('/');
    const type = FILES[what];
    if (type !== undefined) return file(await read(what), type);
    if (what === 'page.js') return file(await bundled(new URL('browser/page.ts', import.meta.url)), 'text/javascript');
    if (what === 'settings') return jsonResponse(200, await desk.settings());
    if (what === 'story' && OUR_ID.test(id)) return story(await desk.settings(), id);
    return messageResponse(404, 'Not Found');
  };
}

const read = (name: string): Promise<Buffer> => readFile(new URL(name, import.meta.url));

async function page(settings: PageSettings): Promise<GatewayResponse> {
  const { headers, ...answer } = file(await read('index.html'), 'text/html; charset=utf-8');
  const own = [
    ['content-security-policy', policyOf(settings)],
    ['referrer-policy', 'no-referrer'],
    ['x-frame-options', 'DENY'],
  ] as const;
  return { ...answer, headers: [...headers, ...own] };
}

function file(body: Buffer, type: string): GatewayResponse {
  const headers = [
    ['content-type', type],
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
  ] as const;
  return { statusCode: 200, headers, body };
}

/** What happened to a consultation at the simulator, which knows its rooms by the id in their description. */
async function story({ simulator }: PageSettings, id: string): Promise<GatewayResponse> {
  const answer = await fetch(`${simulator}/_simulator/story`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ description: id }),
  }).catch(() => undefined);
  if (answer === undefined) return messageResponse(502, 'The simulator does not answer');
  return jsonResponse(answer.status, await answer.json());
}
