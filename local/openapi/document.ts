import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { about } from '../../lib/about.ts';
import { EXAMPLE_ID } from './examples.ts';
import { ALWAYS, SOMETIMES } from './headers.ts';
import { FILES } from './operations/files.ts';
import { SERVICE } from './operations/service.ts';
import { SETTINGS_OPERATIONS } from './operations/settings.ts';
import { TELECONSULTATIONS } from './operations/teleconsultations.ts';
import { options } from './rendering.ts';
import { responsesOf } from './responses.ts';
import { withSharedResponses } from './shared.ts';
import type { Operation, Proof } from './types.ts';

/** The description of the service, made of the schemas that validate and of what is said of each route. */

const OPERATIONS: readonly Operation[] = [...TELECONSULTATIONS, ...FILES, ...SETTINGS_OPERATIONS, ...SERVICE];

const SECURITY: Readonly<Record<Proof, Record<string, string[]>[]>> = {
  people: [{ token: [] }, { trustedGateway: [] }],
  kaleyra: [{ signature: [] }],
  nobody: [],
};

const PARAMETERS: Readonly<Record<string, { description: string; example?: unknown }>> = {
  id: { description: 'The teleconsultation’s, as the booking answered it.', example: EXAMPLE_ID },
  roomId: { description: 'The teleconsultation’s id; Kaleyra’s room id is taken as well.', example: EXAMPLE_ID },
  sessionId: { description: 'The call’s, as `GET /teleconsultation/{id}` lists it.' },
  useBackground: { description: 'A link that shows the company’s default background.', example: true },
  language: {
    description: 'The language of what comes: `it` or `en`; anything else means the usual one.',
    example: 'it',
  },
};

const described = (parameters: z.core.$ZodObject): z.core.$ZodObject =>
  z.object(
    Object.fromEntries(
      Object.entries(parameters._zod.def.shape).map(([name, schema]) => {
        const { description, ...param } = PARAMETERS[name] ?? { description: undefined };
        if (description === undefined) return [name, schema];
        const copy = z.core.clone(schema);
        z.globalRegistry.add(copy, { description, param });
        return [name, copy];
      }),
    ),
  );

const RequestId = z.object({
  'X-Request-Id': z
    .string()
    .optional()
    .meta({ description: 'Kept where it is `[A-Za-z0-9._-]{1,64}`, and told again with the answer.' }),
});

const operationOf = (operation: Operation): ZodOpenApiOperationObject => {
  const { path, query, headers, body } = operation;
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description,
    security: SECURITY[operation.proof],
    ...(operation.deprecated && { deprecated: true }),
    requestParams: {
      ...(path && { path: described(path) }),
      ...(query && { query: described(query) }),
      header: z.object({ ...headers?._zod.def.shape, ...RequestId.shape }),
    },
    ...(body && {
      requestBody: {
        description: body.description,
        required: !body.optional,
        content: {
          [body.contentType ?? 'application/json']: {
            schema: body.schema,
            ...(Object.keys(body.examples).length > 0 && { examples: { ...body.examples } }),
          },
        },
      },
    }),
    responses: responsesOf(operation),
  };
};

const paths = (): ZodOpenApiPathsObject => {
  const all: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of OPERATIONS) {
    const [method = '', path = ''] = operation.route.split(' ');
    all[path] = { ...all[path], [method.toLowerCase()]: operationOf(operation) };
  }
  return all;
};

const complete = (): ReturnType<typeof createDocument> =>
  createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Teleconsultation backend',
        version: about.version,
        description:
          'Video consultations on Kaleyra Video: booked, changed, opened, cancelled. A drop-in replacement for the Teleconsultation ' +
          'Service Backend; what it did not have is marked as an addition. Unknown keys of a body are ignored.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [
        { url: '/', description: 'At the root' },
        { url: '/api/v1/telecons-be', description: 'Under the prefix of the retired service' },
      ],
      security: SECURITY.people,
      tags: [
        { name: 'Teleconsultations', description: 'Booking, opening, changing and cancelling.' },
        { name: 'Files', description: 'What calls leave behind.' },
        { name: 'Devices', description: 'For apps that join calls by themselves.' },
        { name: 'Settings', description: 'Of the whole company.' },
        { name: 'Kaleyra', description: 'What Kaleyra calls.' },
        { name: 'Service', description: 'The service itself.' },
      ],
      paths: paths(),
      components: {
        headers: { ...ALWAYS, ...SOMETIMES } as never,
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'Identity mode `jwt`: a token of the configured issuer, which API Gateway verifies.',
          },
          trustedGateway: {
            type: 'apiKey',
            in: 'header',
            name: 'x-gateway-secret',
            description:
              'Identity mode `gateway`: the secret of the trusted gateway in front, which says who calls in the headers ' +
              '`miauserid`, `miausergroups` and `miauserproperties`.',
          },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'Bandyer-Signature',
            description: 'Kaleyra’s signature over the time and the body.',
          },
        },
      },
    },
    options,
  );

/** As it lies in docs/openapi.json: what JSON does not write is not in it. */
export const openApiDocument = (): unknown => JSON.parse(JSON.stringify(withSharedResponses(complete())));
