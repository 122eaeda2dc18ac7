import { expect, it } from 'vitest';
import { aSimulator, formOf, jpegOf, pngOf } from './support.ts';

const ONE = '/v2/company/virtual-background';
const ALL = '/v2/company/virtual-backgrounds';
const upload = (bytes = jpegOf(1280, 1280), type = 'image/jpeg') => formOf('virtual_background', bytes, type);

it('takes a picture and serves it', async () => {
  const simulator = await aSimulator({ clock: () => Date.UTC(2030, 0, 2, 3, 4, 5, 6) });
  const picture = jpegOf(1920, 1280);
  const { status, body } = await simulator.post(ONE, upload(picture));
  expect(status).toBe(201);
  expect(body).toEqual({
    background_alias: expect.stringMatching(/^[a-z0-9]{32}$/),
    url: expect.stringMatching(/\.jpeg$/),
    creation_date: '2030-01-02T03:04:05.006Z',
  });
  const served = await fetch(body.url);
  expect(served.headers.get('content-type')).toBe('image/jpeg');
  expect(new Uint8Array(await served.arrayBuffer())).toEqual(picture);
});

it('lists the newest first, and the default once one was chosen', async () => {
  const simulator = await aSimulator();
  const first = (await simulator.post(ONE, upload())).body;
  const second = (await simulator.post(ONE, upload(jpegOf(1280, 1280), 'image/jpg'))).body;
  expect((await simulator.get(ALL)).body).toEqual({ default_background: null, backgrounds: [second, first] });
  const company = await simulator.put('/v2/company', { background_alias: first.background_alias });
  expect(company.body.default_background).toBe(first.background_alias);
  expect((await simulator.get(ALL)).body.default_background).toEqual(first);
});

it('deletes one by its alias, which then is no default any more', async () => {
  const simulator = await aSimulator();
  const background = (await simulator.post(ONE, upload())).body;
  await simulator.put('/v2/company', { background_alias: background.background_alias });
  const choice = { background_alias: background.background_alias };
  expect(await simulator.delete(ONE, choice)).toMatchObject({ status: 200, body: background });
  expect((await simulator.get(ALL)).body).toEqual({ default_background: null, backgrounds: [] });
  expect((await simulator.get('/v2/company')).body.default_background).toBeNull();
  expect((await fetch(background.url)).status).toBe(404);
  expect(await simulator.delete(ONE, choice)).toMatchObject({ status: 404, body: { code: 'background_not_found' } });
  expect(await simulator.delete(ONE, {})).toMatchObject({ status: 422, body: { code: 'invalid_background_alias' } });
});

it('holds ten', async () => {
  const simulator = await aSimulator();
  const answers = await Promise.all(Array.from({ length: 10 }, () => simulator.post(ONE, upload())));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const eleventh = await simulator.post(ONE, upload());
  expect(eleventh).toMatchObject({ status: 400, body: { code: 'exceeded_background_limit' } });
});

it.each([
  ['too small', upload(jpegOf(1279, 1280)), 422, 'wrong_file_dimension'],
  ['too low', upload(jpegOf(1280, 1279)), 422, 'wrong_file_dimension'],
  ['a PNG', upload(pngOf(1280, 1280), 'image/png'), 422, 'invalid_file'],
  ['a PNG called JPEG', upload(pngOf(1280, 1280)), 422, 'invalid_file'],
  ['a JPEG called octets', upload(jpegOf(1280, 1280), 'application/octet-stream'), 422, 'invalid_file'],
  ['text', upload(new TextEncoder().encode('picture')), 422, 'invalid_file'],
  ['a JPEG without a frame', upload(new Uint8Array([0xff, 0xd8, 0xff, 0xd9, 0, 0])), 422, 'error_processing_image'],
  ['over 16 MB', upload(jpegOf(1280, 1280, 16 * 1024 * 1024 + 1)), 422, 'invalid_file'],
  ['under another name', formOf('picture', jpegOf(1280, 1280)), 422, 'validation_error'],
  [
    'with a field',
    formOf('virtual_background', jpegOf(1280, 1280), 'image/jpeg', { alias: 'x' }),
    422,
    'validation_error',
  ],
  ['a form without a file', new FormData(), 400, 'file_not_found'],
  ['not a form', { virtual_background: 'x' }, 400, 'file_not_found'],
])('refuses what is %s', async (_, body, status, code) => {
  const simulator = await aSimulator();
  expect(await simulator.post(ONE, body)).toMatchObject({ status, body: { code } });
  expect((await simulator.get(ALL)).body.backgrounds).toEqual([]);
});

it('takes 16 MB', async () => {
  const simulator = await aSimulator();
  expect((await simulator.post(ONE, upload(jpegOf(1280, 1280, 16 * 1024 * 1024)))).status).toBe(201);
});

it('refuses two files at once', async () => {
  const simulator = await aSimulator();
  const form = upload();
  form.append('virtual_background', new Blob([jpegOf(1280, 1280)], { type: 'image/jpeg' }), 'second');
  expect(await simulator.post(ONE, form)).toMatchObject({ status: 422, body: { code: 'validation_error' } });
});

it.each([
  ['that breaks off', '--b\r\nContent-Disposition: form-data; name="virtual_background"; filename="a"\r\n\r\nabc'],
  ['without a boundary inside', 'nothing'],
])('refuses a form %s', async (_, body) => {
  const simulator = await aSimulator();
  const reply = await simulator.send('POST', ONE, body, { 'content-type': 'multipart/form-data; boundary=b' });
  expect(reply).toMatchObject({ status: 400, body: { name: 'invalid_request_error', code: 'upload_error' } });
});

it('refuses a form whose boundary is not said', async () => {
  const simulator = await aSimulator();
  const reply = await simulator.send('POST', ONE, 'x', { 'content-type': 'multipart/form-data' });
  expect(reply).toMatchObject({ status: 400, body: { code: 'upload_error' } });
});
