import * as z from 'zod';
import { type CreateDocumentOptions, createSchema } from 'zod-openapi';
import { BackgroundForm } from '../../lib/schemas/backgrounds.ts';
import { Instant, Language } from '../../lib/schemas/fields.ts';
import { KaleyraEvent, UserDetailsRequest } from '../../lib/schemas/kaleyra-events.ts';
import {
  CreateRequest,
  NumberedList,
  PlainIds,
  RequestedParticipant,
  RequestedParticipants,
  UpdateRequest,
} from '../../lib/schemas/requests.ts';
import * as responses from '../../lib/schemas/responses.ts';

/**
 * What cannot be read off a schema: some of them check by code what JSON Schema says by keywords. A text in the place of a number
 * or a boolean (`"3600"`, `"true"`) is taken as well, as the retired service did; the document shows the proper form alone.
 */

type Fragment = Readonly<Record<string, unknown>>;

const inputOf = (schema: z.core.$ZodType): Fragment =>
  createSchema(schema, { io: 'input', opts: options }).schema as Fragment;

const userIds: Fragment = { type: 'array', maxItems: 100, items: { type: 'string' } };

const needs = (...names: string[]): Fragment[] => names.map(name => ({ required: [name] }));

/** By schema, so that it goes wherever the schema goes. */
const FRAGMENTS = new Map<z.core.$ZodType, () => Fragment>([
  [Instant, () => ({ format: 'date-time' })],
  [Language, () => ({ type: 'string', description: '`it` or `en`; anything else means the company’s own.' })],
  [RequestedParticipants, () => ({ oneOf: [inputOf(NumberedList), inputOf(PlainIds)] })],
  [PlainIds, () => ({ minItems: 2, description: 'Ids alone: everybody is known to the user directory.' })],
  [NumberedList, () => ({ description: 'How many are expected, and those of them who are known.' })],
  [RequestedParticipant, () => ({ anyOf: needs('userId', 'userExternalId') })],
  [CreateRequest, () => ({ oneOf: needs('end_date', 'duration_in_seconds') })],
  [
    BackgroundForm,
    () => ({
      properties: { virtual_background: { type: 'string', contentMediaType: 'image/jpeg', format: 'binary' } },
    }),
  ],
  [
    KaleyraEvent,
    () => ({
      properties: {
        event: { type: 'string' },
        data: { type: 'object', properties: { room_id: { type: 'string' } }, additionalProperties: true },
      },
    }),
  ],
  [
    UserDetailsRequest,
    () => ({ properties: { data: { type: 'object', properties: { user_ids: userIds } }, user_ids: userIds } }),
  ],
]);

/** What generated clients call them. */
const NAMES: Readonly<Record<string, z.core.$ZodType>> = {
  Booking: CreateRequest,
  Change: UpdateRequest,
  Participant: RequestedParticipant,
  Booked: responses.Booked,
  Teleconsultation: responses.Opened,
  ParticipantStatus: responses.ParticipantStatus,
  DeletedUploads: responses.DeletedUploads,
  Credentials: responses.Credentials,
  UploadedBackground: responses.UploadedBackground,
  Backgrounds: responses.Backgrounds,
  UploadForm: responses.UploadForm,
  Company: responses.Company,
  Names: responses.Names,
  ServiceStatus: responses.ServiceStatus,
  Refusal: responses.Refusal,
  GatewayRefusal: responses.GatewayRefusal,
};
for (const [id, schema] of Object.entries(NAMES)) z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id });

export const options: CreateDocumentOptions = {
  allowEmptySchema: { custom: true },
  override: ({ jsonSchema, zodSchema, io }) => {
    const fragment = FRAGMENTS.get(zodSchema as unknown as z.core.$ZodType);
    if (fragment !== undefined) Object.assign(jsonSchema, fragment());
    // Answers may get more keys one day: nobody is to refuse them for that.
    if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    delete jsonSchema.propertyNames;
  },
};
