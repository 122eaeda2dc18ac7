import { describe, expect, it } from 'vitest';
import { aSimulator, formOf, jpegOf, pngOf } from './support.ts';

describe('the company', () => {
  it('is flat and complete', async () => {
    const simulator = await aSimulator();
    expect(await simulator.get('/v2/company')).toMatchObject({
      status: 200,
      body: {
        name: 'Example Clinic',
        default_language: 'en',
        logos: { light_url: null, dark_url: null },
        default_background: null,
        end_call_redirect_url: null,
        end_call_redirect_timeout_ms: 5000,
        user_details_provider_url: null,
      },
    });
  });

  it('changes only what is sent, and null switches an address off', async () => {
    const simulator = await aSimulator();
    const changes = {
      name: "Clinic #1 & Co. @ Nowhere, isn't it?!",
      default_language: 'it',
      end_call_redirect_url: 'https://example.org/bye',
      end_call_redirect_timeout_ms: 60_000,
      user_details_provider_url: 'https://example.org/users',
    };
    expect((await simulator.put('/v2/company', changes)).body).toMatchObject(changes);
    const second = await simulator.put('/v2/company', { end_call_redirect_url: null, end_call_redirect_timeout_ms: 0 });
    expect(second.body).toMatchObject({
      ...changes,
      end_call_redirect_url: null,
      end_call_redirect_timeout_ms: 0,
    });
    expect((await simulator.get('/v2/company')).body).toEqual(second.body);
  });

  it.each([
    [{ name: 'Clinic <1>' }, 'invalid_company_name'],
    [{ name: '' }, 'invalid_company_name'],
    [{ default_language: 'es' }, 'invalid_language'],
    [{ background_alias: 'nothing' }, 'invalid_background_alias'],
    [{ background_alias: null }, 'invalid_background_alias'],
    [{ end_call_redirect_url: 'example.org' }, 'invalid_end_call_redirect_url'],
    [{ end_call_redirect_url: 'ftp://example.org' }, 'invalid_end_call_redirect_url'],
    [{ end_call_redirect_timeout_ms: 60_001 }, 'invalid_end_call_redirect_timeout_ms'],
    [{ end_call_redirect_timeout_ms: -1 }, 'invalid_end_call_redirect_timeout_ms'],
    [{ end_call_redirect_timeout_ms: '5000' }, 'invalid_end_call_redirect_timeout_ms'],
    [{ user_details_provider_url: '/users' }, 'invalid_user_details_provider_url'],
    [{ logos: {} }, 'validation_error'],
  ])('refuses %j with %s and changes nothing', async (changes, code) => {
    const simulator = await aSimulator();
    const before = (await simulator.get('/v2/company')).body;
    const reply = await simulator.put('/v2/company', { ...changes });
    expect(reply).toMatchObject({ status: 422, body: { name: 'validation_error', code } });
    expect(reply.body.message).toContain(Object.keys(changes)[0]);
    expect((await simulator.get('/v2/company')).body).toEqual(before);
  });

  it('gives its language to users who have none', async () => {
    const simulator = await aSimulator();
    await simulator.put('/v2/company', { default_language: 'fr' });
    expect((await simulator.post('/v2/users', { role: 'basic' })).body.language).toBe('fr');
  });
});

describe('the theme', () => {
  const blue = { primary_color: '#009fe3', accent_color: '#0000ff' };

  it('is set and reset one mode at a time', async () => {
    const simulator = await aSimulator();
    expect((await simulator.get('/v2/company/theme')).body).toEqual({ light: null, dark: null });
    await simulator.put('/v2/company/theme', { light: blue });
    expect((await simulator.put('/v2/company/theme', { dark: blue })).body).toEqual({ light: blue, dark: blue });
    await simulator.put('/v2/company/theme', { light: null });
    expect((await simulator.get('/v2/company/theme')).body).toEqual({ light: null, dark: blue });
  });

  it.each([
    [{}, 'missing_theme'],
    [{ light: { primary_color: '#009fe3' } }, 'invalid_theme_color'],
    [{ light: { ...blue, accent_color: '#fff' } }, 'invalid_theme_color'],
    [{ dark: { ...blue, accent_color: 'blue' } }, 'invalid_theme_color'],
    [{ sepia: blue }, 'validation_error'],
  ])('refuses %j with %s', async (theme, code) => {
    const simulator = await aSimulator();
    expect(await simulator.put('/v2/company/theme', theme)).toMatchObject({ status: 422, body: { code } });
  });
});

describe('the logo', () => {
  it('is served for the mode it was uploaded for', async () => {
    const simulator = await aSimulator();
    const picture = pngOf(200, 200);
    const reply = await simulator.put(
      '/v2/company/theme/logo',
      formOf('logo', picture, 'image/png', { theme: 'dark' }),
    );
    expect(reply).toMatchObject({ status: 200, body: { logo_url: null, logo_dark_url: expect.any(String) } });
    expect((await simulator.get('/v2/company')).body.logos.dark_url).toBe(reply.body.logo_dark_url);
    const served = await fetch(reply.body.logo_dark_url);
    expect(served.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(picture);
    await simulator.put('/v2/company/theme/logo', formOf('logo', jpegOf(200, 200)));
    expect((await fetch(reply.body.logo_dark_url)).status).toBe(404);
  });

  it.each([
    [formOf('logo', pngOf(199, 200), 'image/png'), 'wrong_file_dimension'],
    [formOf('logo', pngOf(200, 200), 'image/png', { theme: 'blue' }), 'invalid_company_logo_theme'],
    [formOf('logo', jpegOf(200, 200, 500 * 1024 + 1)), 'invalid_file'],
  ])('has its limits', async (form, code) => {
    const simulator = await aSimulator();
    expect(await simulator.put('/v2/company/theme/logo', form)).toMatchObject({ status: 422, body: { code } });
  });
});
