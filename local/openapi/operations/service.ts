import * as z from 'zod';
import { KaleyraEvent, UserDetailsRequest } from '../../../lib/schemas/kaleyra-events.ts';
import { Heard, Names, ServiceStatus } from '../../../lib/schemas/responses.ts';
import { EVENTS, NAMES, NAMES_ASKED } from '../examples.ts';
import * as refused from '../refusals.ts';
import type { Operation, Success } from '../types.ts';

const TOO_LARGE = {
  413: { description: 'The body is larger than 262144 bytes.', alsoOfGateway: true },
} as const;

const ok = (description: string): Success => ({
  description,
  schema: ServiceStatus,
  examples: { ok: { summary: 'Yes', value: { status: 'OK', name: 'teleconsultation-backend', version: '0.1.0' } } },
});

const ko = (what: string): Success => ({
  description: 'Something is not available, or does not answer.',
  schema: ServiceStatus,
  examples: {
    ko: {
      summary: 'No',
      value: {
        status: 'KO',
        name: 'teleconsultation-backend',
        version: '0.1.0',
        message: `not available: ${what}`,
      },
    },
  },
  headers: ['Retry-After'],
});

const HEALTH = { tag: 'Service', proof: 'nobody', refused: {} } as const;

export const SERVICE: readonly Operation[] = [
  {
    route: 'POST /webhooks/kaleyra',
    id: 'receiveWebhook',
    tag: 'Kaleyra',
    summary: 'Hear an event of Kaleyra',
    description: 'Only that something happened in a room is taken from it; what happened, the service asks itself.',
    proof: 'kaleyra',
    body: { schema: KaleyraEvent, description: 'An event in format 1 (or 0.1, where allowed).', examples: EVENTS },
    success: {
      200: { description: 'Heard.', schema: Heard, examples: { heard: { summary: 'Heard', value: {} } } },
    },
    refused: {
      ...refused.NOT_SIGNED,
      ...refused.badInput('body', 'must be an object'),
      ...TOO_LARGE,
      ...refused.OTHERS_FAILED,
    },
  },
  {
    route: 'POST /user-details',
    id: 'getUserDetails',
    tag: 'Kaleyra',
    summary: 'Names for Kaleyra’s screens',
    description: 'Kaleyra knows nobody’s name: it asks when it shows one. Who is not known is left out.',
    proof: 'kaleyra',
    body: { schema: UserDetailsRequest, description: 'Up to 100 users.', examples: NAMES_ASKED },
    success: { 200: { description: 'Their names.', schema: Names, examples: NAMES } },
    refused: {
      ...refused.NOT_SIGNED,
      ...refused.badInput('body.data.user_ids', 'must be an array of ids'),
      ...TOO_LARGE,
    },
  },
  {
    ...HEALTH,
    route: 'GET /-/healthz',
    id: 'getHealth',
    summary: 'Does it run?',
    description: 'Asks nobody.',
    success: { 200: ok('It runs.') },
  },
  {
    ...HEALTH,
    route: 'GET /-/ready',
    id: 'getReadiness',
    summary: 'Can it work?',
    description: 'DynamoDB answers.',
    success: { 200: ok('It can.'), 503: ko('store') },
  },
  {
    ...HEALTH,
    route: 'GET /-/check-up',
    id: 'getCheckUp',
    summary: 'Can it do everything?',
    description: 'DynamoDB answers, and Kaleyra as well; what was found is kept for some seconds.',
    success: { 200: ok('It can.'), 503: ko('kaleyra') },
  },
  {
    route: 'GET /documentation',
    id: 'getDocumentation',
    tag: 'Service',
    proof: 'nobody',
    summary: 'This description, to read and to try',
    description: 'A page that needs nothing from anywhere else. `DOCUMENTATION=false` takes it away.',
    success: { 200: { description: 'The page.', schema: z.string(), contentType: 'text/html' } },
    refused: refused.NO_DOCUMENTATION,
  },
  {
    route: 'GET /documentation/json',
    id: 'getOpenApi',
    tag: 'Service',
    proof: 'nobody',
    summary: 'This description, for machines',
    description: 'OpenAPI 3.1.',
    success: { 200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) } },
    refused: refused.NO_DOCUMENTATION,
  },
];
