import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aForm, aJpeg } from '../support/images.ts';
import { drRossi } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

/** `PATCH /settings/update`: which of the company's backgrounds is the default one. */
describe.each(TRANSPORTS)('the company’s settings, %s', transport => {
  let world: World;
  let uploaded: { background_alias: string; url: string; creation_date: string };
  beforeAll(async () => {
    world = await openWorld({ transport });
    const reply = await world.api.as(drRossi).raw(aForm(aJpeg()));
    uploaded = (reply.body as { virtual_background: typeof uploaded }).virtual_background;
  });
  afterAll(() => world.close());
  beforeEach(() => world.simulator.forgetRequests());
  afterEach(async () => {
    await world.simulator.clearFaults();
    await world.simulator.dialect({ wrapped: false });
  });

  const update = (body: unknown) => world.api.as(drRossi).patch('/settings/update', body);
  const choose = () => update({ background_alias: uploaded.background_alias });
  const company = async (): Promise<unknown> => {
    const headers = { apikey: world.env.BANDYER_API_SECRET_KEY ?? '' };
    return (await fetch(`${world.simulator.url}/v2/company`, { headers })).json();
  };
  const described = () => ({
    alias: uploaded.background_alias,
    url: uploaded.url,
    creation_date: uploaded.creation_date,
  });

  it.each([
    ['unwrapped', false],
    ['wrapped', true],
  ])('make an uploaded background the default, and show exactly the documented keys (%s)', async (_, wrapped) => {
    await world.simulator.dialect({ wrapped });
    const reply = await choose();
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        company: {
          name: 'Example Clinic',
          default_language: 'en',
          default_background: described(),
          end_call_redirect_url: '',
          user_details_provider_url: '',
          end_call_redirect_timeout_ms: 5000,
        },
      },
    ]);
    const [put] = await world.simulator.requests();
    expect(put).toMatchObject({
      method: 'PUT',
      path: '/v2/company',
      body: { background_alias: uploaded.background_alias },
    });
  });

  it('are taken at the prefix of the retired service, with a key of the caller that nobody looks at', async () => {
    const api = world.api.as(drRossi).withHeaders({ apikey: 'ak_live_of_somebody_else' });
    const body = { background_alias: uploaded.background_alias, name: 'Not asked' };
    expect((await api.patch('/api/v1/telecons-be/settings/update', body)).status).toBe(200);
    expect(await company()).toMatchObject({ name: 'Example Clinic' });
  });

  it('are described by the picture itself where Kaleyra shows it at once, without a second call', async () => {
    const shown = { alias: 'shown', url: 'https://static.example/a.jpeg', creation_date: '2026-01-02T03:04:05.000' };
    const answer = { company: { name: 'Clinic', default_language: 'en', default_background: shown } };
    await world.simulator.fault({ method: 'PUT', path: '/v2/company', status: 200, body: answer });
    expect((await choose()).body).toEqual({
      company: {
        name: 'Clinic',
        default_language: 'en',
        default_background: shown,
        end_call_redirect_url: '',
        user_details_provider_url: '',
        end_call_redirect_timeout_ms: 0,
      },
    });
    expect(await world.simulator.requests()).toHaveLength(1);
  });

  it('are changed although nothing more can be told about the picture', async () => {
    await world.simulator.fault({ method: 'GET', path: '/v2/company/virtual-backgrounds', times: 2, status: 500 });
    expect((await choose()).body).toMatchObject({
      company: { default_background: { alias: uploaded.background_alias, url: null, creation_date: null } },
    });
  });

  it('are changed to none where Kaleyra says so', async () => {
    const answer = { name: 'Clinic', default_background: null };
    await world.simulator.fault({ method: 'PUT', path: '/v2/company', status: 200, body: answer });
    expect((await choose()).body).toMatchObject({ company: { name: 'Clinic', default_background: null } });
  });

  it.each([
    ['that Kaleyra does not know', undefined],
    ['that Kaleyra does not find', { status: 404, body: { code: 'background_not_found' } }],
    ['of another company', { status: 400, body: { code: 'error_background_alias' } }],
  ])('name the alias %s, and stay as they are', async (_, fault) => {
    const before = await company();
    if (fault !== undefined) await world.simulator.fault({ method: 'PUT', path: '/v2/company', ...fault });
    const reply = await update({ background_alias: 'nobody-has-this-one' });
    const message = 'must be the alias of an uploaded background';
    expect([reply.status, reply.body]).toEqual([
      400,
      {
        statusCode: 400,
        error: 'Bad Request',
        message: `body.background_alias ${message}`,
        details: [{ path: 'body.background_alias', message }],
      },
    ]);
    expect(await company()).toEqual(before);
  });

  it.each([
    ['no alias', {}, 400, 'body.background_alias is required'],
    ['an alias that is an object', { background_alias: {} }, 400, 'body.background_alias must be a string'],
    ['an empty alias', { background_alias: ' ' }, 400, 'body.background_alias must not be empty'],
    ['an alias of 10 kB', { background_alias: 'x'.repeat(10_240) }, 400, 'must be at most 128 characters long'],
    ['no object', [], 400, 'body must be an object'],
    ['no JSON', '{"background_alias":', 400, 'body must be valid JSON'],
  ])('refuse %s before Kaleyra hears of it', async (_, body, status, words) => {
    const reply = await update(body);
    expect([reply.status, reply.body]).toMatchObject([status, { message: expect.stringContaining(words) }]);
    expect(await world.simulator.requests()).toEqual([]);
  });

  it('refuse a body that is not sent as JSON', async () => {
    const reply = await world.api
      .as(drRossi)
      .withHeaders({ 'content-type': 'text/plain' })
      .patch('/settings/update', {});
    expect(reply.status).toBe(415);
  });

  it('ask for a person, before the body is looked at', async () => {
    for (const body of [{ background_alias: uploaded.background_alias }, '{']) {
      const reply = await world.api.patch('/settings/update', body);
      expect([reply.status, reply.body]).toMatchObject([401, { error: 'Unauthorized user' }]);
    }
    expect(await world.simulator.requests()).toEqual([]);
  });

  it.each([
    ['fails', { status: 500 }, 502],
    ['throttles', { status: 429 }, 503],
    ['does not know the company', { status: 404, body: { code: 'company_not_found' } }, 502],
    ['answers another shape', { status: 200, body: [] }, 502],
  ])('are not changed as far as we know when Kaleyra %s', async (_, fault, status) => {
    await world.simulator.fault({ method: 'PUT', path: '/v2/company', times: 2, ...fault });
    const reply = await choose();
    expect([reply.status, reply.body]).toMatchObject([status, { statusCode: status }]);
  });
});
