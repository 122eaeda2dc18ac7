/** Invented people and ids of the examples. What they say is sent to the embedded stack by a test, word for word. */

export const EXAMPLE_ID = '65f0c0ffee0123456789abcd';

const DOCTOR = { userId: 'dr-rossi', groups: ['doctor'], fullName: 'Dr Ada Rossi-Example' };
const PATIENT = { userId: 'mr-bianchi', groups: ['patient'], fullName: 'Mr Ugo Bianchi-Example', language: 'it' };
export const RELATIVE = { userId: 'ms-neri', groups: ['patient'], fullName: 'Ms Eva Neri-Example' };

const START = '2027-03-01T09:00:00.000Z';

const people = (number: number, ...data: unknown[]) => ({ number, data });

export const BOOKINGS = {
  aPair: {
    summary: 'A doctor and a patient, both known',
    value: { participants: people(2, DOCTOR, PATIENT), start_date: START, end_date: '2027-03-01T09:30:00.000Z' },
  },
  oneToCome: {
    summary: 'Three people, two of them known so far, and a length instead of an end',
    value: { participants: people(3, DOCTOR, PATIENT), start_date: START, duration_in_seconds: 1800 },
  },
} as const;

export const CHANGES = {
  anotherTime: {
    summary: 'At another time',
    value: { start_date: '2027-03-02T10:00:00.000Z', end_date: '2027-03-02T10:45:00.000Z' },
  },
  otherPeople: {
    summary: 'With somebody else: the list is replaced as a whole',
    value: { participants: people(2, DOCTOR, RELATIVE) },
  },
} as const;

const KALEYRA_DOCTOR = 'usr_00112233445566778899aabbccddeeff';
const KALEYRA_PATIENT = 'usr_ffeeddccbbaa99887766554433221100';

const opened = {
  bandyerUserId: KALEYRA_PATIENT,
  accessLinkURL: null as string | null,
  participantsBandyerCall: [
    { bandyerUserId: KALEYRA_DOCTOR, fullName: DOCTOR.fullName },
    { bandyerUserId: KALEYRA_PATIENT, fullName: PATIENT.fullName },
  ],
  details: {
    recording: 'none',
    recordingStatus: 'stopped',
    callType: 'audio_video',
    description: EXAMPLE_ID,
    status: 'NOT_RUNNING',
    disabled: false,
    creationDate: '2027-02-20T08:15:00.000Z',
    durationInSeconds: 0,
    durationUsedInSeconds: 0,
    live: true,
  },
  teleconsultationState: 'scheduled',
  sessions: [] as unknown[],
};

export const OPENED = {
  waiting: { summary: 'Before it opens', value: opened },
  open: {
    summary: 'From then on',
    value: {
      ...opened,
      accessLinkURL: 'https://clinic.sandbox.bandyer.com/the-personal-link?language=it',
      teleconsultationState: 'live',
      sessions: [{ sessionId: 'session_0123456789ab', startedAt: '2027-03-01T09:00:12.000Z', durationInSeconds: null }],
    },
  },
} as const;

export const STATUSES = {
  notOpenYet: {
    summary: 'Too early',
    value: { status: 'not_open_yet', opensAt: '2027-03-01T09:00:00.000Z', secondsLeft: 754 },
  },
  waiting: {
    summary: 'Somebody is not known yet',
    value: { status: 'waiting_for_participants', known: 2, expected: 3 },
  },
  open: { summary: 'There is a link', value: { status: 'open' } },
  ended: { summary: 'It is over', value: { status: 'ended' } },
  cancelled: { summary: 'It was cancelled', value: { status: 'cancelled' } },
} as const;

export const CALENDAR = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//teleconsultation-backend//0.1.0//EN',
  'CALSCALE:GREGORIAN',
  'BEGIN:VEVENT',
  `UID:teleconsultation-${EXAMPLE_ID}`,
  'DTSTAMP:20270220T081500Z',
  'CREATED:20270220T081500Z',
  'LAST-MODIFIED:20270220T081500Z',
  'SEQUENCE:0',
  'DTSTART:20270301T090000Z',
  'DTEND:20270301T093000Z',
  'SUMMARY;LANGUAGE=it:Televisita',
  'STATUS:CONFIRMED',
  'TRANSP:OPAQUE',
  'CLASS:PRIVATE',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

export const CREDENTIALS = {
  forAnHour: {
    summary: 'For an hour',
    value: {
      accessToken: 'eyJhbGciOiJIUzI1NiJ9.aW52ZW50ZWQ.aW52ZW50ZWQ',
      expiresAt: '2027-03-01T10:00:00.000Z',
      bandyerUserId: KALEYRA_DOCTOR,
    },
  },
} as const;

const background = {
  background_alias: '0123456789abcdef0123456789abcdef',
  url: 'https://clinic.sandbox.bandyer.com/backgrounds/0123456789abcdef.jpg',
  creation_date: '2027-02-20T08:15:00.000Z',
};

export const BACKGROUND = { image: { summary: 'The image', value: { virtual_background: background } } } as const;
export const BACKGROUNDS = { images: { summary: 'One image', value: { virtual_backgrounds: [background] } } } as const;

export const COMPANY = {
  company: {
    summary: 'The company as it is now',
    value: {
      company: {
        name: 'Invented Clinic',
        default_language: 'it',
        default_background: {
          alias: background.background_alias,
          url: background.url,
          creation_date: background.creation_date,
        },
        end_call_redirect_url: '',
        user_details_provider_url: 'https://api.clinic.example/user-details',
        end_call_redirect_timeout_ms: 5000,
      },
    },
  },
} as const;

export const SETTINGS = {
  background: { summary: 'The default background', value: { background_alias: background.background_alias } },
} as const;

export const UPLOAD_FORM = {
  form: {
    summary: 'A form for ten minutes',
    value: {
      url: 'https://backgrounds.s3.eu-west-1.amazonaws.com/',
      fields: { key: 'backgrounds/0123456789abcdef', Policy: 'aW52ZW50ZWQ=', 'X-Amz-Signature': '0123456789abcdef' },
      expiresAt: '2027-03-01T09:10:00.000Z',
    },
  },
} as const;

export const EVENTS = {
  ended: {
    summary: 'A call ended',
    value: {
      event: 'on_session_ended',
      event_version: '1.0',
      namespace: 'session',
      timestamp: 1_803_898_800_000,
      data: { room_id: 'room_0123456789ab', session_id: 'session_0123456789ab' },
    },
  },
} as const;

export const NAMES_ASKED = {
  two: { summary: 'Two users', value: { data: { user_ids: [KALEYRA_DOCTOR, KALEYRA_PATIENT] } } },
} as const;

export const NAMES = {
  one: {
    summary: 'One of them is known',
    value: { user_ids: [{ user_id: KALEYRA_DOCTOR, display_name: DOCTOR.fullName }] },
  },
} as const;
