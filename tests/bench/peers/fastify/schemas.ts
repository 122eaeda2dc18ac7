/** In Fastify's habit: JSON schemas for what comes in and for what goes out. */
const text = { type: 'string', minLength: 1, maxLength: 256, pattern: '\\S' } as const;

export const bookingSchema = {
  body: {
    type: 'object',
    required: ['start_date', 'participants'],
    properties: {
      start_date: { type: 'string', format: 'date-time' },
      end_date: { type: 'string', format: 'date-time' },
      duration_in_seconds: { type: 'integer', minimum: 1, maximum: 3_162_240_000 },
      participants: {
        type: 'object',
        required: ['number', 'data'],
        properties: {
          number: { type: 'integer', minimum: 2, maximum: 25 },
          data: {
            type: 'array',
            maxItems: 25,
            items: {
              type: 'object',
              required: ['userId', 'groups', 'fullName'],
              properties: {
                userId: text,
                groups: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 128 } },
                fullName: text,
                language: { enum: ['it', 'en'] },
              },
            },
          },
        },
      },
    },
    oneOf: [{ required: ['end_date'] }, { required: ['duration_in_seconds'] }],
  },
  response: { 201: { type: 'object', properties: { roomId: { type: 'string' } } } },
} as const;

const nullableText = { type: ['string', 'null'] } as const;

const details = {
  type: 'object',
  properties: {
    recording: { type: 'string' },
    recordingStatus: { type: 'string' },
    callType: { type: 'string' },
    description: nullableText,
    status: { type: 'string' },
    disabled: { type: 'boolean' },
    creationDate: nullableText,
    durationInSeconds: { type: 'number' },
    durationUsedInSeconds: { type: 'number' },
    live: { type: 'boolean' },
  },
} as const;

const listOf = (properties: Record<string, unknown>) =>
  ({ type: 'array', items: { type: 'object', properties } }) as const;

export const openedSchema = {
  params: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
  querystring: {
    type: 'object',
    properties: { useBackground: { type: 'boolean' }, language: { type: 'string' } },
  },
  response: {
    200: {
      type: 'object',
      properties: {
        bandyerUserId: { type: 'string' },
        accessLinkURL: nullableText,
        participantsBandyerCall: listOf({ bandyerUserId: { type: 'string' }, fullName: nullableText }),
        details,
        teleconsultationState: { type: 'string' },
        sessions: listOf({
          sessionId: { type: 'string' },
          startedAt: nullableText,
          durationInSeconds: { type: ['number', 'null'] },
        }),
      },
    },
  },
} as const;
