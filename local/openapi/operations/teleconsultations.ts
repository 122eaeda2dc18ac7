import * as z from 'zod';
import {
  CalendarOptions,
  CreateRequest,
  LinkOptions,
  RequestedParticipant,
  TeleconsultationPath,
  UpdateRequest,
} from '../../../lib/schemas/requests.ts';
import { Booked, Opened, ParticipantStatus } from '../../../lib/schemas/responses.ts';
import { BOOKINGS, CALENDAR, CHANGES, EXAMPLE_ID, OPENED, RELATIVE, STATUSES } from '../examples.ts';
import * as refused from '../refusals.ts';
import type { Operation } from '../types.ts';

const LOCKED = 'the teleconsultation is open and can no longer be changed';
const NO_PLUS_USER = 'no plus user in room';
const LEADERS = 'only a plus participant, the creator or a manager may';
const PARTICIPANTS = 'a teleconsultation opens only for those who take part in it';
const BUSY = refused.busy('somebody else is changing this teleconsultation, please repeat', 1);

const READING = {
  ...refused.UNIDENTIFIED,
  ...refused.notAllowed(PARTICIPANTS),
  ...refused.UNKNOWN,
  ...refused.OTHERS_FAILED,
};
const changing = (what: string) => ({
  ...refused.UNIDENTIFIED,
  ...refused.notAllowed(`${LEADERS} ${what}`),
  ...refused.UNKNOWN_RECORD,
  ...BUSY,
  ...refused.OTHERS_FAILED,
});

export const TELECONSULTATIONS: readonly Operation[] = [
  {
    route: 'POST /teleconsultation',
    id: 'createTeleconsultation',
    tag: 'Teleconsultations',
    summary: 'Book a teleconsultation',
    description:
      'Everybody who is expected has to be known before it can open; who is not known yet can be added later. With an ' +
      '`Idempotency-Key` the same request of the same caller is booked once, however often it is sent.',
    proof: 'people',
    headers: z.object({
      'Idempotency-Key': z
        .string()
        .regex(/^[\x21\x23-\x7e]{1,255}$/)
        .optional()
        .meta({ description: 'The client’s name for this attempt to book.', example: 'booking-2027-03-01-0001' }),
    }),
    body: {
      schema: CreateRequest,
      description: 'Exactly one of `end_date` and `duration_in_seconds`.',
      examples: BOOKINGS,
    },
    success: {
      201: {
        description: 'Booked.',
        schema: Booked,
        examples: { booked: { summary: 'Its id', value: { roomId: EXAMPLE_ID } } },
      },
    },
    refused: {
      ...refused.UNIDENTIFIED,
      ...refused.badBooking('POST /teleconsultation', ['noPlusUser', NO_PLUS_USER]),
      ...refused.notAllowed('only somebody in a plus group or a manager may book a teleconsultation'),
      ...refused.NOT_JSON,
      ...refused.busy('the same booking is being carried out right now', 2),
      ...refused.KEY_USED,
      ...refused.OTHERS_FAILED,
    },
  },
  {
    route: 'GET /teleconsultation/{id}',
    id: 'getTeleconsultation',
    tag: 'Teleconsultations',
    summary: 'Open it as one of its participants',
    description:
      'With the personal link from the moment at which everybody expected is known and `start_date - IMMUTABLE_PERIOD_MS` has ' +
      'come; null before. A cancelled one is unknown.',
    proof: 'people',
    path: TeleconsultationPath,
    query: LinkOptions,
    success: { 200: { description: 'As the caller sees it.', schema: Opened, examples: OPENED } },
    refused: { ...READING, ...refused.badInput('querystring.useBackground', 'must be true or false') },
  },
  {
    route: 'GET /teleconsultation/{id}/status',
    id: 'getStatus',
    tag: 'Teleconsultations',
    summary: 'Why can’t I join?',
    description:
      'An addition to what the retired service had. `open` exactly when there is a link. A participant of a cancelled one is ' +
      'told so; to everybody else it is unknown. Cheap, for polling.',
    proof: 'people',
    path: TeleconsultationPath,
    success: { 200: { description: 'How it stands.', schema: ParticipantStatus, examples: STATUSES } },
    refused: READING,
  },
  {
    route: 'GET /teleconsultation/{id}/calendar',
    id: 'getCalendar',
    tag: 'Teleconsultations',
    summary: 'As an entry for a calendar',
    description:
      'An addition to what the retired service had: an iCalendar file (RFC 5545) with a UID that stays and a SEQUENCE that rises ' +
      'with every change of what was agreed on. It names nobody and holds no link. A participant of a cancelled one gets it ' +
      'with `STATUS:CANCELLED`.',
    proof: 'people',
    path: TeleconsultationPath,
    query: CalendarOptions,
    success: {
      200: {
        description: 'The file.',
        schema: z.string(),
        contentType: 'text/calendar',
        examples: { booked: { summary: 'A booking', value: CALENDAR } },
        headers: ['Content-Disposition'],
      },
    },
    refused: READING,
  },
  {
    route: 'PATCH /teleconsultation/{id}',
    id: 'updateTeleconsultation',
    tag: 'Teleconsultations',
    summary: 'Change it',
    description:
      'Whatever the body names; a list of participants replaces the one there is. Refused from the moment it is open. A change ' +
      'that equals what is stored is always accepted.',
    proof: 'people',
    path: TeleconsultationPath,
    body: { schema: UpdateRequest, description: 'Any part of a booking.', examples: CHANGES },
    success: { 204: { description: 'Changed, or as asked for already.' } },
    refused: {
      ...changing('change a teleconsultation'),
      ...refused.badBooking('PATCH /teleconsultation', ['noPlusUser', NO_PLUS_USER], ['locked', LOCKED]),
      ...refused.NOT_JSON,
    },
  },
  {
    route: 'DELETE /teleconsultation/{id}',
    id: 'deleteTeleconsultation',
    tag: 'Teleconsultations',
    summary: 'Cancel it',
    description:
      'At any time. Links are dead at once; that Kaleyra is down does not matter. The second time it is unknown.',
    proof: 'people',
    path: TeleconsultationPath,
    success: { 204: { description: 'Cancelled.' } },
    refused: changing('cancel a teleconsultation'),
  },
  {
    route: 'POST /teleconsultation/{id}/participants/data',
    id: 'addParticipantData',
    tag: 'Teleconsultations',
    summary: 'Add one participant',
    description:
      'Deprecated: `PATCH /teleconsultation/{id}` takes the whole list. Somebody who is in it already is described anew.',
    proof: 'people',
    deprecated: true,
    path: TeleconsultationPath,
    body: {
      schema: RequestedParticipant,
      description: 'Who is to take part.',
      examples: { relative: { summary: 'Somebody who was expected', value: RELATIVE } },
    },
    headersOfAll: ['Deprecation', 'Link'],
    success: { 201: { description: 'Added.' } },
    refused: {
      ...changing('add a participant'),
      ...refused.badBooking(`POST /teleconsultation/${EXAMPLE_ID}/participants/data`, ['noPlusUser', NO_PLUS_USER]),
      ...refused.NOT_JSON,
    },
  },
];
