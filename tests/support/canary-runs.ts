import { createHmac, randomUUID } from 'node:crypto';
import type { Reply } from './api.ts';
import { type BookingWish, bookingBody } from './bookings.ts';
import { CANARY_ENV, type CanaryStack } from './canary-stack.ts';
import { aJpeg, FORM_TYPE, imagePart, partsBody, postTo } from './images.ts';
import type { Person } from './people.ts';
import { anEvent, aSignedRequest } from './signed.ts';

/** One run of every function of serverless.yml in which everything personal says "canary", and what its answer may hold of that. */

const person = (name: string, group: string): Person => ({
  userId: `auth0|canary-${name}`,
  groups: [group],
  fullName: `Canaryname ${name}`,
});
export const doctor = person('doctor', 'doctor');
export const patient = person('patient', 'patient');
export const stranger = person('stranger', 'patient');
const colleague = person('colleague', 'doctor');
const shownDoctor = person('shown-doctor', 'doctor');
const shownPatient = person('shown-patient', 'patient');

const SPOKEN = 'Canarywords that were said in the call';

export interface Prepared {
  id: string;
  roomId: string;
  sessionId: string;
}

export interface CanaryRun {
  /** Brings about the moment at which the function does most. */
  prepare(stack: CanaryStack): Promise<Prepared>;
  ask(stack: CanaryStack, prepared: Prepared): Promise<Reply>;
  /** Of the run in which nothing fails. */
  status: number;
  /** What belongs into such an answer and nowhere else; each has to be in it. What opens something is guarded from then on. */
  mayHold?(reply: Reply, stack: CanaryStack): Promise<readonly string[]>;
}

export const bookingOf = (wish: BookingWish = {}): Record<string, unknown> => ({
  ...bookingBody(Date.now(), { participants: [doctor, patient], ...wish }),
  note: 'canary-note',
});

/** On a machine that is busy with many of them, the store may not answer in time: as a client does, it asks again. */
const MOST_ATTEMPTS = 5;

const booked = async (stack: CanaryStack, wish: BookingWish, attempt = 1): Promise<Reply> => {
  const reply = await stack.ask(doctor, 'POST', '/teleconsultation', bookingOf(wish));
  return reply.status === 503 && attempt < MOST_ATTEMPTS ? booked(stack, wish, attempt + 1) : reply;
};

const book = async (stack: CanaryStack, wish: BookingWish): Promise<Prepared> => {
  const reply = await booked(stack, wish);
  if (reply.status !== 201) throw new Error(`booking answered ${reply.status}: ${reply.text}`);
  const id = (reply.body as { roomId: string }).roomId;
  const room = (await stack.noteLinks()).find(({ description }) => description === id);
  return { id, roomId: room?.id ?? '', sessionId: '' };
};

const nothing = async (): Promise<Prepared> => ({ id: '', roomId: '', sessionId: '' });
export const aFutureOne = (stack: CanaryStack): Promise<Prepared> => book(stack, { startsIn: '2 hours' });
/** One that is going on, with a call that has been held in it. */
export const anOpenOne = async (stack: CanaryStack): Promise<Prepared> => {
  const open = await book(stack, { startsIn: '-1 minute' });
  const call = { roomId: open.roomId, uploads: 1, transcription: SPOKEN, webhooks: false };
  return { ...open, sessionId: (await stack.simulator.playCall(call)).sessionId };
};
const aPastOne = async (stack: CanaryStack): Promise<Prepared> => {
  const past = await book(stack, { startsIn: '-60 days' });
  await stack.simulator.playCall({ roomId: past.roomId, uploads: 2, webhooks: false });
  return past;
};

/** Its alias stands for an id. */
const aBackground = async (stack: CanaryStack): Promise<Prepared> => {
  const { body } = await stack.ask(doctor, 'GET', '/settings/background-image');
  const [first] = (body as { virtual_backgrounds: { alias?: string; background_alias?: string }[] })
    .virtual_backgrounds;
  return { ...(await nothing()), id: first?.background_alias ?? '' };
};

