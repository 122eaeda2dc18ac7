import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { asListedAddress, isUsableLink } from '../../../lib/kaleyra/origins.ts';
import { DIRECTORY_PREFIX } from '../../../local/directory/index.ts';
import { aBooking, bookingBody } from '../../support/bookings.ts';
import { aHeldCall, type HeldCall } from '../../support/calls.ts';
import { drRossi, mrBianchi, msNeri } from '../../support/people.ts';
import { answers, aScriptedServer, type Script } from '../../support/scripted-server.ts';
import { openWorld, type World } from '../../support/world.ts';

/** Nobody can make this service ask an address of their choice: neither a caller nor what the vendor's answers say. */
let world: World;
let call: HeldCall;
beforeAll(async () => {
  world = await openWorld({ env: { DEFAULT_RECORDING_TYPE: 'automatic' } });
  call = await aHeldCall(world, {}, { transcription: 'invented words' });
});
afterAll(() => world.close());
afterEach(async () => {
  world.configure({});
  await world.simulator.clearFaults();
});

const redirecting =
  (location: string): Script =>
  response => {
    response.writeHead(302, { location }).end();
  };

/** The cloud's own address for keys, and the ways of writing it and this machine that lists of forbidden addresses forget. */
const INSIDE = [
  'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
  'http://169.254.169.254.nip.io/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/',
  'http://127.1/',
  'http://0/',
  'http://[::]/',
  'https://localhost/',
  'http://metadata.google.internal/',
  'https://169.254.169.254#.bandyer.com',
  'https://169.254.169.254?.bandyer.com',
  'https://169.254.169.254\\.bandyer.com',
  'https://169.254.169.254/.bandyer.com',
  'https://x.bandyer.com@169.254.169.254/',
  'https://x.bandyer.com%40169.254.169.254/',
  'https://x.bandyer.com%2eevil.example/',
  'https://x.bandyer.com\u3002evil.example/',
  'https://x.bandyer.com.',
  'https://x.bandyer.com:444/',
  'https://x.bandyer.c\u03bfm/',
  'https://xn--bandyer-123.com/',
  'https://bandyer.com/',
  'https://evil.example/https://x.bandyer.com',
  'gopher://x.bandyer.com/',
  'file:///proc/self/environ',
];

describe('an address that the vendor gives us', () => {
  const listed = ['https://*.bandyer.com'];

  it.each(INSIDE)('%s is not followed', address => {
    expect(asListedAddress(address, listed)).toBeUndefined();
  });

  it('is asked as it was judged: what a parser leaves out is left out of both', () => {
    // Full-width letters, an ideographic dot and a tab are the same host to everybody who reads the address as the web does.
    const address = 'https://files\uff0eband\tyer\u3002com/x';
    expect(asListedAddress(address, listed)).toBe('https://files.bandyer.com/x');
    expect(asListedAddress('https://files.bandyer.com/../../x', listed)).toBe('https://files.bandyer.com/x');
  });

  it.each([
    'javascript:fetch("//169.254.169.254")',
    'data:text/html,x',
    'https://a:b@x.bandyer.com/',
    'http://169.254.169.254/',
  ])('%s is no link for a participant', link => {
    expect(isUsableLink(link, listed)).toBe(false);
  });

  it('may send us elsewhere as often as it likes: a file behind a redirect is not fetched', async () => {
    const inside = await aScriptedServer(answers(200, 'a secret of the cloud'));
    const files = await aScriptedServer(redirecting(`${inside.url}/latest/meta-data/`));
    world.configure({ VENDOR_ORIGINS: files.url });
    await world.simulator.fault({
      path: '^/v2/sessions/[^/]+/transcription$',
      body: { url: `${files.url}/f` },
      status: 200,
    });
    const reply = await world.api.as(mrBianchi).get(`/transcription/${call.id}/${call.sessionId}`);
    expect([reply.status, reply.text.includes('secret'), reply.headers.location]).toEqual([502, false, undefined]);
    expect([files.asked.length, inside.asked]).toEqual([1, []]);
  });

  it('does not get our key either: a redirect of the vendor’s own API is not followed', async () => {
    const inside = await aScriptedServer(answers(200, {}));
    const vendor = await aScriptedServer(redirecting(`${inside.url}/v2/rooms`));
    world.configure({ BANDYER_BASE_URL: vendor.url });
    const reply = await world.api.post('/teleconsultation', bookingBody(world.clock.now()));
    expect([reply.status, inside.asked]).toEqual([502, []]);
    expect(vendor.asked.length).toBeGreaterThan(0);
  });
});

