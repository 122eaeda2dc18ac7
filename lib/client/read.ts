import { TeleconsultationError } from './error.ts';
import { refusalOf } from './refusal.ts';
import type { ServiceStatus } from './types.ts';

/** What an answer holds. A successful one that cannot be read is an error of its own: the request may well have had its effect. */

const unreadable = (route: string, response: Response, message: string): TeleconsultationError =>
  new TeleconsultationError({
    kind: 'unreadable',
    route,
    status: response.status,
    message,
    requestId: response.headers.get('x-request-id') ?? undefined,
  });

/** As the service's schemas say; it is not validated once more. */
export const json =
  <Body>(route: string) =>
  async (response: Response): Promise<Body> => {
    const text = await response.text();
    try {
      return JSON.parse(text) as Body;
    } catch {
      // What the parser says quotes the body.
      throw unreadable(route, response, 'the answer is not JSON');
    }
  };

export const text = (response: Response): Promise<string> => response.text();

export const nothing = async (response: Response): Promise<void> => {
  await response.body?.cancel();
};

/** Where a redirect leads. @throws where nobody is told: a page in a browser never is */
export const address =
  (route: string) =>
  async (response: Response): Promise<string> => {
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (location !== null) return location;
    const hidden = response.type === 'opaqueredirect';
    throw unreadable(route, response, hidden ? 'a page is not told where the file is' : 'the answer leads nowhere');
  };

/** Also of a 503, if it is the service that says so and not the gateway in front of it. */
export const serviceStatus =
  (route: string) =>
  async (response: Response): Promise<ServiceStatus> => {
    const copy = response.clone();
    const body = await json<Partial<ServiceStatus>>(route)(response);
    if (body.status === undefined) throw await refusalOf(route, copy);
    return body as ServiceStatus;
  };
