import { describe, expect, it } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aClient, failureOf } from './support.ts';

/** What belongs to the whole company: its picture, and the calls about it. */

const JPEG = new TextEncoder().encode('an invented picture');
const PICTURE = { alias: 'bhh6', url: 'https://static.example/1.jpeg', creation_date: '2031-01-01T12:00:00Z' };
const TOLD = { alias: 'bhh6', url: 'https://static.example/1.jpeg', creationDate: '2031-01-01T12:00:00Z' };

describe('uploading a picture', () => {
  it('sends its bytes under a name of ours', async () => {
    const server = await aScriptedServer(answers(200, PICTURE));
    await aClient(server.url).uploadBackground(JPEG);
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', url: '/v2/company/virtual-background' });
    expect(asked?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(asked?.body).toContain('form-data; name="virtual_background"; filename="background.jpg"\r\n');
    expect(asked?.body.toLowerCase()).toContain('\r\ncontent-type: image/jpeg\r\n\r\nan invented picture\r\n');
  });

  it.each<[string, unknown, unknown]>([
    ['flat', PICTURE, TOLD],
    ['wrapped', { virtual_background: PICTURE }, TOLD],
    [
      'with the longer name of the alias',
      { background_alias: 'bhh6' },
      { alias: 'bhh6', url: null, creationDate: null },
    ],
  ])('tells what came of it from an answer that is %s', async (_, body, told) => {
    const server = await aScriptedServer(answers(201, body));
    expect(await aClient(server.url).uploadBackground(JPEG)).toEqual(told);
  });

  it.each([[{ url: 'https://static.example/1.jpeg' }], [{ alias: '' }], [[PICTURE]], ['']])(
    'does not take %j for an answer',
    async body => {
      const server = await aScriptedServer(answers(200, body));
      const failure = await failureOf(aClient(server.url).uploadBackground(JPEG));
      expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502, maybeDone: true });
    },
  );
});

describe('listing the pictures', () => {
  it('asks for them, and leaves out what is no picture', async () => {
    const server = await aScriptedServer(answers(200, { backgrounds: [PICTURE, 'bhh7', null, { alias: '' }] }));
    expect(await aClient(server.url).listBackgrounds()).toEqual([TOLD]);
    expect(server.asked).toMatchObject([{ method: 'GET', url: '/v2/company/virtual-backgrounds' }]);
  });
});

describe('choosing a picture', () => {
  const choose = async (body: unknown) => {
    const server = await aScriptedServer(answers(200, body));
    return { server, chosen: aClient(server.url).setDefaultBackground('bhh6') };
  };
  const bare = {
    name: 'Invented Clinic',
    defaultLanguage: '',
    defaultBackground: null,
    endCallRedirectUrl: '',
    userDetailsProviderUrl: '',
    endCallRedirectTimeoutMs: 0,
  };

  it('sends its alias alone, and tells how the company is set up then', async () => {
    const { server, chosen } = await choose({
      company: {
        name: 'Invented Clinic',
        default_language: 'it',
        default_background: 'bhh6',
        end_call_redirect_url: 'https://clinic.example/bye',
        user_details_provider_url: 'https://clinic.example/user-details',
        end_call_redirect_timeout_ms: 5000,
        secret_key: 'x',
      },
    });
    expect(await chosen).toEqual({
      name: 'Invented Clinic',
      defaultLanguage: 'it',
      defaultBackground: { alias: 'bhh6', url: null, creationDate: null },
      endCallRedirectUrl: 'https://clinic.example/bye',
      userDetailsProviderUrl: 'https://clinic.example/user-details',
      endCallRedirectTimeoutMs: 5000,
    });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'PUT', url: '/v2/company' });
    expect(JSON.parse(asked?.body ?? '')).toEqual({ background_alias: 'bhh6' });
  });

  it.each<[string, unknown, unknown]>([
    ['the whole picture', PICTURE, TOLD],
    ['a picture without an alias', { url: 'x' }, null],
    ['an empty alias', '', null],
    ['a list', [PICTURE], null],
    ['a number', 7, null],
    ['null', null, null],
  ])('tells of %s as its default', async (_, default_background, defaultBackground) => {
    const { chosen } = await choose({ name: 'Invented Clinic', default_background });
    expect(await chosen).toEqual({ ...bare, defaultBackground });
  });

  it('has what is switched off as nothing', async () => {
    const off = { default_language: null, end_call_redirect_url: null, end_call_redirect_timeout_ms: null };
    expect(await (await choose({ name: 'Invented Clinic', ...off })).chosen).toEqual(bare);
  });

  it.each([[{}], [{ name: null }], [{ company: { id: 'c1' } }], [[]], ['']])(
    'is unknown after %j: that was no company',
    async body => {
      const failure = await failureOf((await choose(body)).chosen);
      expect(failure).toMatchObject({ code: 'kaleyra_unreadable', status: 502 });
    },
  );
});
