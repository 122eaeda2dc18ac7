import { describe, expect, it } from 'vitest';
import { createClient, type TeleconsultationClient } from '../../../../lib/client/index.ts';
import { textOf } from '../../../support/sources.ts';
import { aFetch } from './support.ts';

const ID = '0123456789abcdef01234567';
const SIGNED = { 'bandyer-signature': 't=1,v1=invented' };
const NOBODY = { userId: 'nobody-invented' };

/** Every method once, with the least that it takes. */
const CALLS: Record<keyof TeleconsultationClient, (client: TeleconsultationClient) => Promise<unknown>> = {
  createTeleconsultation: client =>
    client.createTeleconsultation({ start_date: '2027-03-01T09:00:00Z', participants: ['one', 'other'] }),
  getTeleconsultation: client => client.getTeleconsultation(ID),
  getStatus: client => client.getStatus(ID),
  getCalendar: client => client.getCalendar(ID),
  updateTeleconsultation: client => client.updateTeleconsultation(ID, {}),
  deleteTeleconsultation: client => client.deleteTeleconsultation(ID),
  addParticipantData: client => client.addParticipantData(ID, NOBODY),
  deleteUploads: client => client.deleteUploads(ID),
  getTranscription: client => client.getTranscription(ID, 'session'),
  getRecording: client => client.getRecording(ID, 'session'),
  createCredentials: client => client.createCredentials(),
  uploadBackgroundImage: client => client.uploadBackgroundImage(new Blob(['invented'])),
  requestBackgroundUpload: client => client.requestBackgroundUpload(),
  listBackgroundImages: client => client.listBackgroundImages(),
  updateSettings: client => client.updateSettings({ background_alias: 'invented' }),
  receiveWebhook: client => client.receiveWebhook('{}', SIGNED),
  getUserDetails: client => client.getUserDetails('{}', SIGNED),
  getHealth: client => client.getHealth(),
  getReadiness: client => client.getReadiness(),
  getCheckUp: client => client.getCheckUp(),
  getDocumentation: client => client.getDocumentation(),
  getOpenApi: client => client.getOpenApi(),
};

type Documented = { paths: Record<string, Record<string, { operationId: string }>> };
const { paths } = JSON.parse(textOf('docs/openapi.json')) as Documented;
const OPERATIONS = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({ id: operationId, method: method.toUpperCase(), path })),
);

it('has a method for every documented operation, and no other', () => {
  expect(Object.keys(createClient({ baseUrl: '' })).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
});

it.each(OPERATIONS)('$id sends $method $path', async ({ id, method, path }) => {
  const { fetch, sent } = aFetch(() => new Response('{"status":"OK"}', { headers: { location: 'there' } }));
  await CALLS[id as keyof TeleconsultationClient](createClient({ baseUrl: 'https://one.example/prefix/', fetch }));
  const address = `https://one.example/prefix${path.replace(/\{(id|roomId)\}/, ID).replace('{sessionId}', 'session')}`;
  expect(sent.map(one => [one.method, one.url])).toEqual([[method, address]]);
});

describe('what is sent', () => {
  const send = async (use: (client: TeleconsultationClient) => Promise<unknown>, options = {}) => {
    const { fetch, sent } = aFetch(() => Response.json({}));
    await use(createClient({ baseUrl: '', fetch, ...options }));
    return sent[0];
  };

  it('has the query that was asked for, and nothing for what was not', async () => {
    const query = { useBackground: true, language: undefined };
    expect((await send(client => client.getTeleconsultation(ID, query)))?.url).toBe(
      `/teleconsultation/${ID}?useBackground=true`,
    );
  });

  it('names the booking where the caller does', async () => {
    const booking = { start_date: '2027-03-01T09:00:00Z', participants: ['one', 'other'] };
    const named = await send(client => client.createTeleconsultation(booking, { idempotencyKey: 'mine' }));
    expect(named?.headers.get('idempotency-key')).toBe('mine');
    expect(JSON.parse(String(named?.body))).toEqual(booking);
    expect((await send(client => client.createTeleconsultation(booking)))?.headers.has('idempotency-key')).toBe(false);
  });

  it('has the token of the moment, and the headers of the client and of the call', async () => {
    let minted = 0;
    const { fetch, sent } = aFetch(() => Response.json({}));
    const token = async (): Promise<string> => {
      minted += 1;
      return `token-${minted}`;
    };
    const client = createClient({
      baseUrl: '',
      fetch,
      token,
      headers: { miauserid: 'dr-rossi', 'client-type': 'app' },
    });
    await client.getHealth();
    await client.getHealth({ headers: { 'client-type': 'kiosk' } });
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(sent.map(({ headers }) => headers.get('client-type'))).toEqual(['app', 'kiosk']);
    expect(sent[1]?.headers.get('miauserid')).toBe('dr-rossi');
  });

  it('keeps a signed text as it came', async () => {
    const text = '{"event":  "room_ended"}';
    const event = await send(client => client.receiveWebhook(text, SIGNED));
    expect([event?.body, event?.headers.get('bandyer-signature')]).toEqual([text, SIGNED['bandyer-signature']]);
  });

  it('is never a path that leads elsewhere', async () => {
    const { fetch, sent } = aFetch(() => Response.json({}));
    const client = createClient({ baseUrl: '', fetch });
    for (const id of ['', '.', '..'])
      await expect(client.deleteTeleconsultation(id)).rejects.toThrow('id must be an id');
    await client.deleteTeleconsultation('../settings?a=b#c');
    expect(sent.map(({ url }) => url)).toEqual(['/teleconsultation/..%2Fsettings%3Fa%3Db%23c']);
  });

  it('stays on its way: nothing follows a redirect, with headers that are nobody else’s', async () => {
    expect((await send(client => client.getHealth()))?.redirect).toBe('manual');
  });
});

describe('what is answered', () => {
  const answering = (response: () => Response) => createClient({ baseUrl: '', fetch: aFetch(response).fetch });
  const leading = () => new Response(null, { status: 302, headers: { location: 'https://files.example/one' } });

  it('a file, or where it is', async () => {
    const written = await answering(() => new Response('words')).getTranscription(ID, 'session');
    expect(written.form === 'file' && (await written.file.text())).toBe('words');
    const address = 'https://files.example/one';
    expect(await answering(leading).getTranscription(ID, 'session')).toEqual({ form: 'address', address });
    expect(await answering(leading).getRecording(ID, 'session')).toEqual({ address });
  });

  it('nothing where nothing was to delete', async () => {
    const client = answering(() => new Response(null, { status: 204 }));
    expect(await client.deleteUploads(ID)).toBeUndefined();
  });

  it('that something is missing, in the service’s own words alone', async () => {
    const missing = { status: 'KO', name: 'x', version: '1', message: 'not available: kaleyra' };
    expect(await answering(() => Response.json(missing, { status: 503 })).getCheckUp()).toEqual(missing);
    const gateway = answering(() => Response.json({ message: 'Service Unavailable' }, { status: 503 }));
    await expect(gateway.getReadiness()).rejects.toMatchObject({ kind: 'refused', status: 503 });
  });
});