const field = (reply: Reply, name: string): string => String((reply.body as Record<string, unknown>)[name]);

const isJob = (event: unknown, key: string): Pick<CanaryRun, 'ask' | 'status'> => ({
  ask: stack => stack.invoke(key, event),
  status: 200,
});

const webhookKey = CANARY_ENV.WEBHOOK_KEYS.split(',')[0] ?? '';
const signed = (url: string, body: unknown) =>
  aSignedRequest({ clock: { now: Date.now } as never, env: {} }, url, body, { key: webhookKey });

export const RUNS: Readonly<Record<string, CanaryRun>> = {
  createTeleconsultation: {
    prepare: nothing,
    ask: stack => stack.ask(doctor, 'POST', '/teleconsultation', bookingOf()),
    status: 201,
  },
  getTeleconsultation: {
    prepare: anOpenOne,
    ask: (stack, { id }) => stack.ask(patient, 'GET', `/teleconsultation/${id}`),
    status: 200,
    mayHold: async (reply, stack) => {
      const people = (await stack.simulator.state()).rooms.flatMap(({ participants }) => participants);
      const own = people.filter(({ user_id }) => user_id === field(reply, 'bandyerUserId'));
      const link = own.map(({ access_link }) => String(access_link)).find(one => one === field(reply, 'accessLinkURL'));
      return [doctor.fullName, patient.fullName, link ?? 'the link of this participant'];
    },
  },
  getStatus: {
    prepare: anOpenOne,
    ask: (stack, { id }) => stack.ask(patient, 'GET', `/teleconsultation/${id}/status`),
    status: 200,
  },
  getCalendar: {
    prepare: anOpenOne,
    ask: (stack, { id }) => stack.ask(patient, 'GET', `/teleconsultation/${id}/calendar`),
    status: 200,
  },
  updateTeleconsultation: {
    prepare: aFutureOne,
    ask: (stack, { id }) =>
      stack.ask(doctor, 'PATCH', `/teleconsultation/${id}`, {
        participants: { number: 2, data: [colleague, patient] },
        note: 'canary-note',
      }),
    status: 204,
  },
  deleteTeleconsultation: {
    prepare: anOpenOne,
    ask: (stack, { id }) => stack.ask(doctor, 'DELETE', `/teleconsultation/${id}`),
    status: 204,
  },
  addParticipantData: {
    prepare: stack => book(stack, { startsIn: '2 hours', participants: [doctor], expected: 2 }),
    ask: (stack, { id }) =>
      stack.ask(doctor, 'POST', `/teleconsultation/${id}/participants/data`, { ...patient, note: 'canary-note' }),
    status: 201,
  },
  deleteUploads: {
    prepare: anOpenOne,
    ask: (stack, { id }) => stack.ask(doctor, 'DELETE', `/teleconsultation/${id}/uploads`),
    status: 200,
  },
  createCredentials: {
    prepare: nothing,
    ask: stack => stack.ask(doctor, 'POST', '/credentials', { expiresIn: 3600, note: 'canary-note' }),
    status: 201,
    mayHold: async (reply, stack) => {
      stack.guard(field(reply, 'accessToken'));
      return [field(reply, 'accessToken')];
    },
  },
  getTranscription: {
    prepare: anOpenOne,
    ask: (stack, { id, sessionId }) => stack.ask(doctor, 'GET', `/transcription/${id}/${sessionId}`),
    status: 200,
    mayHold: async () => [SPOKEN],
  },
  getRecording: {
    prepare: anOpenOne,
    ask: (stack, { id, sessionId }) => stack.ask(doctor, 'GET', `/recording/${id}/${sessionId}`),
    status: 302,
    mayHold: async (reply, stack) => {
      const { location = '' } = reply.headers;
      const { pathname, search } = new URL(location);
      stack.guard(pathname, search.slice(1));
      return [location];
    },
  },
  uploadBackgroundImage: {
    prepare: nothing,
    ask: async stack =>
      stack.send({
        method: 'POST',
        url: '/settings/background-image',
        headers: { ...(await stack.identified(doctor)), 'content-type': FORM_TYPE },
        body: partsBody([imagePart(aJpeg(), 'canary-file.jpg'), { name: 'apikey', content: 'canary-apikey' }]),
      }),
    status: 200,
  },
  listBackgroundImages: {
    prepare: nothing,
    ask: stack => stack.ask(doctor, 'GET', '/settings/background-image'),
    status: 200,
  },
  requestBackgroundUpload: {
    prepare: nothing,
    ask: stack => stack.ask(doctor, 'POST', '/settings/background-image/uploads'),
    status: 201,
    mayHold: async (reply, stack) => {
      const { fields, url } = reply.body as { url: string; fields: Record<string, string> };
      const { Policy: policy = '', 'X-Amz-Signature': signature = '' } = fields;
      stack.guard(policy, signature);
      // Used at once: the function that the bucket tells has a run of its own, and its output is searched as well.
      await postTo({ url, fields }, aJpeg());
      return [policy, signature];
    },
  },
  processBackgroundUpload: {
    prepare: nothing,
    ask: stack =>
      stack.invoke('processBackgroundUpload', {
        Records: [{ s3: { bucket: { name: 'canary-bucket' }, object: { key: 'backgrounds/canary-key' } } }],
      }),
    status: 200,
    // Told back to whoever told us of it.
    mayHold: async () => ['backgrounds/canary-key'],
  },
  updateSettings: {
    prepare: aBackground,
    ask: (stack, { id }) =>
      stack.ask(doctor, 'PATCH', '/settings/update', { background_alias: id, apikey: 'canary-apikey' }),
    status: 200,
  },
  receiveWebhook: {
    prepare: anOpenOne,
    ask: (stack, { roomId, sessionId }) => {
      const data = { room_id: roomId, session_id: sessionId, user_id: 'canary-user', message: 'canary-message' };
      return stack.send(signed('/webhooks/kaleyra', anEvent('on_session_ended', data)));
    },
    status: 200,
  },
  // Two who have never called: their names are those that the booking gave them.
  getUserDetails: {
    prepare: stack => book(stack, { startsIn: '2 hours', participants: [shownDoctor, shownPatient] }),
    ask: async (stack, { roomId }) => {
      const room = (await stack.simulator.rooms()).find(({ id }) => id === roomId);
      const ids = room?.participants.map(({ user_id }) => user_id) ?? [];
      return stack.send(signed('/user-details', { data: { user_ids: [...ids, 'canary-nobody'] } }));
    },
    status: 200,
    mayHold: async () => [shownDoctor.fullName, shownPatient.fullName],
  },
  cleanupUploads: { prepare: aPastOne, ...isJob({}, 'cleanupUploads') },
  reconcileRooms: { prepare: aPastOne, ...isJob({ minimumAgeMs: 0 }, 'reconcileRooms') },
  applyRetention: { prepare: aPastOne, ...isJob({}, 'applyRetention') },
  // Somebody of their own each time, because nobody can book them afterwards.
  eraseUser: {
    prepare: async stack => {
      const erased = person(`erased-${randomUUID()}`, 'patient');
      await book(stack, { startsIn: '-60 days', participants: [doctor, erased] });
      return { ...(await nothing()), id: erased.userId };
    },
    ask: (stack, { id }) => stack.invoke('eraseUser', { externalId: id }),
    status: 200,
  },
  documentation: { prepare: nothing, ask: stack => stack.ask(undefined, 'GET', '/documentation/json'), status: 200 },
  health: { prepare: nothing, ask: stack => stack.ask(undefined, 'GET', '/-/check-up'), status: 200 },
};

/** As the service computes it. */
export const hashOf = ({ userId }: Person): string =>
  createHmac('sha256', CANARY_ENV.HASH_KEY).update(`log:${userId}`).digest('hex').slice(0, 16);
