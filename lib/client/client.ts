import * as read from './read.ts';
import { type CallOptions, type ClientOptions, createTransport } from './transport.ts';
import type * as types from './types.ts';

/**
 * The service, one method per route, each named as its operation in docs/openapi.json. Every method resolves to what the route
 * answers and rejects with a `TeleconsultationError`; nothing is repeated by itself.
 */

export interface CreateOptions extends CallOptions {
  /** The same for every repeat of one booking, e.g. a UUID that is kept with the form: it is booked once. */
  idempotencyKey?: string;
}

const REDIRECTS = [302, 0];

export type TeleconsultationClient = ReturnType<typeof createClient>;

export const createClient = (client: ClientOptions) => {
  const call = createTransport(client);
  const get = <Body>(route: string, path: readonly string[], options?: CallOptions, query = {}): Promise<Body> =>
    call({ route, path, query }, read.json<Body>(route), options);

  return {
    createTeleconsultation: (booking: types.Booking, { idempotencyKey, ...options }: CreateOptions = {}) => {
      const route = 'POST /teleconsultation';
      const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
      return call({ route, json: booking, headers }, read.json<types.Booked>(route), options);
    },

    /** `accessLinkURL` is null until it opens. Whoever holds the link is that person: show it to nobody else, write it nowhere. */
    getTeleconsultation: (id: string, query: types.LinkOptions = {}, options?: CallOptions) =>
      get<types.Teleconsultation>('GET /teleconsultation/{id}', [id], options, query),

    /** Why somebody cannot join yet; made for polling. */
    getStatus: (id: string, options?: CallOptions) =>
      get<types.ParticipantStatus>('GET /teleconsultation/{id}/status', [id], options),

    /** The appointment as an iCalendar file. */
    getCalendar: (id: string, query: types.CalendarOptions = {}, options?: CallOptions) =>
      call({ route: 'GET /teleconsultation/{id}/calendar', path: [id], query }, read.text, options),

    updateTeleconsultation: (id: string, change: types.Change, options?: CallOptions) =>
      call({ route: 'PATCH /teleconsultation/{id}', path: [id], json: change }, read.nothing, options),

    deleteTeleconsultation: (id: string, options?: CallOptions) =>
      call({ route: 'DELETE /teleconsultation/{id}', path: [id] }, read.nothing, options),

    /** @deprecated `updateTeleconsultation` takes the whole list. */
    addParticipantData: (id: string, participant: types.Participant, options?: CallOptions) => {
      const route = 'POST /teleconsultation/{id}/participants/data';
      return call({ route, path: [id], json: participant }, read.nothing, options);
    },

    /** Undefined where deleting is switched off. Fewer deleted than there were: repeat it. */
    deleteUploads: (id: string, options?: CallOptions): Promise<types.DeletedUploads | undefined> => {
      const route = 'DELETE /teleconsultation/{id}/uploads';
      const deletions = read.json<types.DeletedUploads>(route);
      return call({ route, path: [id] }, answer => (answer.status === 204 ? undefined : deletions(answer)), options);
    },

    /** A page of a browser gets the file only where the service hands it out itself, up to 4 MB. */
    getTranscription: (roomId: string, sessionId: string, options?: CallOptions): Promise<types.Transcription> => {
      const route = 'GET /transcription/{roomId}/{sessionId}';
      const address = read.address(route);
      return call(
        { route, path: [roomId, sessionId], alsoFine: REDIRECTS },
        async answer =>
          answer.status === 200
            ? { form: 'file', file: await answer.blob() }
            : { form: 'address', address: await address(answer) },
        options,
      );
    },

    /** Not for pages: a browser does not tell them where a redirect leads. They open the route itself. */
    getRecording: (roomId: string, sessionId: string, options?: CallOptions): Promise<types.Recording> => {
      const route = 'GET /recording/{roomId}/{sessionId}';
      const address = read.address(route);
      const asked = { route, path: [roomId, sessionId], alsoFine: REDIRECTS };
      return call(asked, async answer => ({ address: await address(answer) }), options);
    },

    /** For the caller's own device. Whoever holds the token is that user until it expires. */
    createCredentials: (request: types.CredentialsRequest = {}, options?: CallOptions) => {
      const route = 'POST /credentials';
      return call({ route, json: request }, read.json<types.Credentials>(route), options);
    },

    /** @param image a JPEG of 1280x1280 or more, up to 4 MB */
    uploadBackgroundImage: (image: Blob, options?: CallOptions) => {
      const route = 'POST /settings/background-image';
      const body = new FormData();
      body.set('virtual_background', image, 'background.jpg');
      return call({ route, body }, read.json<types.UploadedBackground>(route), options);
    },

    /** A form for an image of up to 16 MB: send its fields to its `url`, and the image last, as `file`. */
    requestBackgroundUpload: (options?: CallOptions) => {
      const route = 'POST /settings/background-image/uploads';
      return call({ route }, read.json<types.UploadForm>(route), options);
    },

    listBackgroundImages: (options?: CallOptions) =>
      get<types.Backgrounds>('GET /settings/background-image', [], options),

    updateSettings: (settings: types.Settings, options?: CallOptions) => {
      const route = 'PATCH /settings/update';
      return call({ route, json: settings }, read.json<types.Company>(route), options);
    },

    /**
     * For what hands on Kaleyra's events.
     * @param body the text as it came: that is what is signed
     * @param signed Kaleyra's headers of it
     */
    receiveWebhook: (body: string, signed: Readonly<Record<string, string>>, options?: CallOptions) => {
      const headers = { 'content-type': 'application/json', ...signed };
      return call({ route: 'POST /webhooks/kaleyra', body, headers }, read.nothing, options);
    },

    /** For what hands on Kaleyra's questions; as for `receiveWebhook`. */
    getUserDetails: (body: string, signed: Readonly<Record<string, string>>, options?: CallOptions) => {
      const route = 'POST /user-details';
      const headers = { 'content-type': 'application/json', ...signed };
      return call({ route, body, headers }, read.json<types.Names>(route), options);
    },

    getHealth: (options?: CallOptions) => get<types.ServiceStatus>('GET /-/healthz', [], options),

    /** Resolves for 503 as well: `status` says it. */
    getReadiness: (options?: CallOptions) => {
      const route = 'GET /-/ready';
      return call({ route, alsoFine: [503] }, read.serviceStatus(route), options);
    },

    /** As `getReadiness`, with Kaleyra. */
    getCheckUp: (options?: CallOptions) => {
      const route = 'GET /-/check-up';
      return call({ route, alsoFine: [503] }, read.serviceStatus(route), options);
    },

    /** A page. */
    getDocumentation: (options?: CallOptions) => call({ route: 'GET /documentation' }, read.text, options),

    getOpenApi: (options?: CallOptions) =>
      get<{ openapi: string } & Record<string, unknown>>('GET /documentation/json', [], options),
  };
};
