import { notThere } from '../errors.ts';
import type { Personal } from '../personal.ts';
import type { SessionPath } from '../schemas/requests.ts';
import type { Scope } from './ports.ts';
import { checkSession } from './sessions.ts';

/**
 * Where the recording of a session can be had for the next moments. It is never passed through: a recording is larger than what
 * a function can return.
 *
 * @throws ServiceError as checkSession does, and 404 while there is no recording
 */
export const getRecording = async (
  scope: Scope,
  path: SessionPath,
  callerId: Personal | undefined,
): Promise<Personal> => {
  await checkSession(scope, path, callerId, 'GET /recording', 'read a recording');
  const address = await scope.kaleyra.locateRecording(path.sessionId);
  if (address === undefined) throw notThere('there is no recording of this session (yet)');
  return address;
};
