import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aForm, aJpeg, aPng, FORM_TYPE, formOf, imagePart, partsBody } from '../support/images.ts';
import { drRossi } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

/** `POST /settings/background-image`: one more background for the whole company. */

const MB = 1024 * 1024;

describe.each(TRANSPORTS)('a background image, %s', transport => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ transport });
  });
  afterAll(() => world.close());
  beforeEach(() => world.simulator.forgetRequests());
  afterEach(async () => {
    await world.simulator.clearFaults();
    await world.simulator.dialect({ wrapped: false, errorEnvelope: 'flat' });
  });

  /** Everything that the company has at Kaleyra. */
  const backgrounds = async (): Promise<unknown[]> => {
    const headers = { apikey: world.env.BANDYER_API_SECRET_KEY ?? '' };
    const response = await fetch(`${world.simulator.url}/v2/company/virtual-backgrounds`, { headers });
    return ((await response.json()) as { backgrounds: unknown[] }).backgrounds;
  };
  const sentToKaleyra = async () =>
    (await world.simulator.requests())
      .map(({ method, path }) => `${method} ${path}`)
      .filter(call => !/^GET/.test(call));

  it.each([
    ['unwrapped', false],
    ['wrapped', true],
  ])('is sent to Kaleyra and described the same way when the answer is %s', async (_, wrapped) => {
    await world.simulator.dialect({ wrapped });
    const image = aJpeg({ width: 1920, height: 1280, thumbnail: true });
    const reply = await world.api.as(drRossi).raw(aForm(image));
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        virtual_background: {
          background_alias: expect.stringMatching(/^[a-z0-9]{32}$/),
          url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/static\/background-[0-9a-f]{32}\.jpeg$/),
          creation_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
      },
    ]);
    const { url } = (reply.body as { virtual_background: { url: string } }).virtual_background;
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(image)).toBe(true);
    expect(await sentToKaleyra()).toEqual(['POST /v2/company/virtual-background']);
  });

  it('is taken at the prefix of the retired service, from a form with a quoted boundary and a field beside it', async () => {
    const body = partsBody([{ name: 'comment', content: 'blue' }, imagePart(aJpeg({ frame: 0xc2 }))], 'a b:c');
    const form = formOf(body, 'Multipart/Form-Data; charset=utf-8; boundary="a b:c"');
    const url = '/api/v1/telecons-be/settings/background-image';
    expect((await world.api.as(drRossi).raw({ ...form, url })).status).toBe(200);
  });

  it('travels with our key, whatever key the caller sends', async () => {
    const reply = await world.api.as(drRossi).withHeaders({ apikey: 'ak_live_of_somebody_else' }).raw(aForm(aJpeg()));
    expect(reply.status).toBe(200);
  });

  it('may have exactly 4 MB', async () => {
    const image = aJpeg({ bytes: 4 * MB });
    expect(image).toHaveLength(4 * MB);
    expect((await world.api.as(drRossi).raw(aForm(image))).status).toBe(200);
  });

  const cutOff = (body: Buffer, missing: number) => body.subarray(0, body.length - missing);
  const jpeg = () => imagePart(aJpeg());
  const whole = () => partsBody([jpeg()]);
  const image = (content: Buffer) => aForm(content);

  const refused: [string, () => ReturnType<typeof aForm>, number, string][] = [
    ['a PNG renamed to .jpg', () => aForm(aPng(), 'holiday.jpg'), 400, 'by its bytes this one is PNG'],
    ['an empty file', () => image(Buffer.alloc(0)), 400, 'body.virtual_background must not be empty'],
    ['a text file', () => image(Buffer.from('no image')), 400, 'body.virtual_background must be a JPEG image'],
    ['a JPEG that ends early', () => image(cutOff(aJpeg({ thumbnail: true }), 3)), 400, 'this one ends early'],
    ['a JPEG that ends in its header', () => image(aJpeg().subarray(0, 40)), 400, 'this one ends early'],
    [
      'a JPEG 1279 high',
      () => image(aJpeg({ height: 1279 })),
      400,
      'must be at least 1280x1280 pixels large, not 1280x1279',
    ],
    [
      'a JPEG 1279 wide',
      () => image(aJpeg({ width: 1279 })),
      400,
      'must be at least 1280x1280 pixels large, not 1279x1280',
    ],
    [
      'a header that claims 60000x60000',
      () => image(aJpeg({ width: 60_000, height: 60_000 })),
      400,
      'must be at most 16384x16384',
    ],
    ['more than 4 MB', () => image(aJpeg({ bytes: 4 * MB + 1 })), 413, 'POST /settings/background-image/uploads'],
    [
      'as much as a function can receive',
      () => image(aJpeg({ bytes: 4.45 * MB })),
      413,
      '/settings/background-image/uploads',
    ],
    ['no part at all', () => formOf(partsBody([])), 400, 'body.virtual_background is required'],
    ['an empty body', () => formOf(Buffer.alloc(0)), 400, 'body must be a complete multipart form'],
    [
      'only other fields',
      () => formOf(partsBody([{ name: 'a', content: 'b' }])),
      400,
      'body.virtual_background is required',
    ],
    [
      'the image under another name',
      () => formOf(partsBody([{ ...jpeg(), name: 'image' }])),
      400,
      'body.virtual_background is required',
    ],
    [
      'the image as a text',
      () => formOf(partsBody([{ name: 'virtual_background', content: 'x' }])),
      400,
      'body.virtual_background must be a file',
    ],
    ['two images', () => formOf(partsBody([jpeg(), jpeg()])), 400, 'body must hold one file only'],
    ['three files', () => formOf(partsBody([jpeg(), jpeg(), jpeg()])), 400, 'body must hold one file only'],
    [
      'a great many fields',
      () => formOf(partsBody([...Array(50).fill({ name: 'a', content: '' }), jpeg()])),
      400,
      'few fields beside it',
    ],
    ['a body that ends inside the file', () => formOf(cutOff(whole(), 60)), 400, 'this one is cut off or malformed'],
    ['a body without its last boundary', () => formOf(cutOff(whole(), 4)), 400, 'this one is cut off or malformed'],
    [
      'a body that ends in a part’s header',
      () => formOf(whole().subarray(0, 60)),
      400,
      'this one is cut off or malformed',
    ],
    [
      'another boundary than announced',
      () => formOf(whole(), 'multipart/form-data; boundary=other'),
      400,
      'cut off or malformed',
    ],
    ['no boundary', () => formOf(whole(), 'multipart/form-data'), 400, 'headers.content-type must name the boundary'],
    ['the bare image', () => formOf(aJpeg(), 'image/jpeg'), 415, 'the body must be sent as multipart/form-data'],
    ['JSON', () => formOf(Buffer.from('{"virtual_background":"x"}'), 'application/json'), 415, 'multipart/form-data'],
    [
      'an HTML form without files',
      () => formOf(Buffer.from('a=b'), 'application/x-www-form-urlencoded'),
      415,
      'multipart/form-data',
    ],
    [
      'another kind of multipart',
      () => formOf(whole(), FORM_TYPE.replace('form-data', 'form-data2')),
      415,
      'multipart/form-data',
    ],
  ];

  it.each(refused)('%s is refused with what is wrong, and Kaleyra hears nothing', async (_, form, status, words) => {
    const before = await backgrounds();
    await world.simulator.forgetRequests();
    const reply = await world.api.as(drRossi).raw(form());
    expect([reply.status, reply.body]).toEqual([
      status,
      expect.objectContaining({ statusCode: status, message: expect.stringContaining(words) }),
    ]);
    expect(await world.simulator.requests()).toEqual([]);
    expect(await backgrounds()).toEqual(before);
    expect(await world.items()).toEqual([]);
  });

  it('above what a function can receive is the gateway’s to refuse', async () => {
    const reply = await world.api.as(drRossi).raw(aForm(aJpeg({ bytes: 5 * MB })));
    expect([reply.status, reply.body]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  it.each([
    ['nobody', {}],
    ['an empty id', { miauserid: '' }],
    ['the text null', { miauserid: 'null' }],
  ])('of %s is refused before the body is looked at', async (_, headers: Record<string, string>) => {
    const unreadable = formOf(Buffer.from('not a form'), 'text/plain');
    for (const form of [aForm(aJpeg()), unreadable]) {
      const reply = await world.api.withHeaders(headers).raw(form);
      expect([reply.status, reply.body]).toMatchObject([401, { statusCode: 401, error: 'Unauthorized user' }]);
    }
    expect(await world.simulator.requests()).toEqual([]);
  });

  it.each([
    ['fails', { status: 500 }, 502, 'the video service failed'],
    ['throttles', { status: 429 }, 503, 'the video service asks to slow down'],
    ['drops the line', { drop: true }, 503, 'the video service cannot be reached'],
    ['answers HTML', { status: 201, body: '<html>' }, 502, 'a form that cannot be read'],
    ['answers without an alias', { status: 201, body: { url: 'x' } }, 502, 'a form that cannot be read'],
    ['does not know our key', { status: 401 }, 502, 'refused our key'],
    [
      'refuses the image',
      { status: 422, body: { code: 'error_processing_image' } },
      400,
      'body.virtual_background was refused',
    ],
    ['has enough of them', { status: 400, body: { code: 'exceeded_background_limit' } }, 409, 'as many backgrounds as'],
  ])('is sent once when Kaleyra %s', async (_, fault, status, words) => {
    await world.simulator.fault({ method: 'POST', path: '/v2/company', times: 3, ...fault });
    const reply = await world.api.as(drRossi).raw(aForm(aJpeg()));
    expect([reply.status, reply.body]).toEqual([
      status,
      expect.objectContaining({ statusCode: status, message: expect.stringContaining(words) }),
    ]);
    expect(await sentToKaleyra()).toEqual(['POST /v2/company/virtual-background']);
  });
});
