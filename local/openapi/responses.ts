import * as z from 'zod';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';
import type { ServiceError } from '../../lib/errors.ts';
import { answerTo } from '../../lib/http/failures.ts';
import { createLogger } from '../../lib/log.ts';
import { GatewayRefusal, Refusal } from '../../lib/schemas/responses.ts';
import { headerRefs } from './headers.ts';
import { OF_EVERY_ROUTE } from './refusals.ts';
import type { Example, HeaderName, Operation, Refused, Success } from './types.ts';

/** Every status that a route answers, with what comes with it. */

const silent = createLogger(
  'silent',
  () => undefined,
  () => 0,
);

/** In the words of the service itself. */
const exampleOf = (error: ServiceError): Example => ({
  summary: error.message,
  value: answerTo(error, silent, {}).body,
});

const schemasOf = ({ onlyOfGateway, alsoOfGateway }: Refused): z.core.$ZodType[] => {
  if (onlyOfGateway) return [GatewayRefusal];
  return alsoOfGateway ? [Refusal, GatewayRefusal] : [Refusal];
};

interface Part {
  description: string;
  schemas: readonly z.core.$ZodType[];
  contentType: string;
  examples: Readonly<Record<string, Example>>;
  headers: readonly HeaderName[];
}

const JSON_TYPE = 'application/json';

const ofSuccess = ({ description, schema, contentType, examples, headers }: Success): Part => ({
  description,
  schemas: schema === undefined ? [] : [schema],
  contentType: contentType ?? JSON_TYPE,
  examples: examples ?? {},
  headers: headers ?? [],
});

const ofRefusal = (refused: Refused): Part => ({
  description: refused.description,
  schemas: schemasOf(refused),
  contentType: JSON_TYPE,
  examples: Object.fromEntries(Object.entries(refused.examples ?? {}).map(([name, error]) => [name, exampleOf(error)])),
  headers: refused.headers ?? [],
});

/** Two things with one status, as 503 of the health routes. */
const both = (one: Part, other: Part): Part => ({
  ...one,
  schemas: [...one.schemas, ...other.schemas],
  headers: [...new Set([...one.headers, ...other.headers])],
});

const rendered = (
  { description, schemas, contentType, examples, headers: own }: Part,
  ofAll: readonly HeaderName[],
) => {
  const headers = [...ofAll, ...own];
  const [schema, ...others] = schemas;
  if (schema === undefined) return { description, headers: headerRefs(headers) };
  const either = others.length === 0 ? schema : z.union([schema, ...others]);
  return {
    description,
    headers: headerRefs(headers),
    content: {
      [contentType]: { schema: either, ...(Object.keys(examples).length > 0 && { examples: { ...examples } }) },
    },
  };
};

export const responsesOf = ({ success, refused, headersOfAll = [] }: Operation): ZodOpenApiResponsesObject => {
  const parts = new Map<string, Part>();
  for (const [status, answer] of Object.entries(success)) parts.set(status, ofSuccess(answer));
  for (const [status, answer] of Object.entries({ ...OF_EVERY_ROUTE, ...refused })) {
    const known = parts.get(status);
    parts.set(status, known === undefined ? ofRefusal(answer) : both(known, ofRefusal(answer)));
  }
  return Object.fromEntries(
    [...parts].map(([status, part]) => [status, rendered(part, headersOfAll)]),
  ) as ZodOpenApiResponsesObject;
};
