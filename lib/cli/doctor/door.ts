import type { Config } from '../../config.ts';
import { type Finding, note, unseen, well, wrong } from './finding.ts';

/**
 * Whether the door is shut: what the service answers, through the address that callers use, to somebody who brings nothing, and to
 * somebody who says in headers to be a doctor.
 *
 * One route answers 401 to nobody in particular, and something else to any person: the list of background images. It changes
 * nothing. So a forged identity that came through shows in the answer, and no route is needed for this. What cannot be seen from
 * outside is a gateway that asks for a login first: there, whether it deletes the headers of those who are logged in.
 */

const PEOPLE_ONLY = '/settings/background-image';
const NOBODYS = `/teleconsultation/${'0'.repeat(24)}`;
const TIMEOUT_MS = 15_000;

interface Reply {
  status: number;
  /** Answered by a function of this service, which gives back the request id that was sent. */
  ours: boolean;
}

type Ask = (path: string, headers?: Readonly<Record<string, string>>) => Promise<Reply>;

const asking = (publicBaseUrl: string, marker: string): Ask => {
  return async (path, headers = {}) => {
    const response = await fetch(publicBaseUrl + path, {
      headers: { accept: 'application/json', 'x-request-id': marker, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, ours: response.headers.has('x-request-id') && isErrorOfOurs(text) };
  };
};

/** The three fields that every error of the service has; a success of this route has none of them. */
const isErrorOfOurs = (text: string): boolean => {
  try {
    const body = JSON.parse(text) as Record<string, unknown> | null;
    return typeof body?.statusCode === 'number' && typeof body.error === 'string' && typeof body.message === 'string';
  } catch {
    return false;
  }
};

const forgedHeaders = ({ identity, privileges }: Config, marker: string): Record<string, string> => {
  const group = privileges.plus.groups[0] ?? 'doctor';
  if (identity.mode === 'jwt') return { miauserid: marker, miausergroups: group };
  const { userIdHeader, groupsHeader } = identity;
  return { [userIdHeader]: marker, [groupsHeader]: group };
};

const WHAT = 'door';

const checkTokens = async (ask: Ask, forged: Record<string, string>): Promise<Finding[]> => {
  const nothing = await ask(NOBODYS);
  const headers = await ask(PEOPLE_ONLY, forged);
  const unsigned = `${base64('{"alg":"none","typ":"JWT"}')}.${base64(`{"sub":"${forged.miauserid}","exp":4102444800}`)}.`;
  const token = await ask(NOBODYS, { authorization: `Bearer ${unsigned}` });
  const open = [
    [nothing, 'without a token'],
    [headers, 'with forged identity headers and no token'],
    [token, 'with a token that nobody has signed'],
  ] as const;
  const through = open.filter(([{ status }]) => status !== 401 && status !== 403);
  if (through.length === 0) return [well(WHAT, 'nobody comes in without a token, and none that is not signed')];
  return through.map(([{ status }, how]) => wrong(WHAT, `a request ${how} is answered ${status} instead of 401`));
};

const base64 = (text: string): string => Buffer.from(text).toString('base64url');

/** Nobody knows the API’s own address by the gateway’s. */
const AROUND = unseen(
  WHAT,
  'whether the API can be reached past the gateway: --param defaultEndpoint=closed, and mutual TLS',
);

const checkGateway = async (ask: Ask, forged: Record<string, string>, embedded: boolean): Promise<Finding[]> => {
  const nobody = await ask(NOBODYS);
  if (nobody.status === 401 && nobody.ours) {
    return [wrong(WHAT, 'the gateway does not send its secret, or not one of GATEWAY_SECRETS: everybody gets 401')];
  }
  const reply = await ask(PEOPLE_ONLY, forged);
  if (reply.ours && reply.status === 401) {
    return [well(WHAT, 'the gateway deletes identity headers that clients send, where nobody is logged in'), AROUND];
  }
  const refused =
    !reply.ours && (reply.status === 401 || reply.status === 403 || (reply.status >= 300 && reply.status < 400));
  if (refused) {
    return [
      unseen(
        WHAT,
        `the gateway asks for a login first (${reply.status}): whether it deletes the headers of those who are logged in ` +
          'cannot be seen from outside; log in, send a made-up id, and look for whose userHash stands in the log',
      ),
    ];
  }
  if (embedded) {
    return [
      note(WHAT, 'the gateway of the embedded stack takes anybody’s word for who they are: for this machine alone'),
    ];
  }
  if (reply.status === 200 || reply.ours) {
    return [
      wrong(
        WHAT,
        `a client can say in headers who it is (answered ${reply.status}): the gateway has to delete ` +
          `${Object.keys(forged).join(', ')} from what clients send`,
      ),
    ];
  }
  return [
    unseen(WHAT, `${reply.status} from something in front of the service: nothing can be said of identity headers`),
  ];
};

/**
 * @param marker who the forged headers claim to be; nobody
 * @param embedded the address is the embedded stack's own
 */
export const checkDoor = async (
  config: Config,
  publicBaseUrl: string,
  marker: string,
  embedded: boolean,
): Promise<Finding[]> => {
  const ask = asking(publicBaseUrl, marker);
  const forged = forgedHeaders(config, marker);
  try {
    return config.identity.mode === 'jwt' ? await checkTokens(ask, forged) : await checkGateway(ask, forged, embedded);
  } catch {
    return [wrong(WHAT, `${publicBaseUrl} cannot be reached, or answers no longer than it may`)];
  }
};
