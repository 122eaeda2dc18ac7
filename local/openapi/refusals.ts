import {
  conflict,
  deadlinePassed,
  forbidden,
  invalidInput,
  KaleyraError,
  keyUsedBefore,
  noBucket,
  notThere,
  recordNotFound,
  refusedByRule,
  roomNotFound,
  ServiceError,
  storeUnavailable,
  tooLarge,
  unauthorizedUser,
} from '../../lib/errors.ts';
import { EXAMPLE_ID } from './examples.ts';
import type { Refused } from './types.ts';

/** Refusals that many routes share, in the words of the service itself. */

type Refusals = Readonly<Record<number, Refused>>;

/** Whatever is asked, of whom. */
export const OF_EVERY_ROUTE: Refusals = {
  414: {
    description: 'The path or the query is too long.',
    examples: { path: new ServiceError('too_large', 414, 'the path is longer than 2048 characters') },
  },
  429: { description: 'More requests than the route takes at once.', onlyOfGateway: true },
  431: {
    description: 'Too many headers, or one that is too long.',
    examples: { header: new ServiceError('too_large', 431, 'a header is longer than 8192 characters') },
    alsoOfGateway: true,
  },
  500: { description: 'A defect of the service, or of its deployment.', alsoOfGateway: true },
  503: {
    description: 'DynamoDB, Kaleyra or the user directory cannot be reached, or asks to slow down.',
    examples: { store: storeUnavailable(undefined) },
    alsoOfGateway: true,
    headers: ['Retry-After'],
  },
  504: {
    description: 'Not finished in time.',
    examples: { deadline: deadlinePassed() },
    headers: ['Retry-After'],
  },
};

export const UNIDENTIFIED: Refusals = {
  401: {
    description: 'No token or a bad one; not through the trusted gateway; nobody where somebody is needed.',
    examples: { nobody: unauthorizedUser() },
    alsoOfGateway: true,
    headers: ['WWW-Authenticate'],
  },
};

export const NOT_SIGNED: Refusals = {
  401: {
    description: 'Not signed by Kaleyra, or not of this moment.',
    examples: {
      unsigned: new ServiceError('unauthorized', 401, 'the signature is missing, wrong, or not of this moment'),
    },
  },
};

export const notAllowed = (message: string): Refusals => ({
  403: { description: 'The caller may not do this.', examples: { rights: forbidden(message) } },
});

/** Of the routes that read. */
export const UNKNOWN: Refusals = {
  404: {
    description: 'Unknown, cancelled, malformed; where the rules decide, also somebody else’s.',
    examples: { unknown: roomNotFound(EXAMPLE_ID) },
  },
};

/** Of the routes that change. */
export const UNKNOWN_RECORD: Refusals = {
  404: {
    description: 'Unknown, cancelled, malformed; where the rules decide, also somebody else’s.',
    examples: { unknown: recordNotFound(EXAMPLE_ID) },
  },
};

export const UNKNOWN_SESSION: Refusals = {
  404: {
    description: 'No such teleconsultation, session or file (yet).',
    examples: {
      unknown: roomNotFound(EXAMPLE_ID),
      session: notThere('there is no such session in this teleconsultation'),
    },
  },
};

export const badInput = (path: string, problem: string): Refusals => ({
  400: { description: 'Input that is not valid.', examples: { invalid: invalidInput([{ path, message: problem }]) } },
});

/** @param operation as the retired service wrote it */
export const badBooking = (operation: string, ...rules: readonly [string, string][]): Refusals => ({
  400: {
    description: 'Input that is not valid, or that a rule refuses.',
    examples: {
      invalid: invalidInput([{ path: 'body.participants.data.0.userId', message: 'is required' }]),
      ...Object.fromEntries(rules.map(([name, rule]) => [name, refusedByRule(operation, rule)])),
    },
  },
});

export const NOT_RECORDED = (operation: string): Refusals => ({
  400: {
    description: 'Calls are not recorded here.',
    examples: { off: refusedByRule(operation, 'calls are not recorded (DEFAULT_RECORDING_TYPE is none)') },
  },
});

export const NOT_JSON: Refusals = {
  413: {
    description: 'The body is too large.',
    examples: { body: tooLarge('a JSON body may have at most 262144 bytes') },
    alsoOfGateway: true,
  },
  415: {
    description: 'Not `application/json`.',
    examples: { type: new ServiceError('unsupported_media_type', 415, 'the body must be sent as application/json') },
  },
};

export const busy = (message: string, seconds: number): Refusals => ({
  409: {
    description: 'Somebody else’s change is under way: repeat after `Retry-After` seconds.',
    examples: { busy: conflict(message, seconds) },
    headers: ['Retry-After'],
  },
});

export const KEY_USED: Refusals = {
  422: { description: 'The `Idempotency-Key` was used for another request.', examples: { used: keyUsedBefore() } },
};

export const NO_BUCKET: Refusals = {
  501: { description: 'This deployment has no bucket for large images.', examples: { none: noBucket() } },
};

export const NO_DOCUMENTATION: Refusals = {
  404: {
    description: 'This deployment shows none (`DOCUMENTATION=false`).',
    examples: { none: notThere('this deployment shows no documentation') },
  },
};

/** Of routes that need Kaleyra, or a user directory. */
export const OTHERS_FAILED: Refusals = {
  502: {
    description: 'Kaleyra or the user directory failed, or answered what cannot be read.',
    examples: { failed: new KaleyraError('kaleyra_unavailable', 502, 'the video service failed') },
  },
};
