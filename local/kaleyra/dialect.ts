// Where the vendor's documentation leaves a spelling open, a switch chooses one, so that a client can be tried against each.
import * as z from 'zod';

export const DialectSchema = z.strictObject({
  /** Name of the personal link in a participant. */
  linkField: z.enum(['access_link', 'url', 'link']),
  /** Name of the room's id in room answers. */
  roomIdKey: z.enum(['id', 'room_id']),
  /** v1 style `{ room: { ... } }`; credentials and page envelopes are never wrapped. */
  wrapped: z.boolean(),
  /** 204 comes without a body. */
  deleteStatus: z.union([z.literal(200), z.literal(204)]),
  errorEnvelope: z.enum(['flat', 'nested']),
  /** Format of every delivery; null leaves each webhook the version that it was registered with. */
  webhookVersion: z.enum(['0.1', '1']).nullable(),
  /** Whether the files of a deleted room are still there. */
  deletedRoomUploads: z.enum(['listed', 'gone']),
  /** Whether the company may have calls transcribed; one that may not gets no room that asks for it. */
  transcription: z.enum(['offered', 'refused']),
});

export type Dialect = z.output<typeof DialectSchema>;

export const defaultDialect = (): Dialect => ({
  linkField: 'access_link',
  roomIdKey: 'id',
  wrapped: false,
  deleteStatus: 200,
  errorEnvelope: 'flat',
  webhookVersion: null,
  deletedRoomUploads: 'listed',
  transcription: 'offered',
});
