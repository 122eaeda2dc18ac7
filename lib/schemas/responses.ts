import * as z from 'zod';

/**
 * What callers are answered, as http/bodies.ts writes it. Nothing is validated by these while the service runs: its types hold
 * the mapping, the tests hold every answer against them, and the published description is made of them.
 */

const KaleyraId = z.string().meta({ description: 'A user’s id at Kaleyra: random, and nothing of who it is.' });
const InstantText = z.iso.datetime();

export const Booked = z.object({
  roomId: z.string().meta({ description: 'The teleconsultation’s id on every other route; not Kaleyra’s room.' }),
});

const Details = z
  .object({
    recording: z.string(),
    recordingStatus: z.string(),
    callType: z.string(),
    description: z.string().nullable(),
    status: z.string(),
    disabled: z.boolean(),
    creationDate: z.string().nullable(),
    durationInSeconds: z.number(),
    durationUsedInSeconds: z.number(),
    live: z.boolean(),
  })
  .meta({ description: 'What Kaleyra says of the room, in its own words; absent while there is none.' });

const Session = z.object({
  sessionId: z.string(),
  startedAt: InstantText.nullable(),
  durationInSeconds: z.number().nullable().meta({ description: 'null until Kaleyra has added it up.' }),
});

export const Opened = z.object({
  bandyerUserId: KaleyraId,
  accessLinkURL: z.string().nullable().meta({
    description: 'The caller’s personal link; null while it may not be known. Whoever holds it is that person.',
  }),
  participantsBandyerCall: z.array(z.object({ bandyerUserId: KaleyraId, fullName: z.string().nullable() })),
  details: Details.optional(),
  teleconsultationState: z.enum(['scheduled', 'live', 'ended', 'cancelled']),
  sessions: z.array(Session).meta({ description: 'Calls that were seen in the room, oldest first.' }),
});
export type Opened = z.input<typeof Opened>;

export const ParticipantStatus = z.discriminatedUnion('status', [
  z.object({ status: z.literal('open') }),
  z.object({
    status: z.literal('not_open_yet'),
    opensAt: InstantText.meta({
      description: 'In the past while a change that began before it is still being finished.',
    }),
    secondsLeft: z.int().min(1),
  }),
  z.object({ status: z.literal('waiting_for_participants'), known: z.int().min(0), expected: z.int().min(0) }),
  z.object({ status: z.literal('ended') }),
  z.object({ status: z.literal('cancelled') }),
]);
export type ParticipantStatus = z.input<typeof ParticipantStatus>;

export const DeletedUploads = z.object({
  total: z.int().min(0),
  deleted: z.int().min(0).meta({ description: 'Fewer than `total`: repeat the request.' }),
});
export type DeletedUploads = z.input<typeof DeletedUploads>;

export const Credentials = z.object({
  accessToken: z.string().meta({ description: 'For Kaleyra’s SDK. Whoever holds it is that user until it expires.' }),
  expiresAt: InstantText,
  bandyerUserId: KaleyraId,
});
export type Credentials = z.input<typeof Credentials>;

const UploadedBackgroundFields = z.object({
  background_alias: z.string(),
  url: z.string().nullable(),
  creation_date: z.string().nullable(),
});

export const UploadedBackground = z.object({ virtual_background: UploadedBackgroundFields });
export type UploadedBackground = z.input<typeof UploadedBackground>;

export const Backgrounds = z.object({ virtual_backgrounds: z.array(UploadedBackgroundFields) });
export type Backgrounds = z.input<typeof Backgrounds>;

export const UploadForm = z.object({
  url: z.string(),
  fields: z
    .record(z.string(), z.string())
    .meta({ description: 'Send them all, in any order, and the file last as `file`.' }),
  expiresAt: InstantText,
});
export type UploadForm = z.input<typeof UploadForm>;

export const Company = z.object({
  company: z.object({
    name: z.string(),
    default_language: z.string(),
    default_background: z
      .object({ alias: z.string(), url: z.string().nullable(), creation_date: z.string().nullable() })
      .nullable(),
    end_call_redirect_url: z.string(),
    user_details_provider_url: z.string(),
    end_call_redirect_timeout_ms: z.number(),
  }),
});
export type Company = z.input<typeof Company>;

export const Names = z.object({
  user_ids: z.array(z.object({ user_id: KaleyraId, display_name: z.string() })),
});
export type Names = z.input<typeof Names>;

/** Kaleyra looks at the status alone. */
export const Heard = z.object({});

export const ServiceStatus = z.object({
  status: z.enum(['OK', 'KO']),
  name: z.string(),
  version: z.string(),
  message: z.string().optional(),
});
export type ServiceStatus = z.input<typeof ServiceStatus>;

export const Refusal = z.object({
  statusCode: z.int(),
  error: z.string().meta({ description: 'The literal sentence of the retired service where it had one.' }),
  message: z.string(),
  details: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'Every field that is wrong, such as `body.participants.data.0.userId`.' }),
});

/** What API Gateway answers itself, before or instead of the service. */
export const GatewayRefusal = z
  .object({ message: z.string() })
  .meta({ description: 'Of API Gateway: without the headers of the service.' });