describe('a caller', () => {
  const ELSEWHERE = 'http://169.254.169.254/latest';
  const everywhere = {
    host: '169.254.169.254',
    'x-forwarded-host': '169.254.169.254',
    'x-forwarded-proto': 'gopher',
    'x-original-url': ELSEWHERE,
    'x-rewrite-url': ELSEWHERE,
    forwarded: 'host=169.254.169.254',
    origin: ELSEWHERE,
    referer: ELSEWHERE,
    'client-type': ELSEWHERE,
    apikey: ELSEWHERE,
    miauserproperties: JSON.stringify({ name: ELSEWHERE, url: ELSEWHERE }),
  };
  const wishes = { url: ELSEWHERE, callback: ELSEWHERE, webhook: ELSEWHERE, avatar: ELSEWHERE, fullName: ELSEWHERE };

  /** Where the service asked while `run` ran, each place once. */
  const askedBy = async (run: () => Promise<unknown>): Promise<string[]> => {
    const fetching = vi.spyOn(globalThis, 'fetch');
    try {
      await run();
      const urls = fetching.mock.calls.map(
        ([target]) => new URL(target instanceof Request ? target.url : String(target)),
      );
      return [...new Set(urls.map(({ origin }) => origin))];
    } finally {
      fetching.mockRestore();
    }
  };

  it.each([
    ['without a directory', {}],
    ['with one', { AUTH_SERVICE: DIRECTORY_PREFIX, CUSTOM_ID_USERS_API_ENDPOINT: DIRECTORY_PREFIX }],
  ])('cannot choose an address by any header, body, query or path, %s', async (_, settings) => {
    const { origin } = new URL(world.simulator.url);
    const here = Object.entries(settings).map(([name, prefix]) => [name, `${origin}${prefix}`]);
    const id = await aBooking(world);
    world.configure(Object.fromEntries(here));
    const someone = world.api.as({ userId: ELSEWHERE }).withHeaders({ ...everywhere, miausergroups: 'doctor' });
    const statuses: number[] = [];
    const places = await askedBy(async () => {
      const body = bookingBody(world.clock.now());
      const people = [drRossi, msNeri].map((person, index) => ({
        ...person,
        ...wishes,
        userId: `${ELSEWHERE}/${index}`,
      }));
      const escaped = encodeURIComponent(ELSEWHERE);
      for (const ask of [
        () => someone.post('/teleconsultation', { ...body, ...wishes, participants: { number: 2, data: people } }),
        () => someone.patch(`/teleconsultation/${id}`, { ...wishes, participants: { number: 2, data: people } }),
        () => someone.get(`/teleconsultation/${id}?url=${escaped}&language=${escaped}`),
        () => someone.get(`/teleconsultation/${escaped}`),
        () => someone.get(`/transcription/${escaped}/${escaped}`),
        () => someone.get(`/recording/${escaped}/${encodeURIComponent('../../../x@169.254.169.254')}`),
        () => someone.post('/credentials', wishes),
        () => someone.patch('/settings/update', { ...wishes, background_alias: `../../${ELSEWHERE}` }),
        () => someone.delete(`/teleconsultation/${id}/uploads`),
        () => someone.delete(`/teleconsultation/${id}`),
      ]) {
        statuses.push((await ask()).status);
      }
    });
    expect(places).toEqual([origin]);
    expect(statuses.filter(status => status === 500)).toEqual([]);
  });
});
