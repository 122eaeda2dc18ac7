// The vendor as a function: a request in, an answer out. Whatever goes wrong inside becomes the vendor's error envelope.
import { callAnswer, isCallPage } from './call/desk.ts';
import { errorBody, missing, VendorError } from './errors.ts';
import { type Answer, header, type Incoming } from './exchange.ts';
import { isImage, openImage } from './images.ts';
import { backgroundRoutes } from './resources/backgrounds.ts';
import { companyRoutes } from './resources/company.ts';
import { credentialRoutes } from './resources/credentials.ts';
import { participantRoutes } from './resources/participants.ts';
import { roomRoutes } from './resources/rooms.ts';
import { sessionRoutes } from './resources/sessions.ts';
import { uploadRoutes } from './resources/uploads.ts';
import { userRoutes } from './resources/users.ts';
import { webhookRoutes } from './resources/webhooks.ts';
import { dispatch, type Route } from './route.ts';
import type { World } from './world.ts';

const ROUTES: readonly Route[] = [
  ...companyRoutes,
  ...backgroundRoutes,
  ...userRoutes,
  ...roomRoutes,
  ...participantRoutes,
  ...sessionRoutes,
  ...uploadRoutes,
  ...credentialRoutes,
  ...webhookRoutes,
];

export const isApi = (path: string) => path.startsWith('/v2/');

export async function vendorAnswer(world: World, incoming: Incoming): Promise<Answer> {
  try {
    if (isApi(incoming.path)) {
      if (header(incoming, 'apikey') !== world.apiKey) {
        throw new VendorError(401, 'invalid_api_key', 'invalid_api_key', 'the header apikey is missing or wrong');
      }
      return await dispatch(ROUTES, world, incoming);
    }
    if (isCallPage(incoming.path)) return await callAnswer(world, incoming);
    if (incoming.method === 'GET') {
      if (isImage(incoming.path)) return openImage(world, incoming.path);
      const token = /^\/files\/([^/]+)\//.exec(incoming.path)?.[1];
      if (token !== undefined) return openFile(world, token);
    }
    throw missing('route_not_found', `no such route: ${incoming.method} ${incoming.path}`);
  } catch (error) {
    const known = asVendorError(error);
    return { status: known.status, json: errorBody(known, world.dialect.errorEnvelope) };
  }
}

function openFile(world: World, token: string): Answer {
  const content = world.files.open(token);
  if (content === 'refused') return { status: 403, json: { message: 'the address is unknown or has expired' } };
  if (content === undefined) return { status: 404, json: { message: 'the file has been deleted' } };
  return { status: 200, content };
}

/** A mistake of the simulator itself must be seen, not pass for a rule of the vendor. */
export function asVendorError(error: unknown): VendorError {
  if (error instanceof VendorError) return error;
  console.error('kaleyra simulator:', error);
  return new VendorError(500, 'General error', 'internal_server_error', 'the simulator failed; see its output');
}
