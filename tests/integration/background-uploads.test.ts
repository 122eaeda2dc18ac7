import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aJpeg, anOffer, aPng, aStoredImage, postTo } from '../support/images.ts';
import { drRossi } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** The way around for images above 4 MB: a form for a bucket, and a function that sends on what arrives there. */

const MB = 1024 * 1024;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.simulator.forgetRequests());
afterEach(() => world.simulator.clearFaults());

const sentToKaleyra = async () => (await world.simulator.requests()).filter(({ method }) => method === 'POST');
const bucketName = () => world.env.BACKGROUND_UPLOADS_BUCKET ?? '';
/** What the function was told about a key, as S3 tells it. */
const eventOf = (key: string) => ({ Records: [{ s3: { bucket: { name: bucketName() }, object: { key, size: 1 } } }] });

describe('POST /settings/background-image/uploads', () => {
  it('gives a form that is valid for ten minutes, for one new key', async () => {
    const [one, other] = [await anOffer(world), await anOffer(world)];
    expect(one).toEqual({
      url: `${world.simulator.url}/_s3/${bucketName()}`,
      fields: expect.objectContaining({
        key: expect.stringMatching(/^backgrounds\/[0-9a-f-]{36}\.jpg$/),
        'Content-Type': 'image/jpeg',
        Policy: expect.any(String),
        'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    });
    const validFor = Date.parse(one.expiresAt) - Date.now();
    expect(validFor).toBeGreaterThan(595_000);
    expect(validFor).toBeLessThanOrEqual(600_000);
    expect(other.fields.key).not.toBe(one.fields.key);
  });

  it('asks for a person', async () => {
    const reply = await world.api.post('/settings/background-image/uploads');
    expect([reply.status, reply.body]).toMatchObject([401, { error: 'Unauthorized user' }]);
  });

  it('says so where the deployment has no bucket', async () => {
    world.configure({ BACKGROUND_UPLOADS_BUCKET: '' });
    const reply = await world.api.as(drRossi).post('/settings/background-image/uploads');
    world.configure({});
    expect([reply.status, reply.body]).toEqual([
      501,
      { statusCode: 501, error: 'Not Implemented', message: 'this deployment has no bucket for large images' },
    ]);
  });
});

describe('GET /settings/background-image', () => {
  it('tells who sent an image through the bucket its alias, and that alias can be made the default', async () => {
    await aStoredImage(world, aJpeg({ bytes: 5 * MB }));
    const { status, body } = await world.api.as(drRossi).get('/settings/background-image');
    expect(status).toBe(200);
    const [newest] = (body as { virtual_backgrounds: Record<string, string>[] }).virtual_backgrounds;
    expect(newest).toEqual({
      background_alias: expect.stringMatching(/^[0-9a-z]{32}$/),
      url: expect.stringMatching(/^http/),
      creation_date: expect.stringMatching(/^\d{4}-/),
    });
    const change = { background_alias: newest?.background_alias };
    expect((await world.api.as(drRossi).patch('/settings/update', change)).status).toBe(200);
  });

  it('asks for a person', async () => {
    expect((await world.api.get('/settings/background-image')).status).toBe(401);
  });

  it('fails clearly when Kaleyra does', async () => {
    await world.simulator.fault({ method: 'GET', path: '/v2/company', times: 2, status: 500 });
    expect((await world.api.as(drRossi).get('/settings/background-image')).status).toBe(502);
  });
});

describe('an image in the bucket', () => {
  it.each([
    ['the documented 10 MB', 10 * MB],
    ['Kaleyra’s own 16 MB', 16 * MB],
  ])('of %s reaches Kaleyra byte for byte, and is gone from the bucket', async (_, bytes) => {
    const image = aJpeg({ bytes });
    await aStoredImage(world, image);
    expect((await sentToKaleyra()).map(({ path, status }) => [path, status])).toEqual([
      ['/v2/company/virtual-background', 201],
    ]);
    const headers = { apikey: world.env.BANDYER_API_SECRET_KEY ?? '' };
    const listing = await fetch(`${world.simulator.url}/v2/company/virtual-backgrounds`, { headers });
    const [newest] = ((await listing.json()) as { backgrounds: { url: string }[] }).backgrounds;
    expect(Buffer.from(await (await fetch(newest?.url ?? '')).arrayBuffer()).equals(image)).toBe(true);
    expect(world.bucket.keys()).toEqual([]);
  });

  it.each([
    ['a PNG', () => aPng()],
    ['a JPEG that ends early', () => aJpeg().subarray(0, -3)],
    ['a header that claims 60000x60000', () => aJpeg({ width: 60_000, height: 60_000 })],
  ])('that is %s is deleted and never sent', async (_, image) => {
    const before = world.logs.length;
    await aStoredImage(world, image());
    expect(await world.simulator.requests()).toEqual([]);
    expect(world.bucket.keys()).toEqual([]);
    expect(world.logs.slice(before).join('\n')).toContain('"event":"background.processed","requestId"');
    expect(world.logs.slice(before).join('\n')).toContain('"code":"invalid_input"');
  });

  it.each([
    ['an image that Kaleyra will not have', { status: 422, body: { code: 'invalid_file' } }],
    ['one too many for the company', { status: 400, body: { code: 'exceeded_background_limit' } }],
  ])('that is %s is deleted: asking again would change nothing', async (_, fault) => {
    await world.simulator.fault({ method: 'POST', path: '/v2/company', ...fault });
    await aStoredImage(world, aJpeg());
    expect(await sentToKaleyra()).toHaveLength(1);
    expect(world.bucket.keys()).toEqual([]);
  });

  it('stays when Kaleyra fails, the function fails in our own words, and its repetition succeeds', async () => {
    await world.simulator.fault({ method: 'POST', path: '/v2/company', times: 2, status: 500 });
    const key = await aStoredImage(world, aJpeg());
    expect(world.bucket.keys()).toEqual([key]);
    const repeated = world.invoke('processBackgroundUpload', eventOf(key));
    await expect(repeated).rejects.toMatchObject({ name: 'JobFailed', message: 'the video service failed' });
    expect(await world.invoke('processBackgroundUpload', eventOf(key))).toEqual({ [key]: 'sent' });
    expect((await sentToKaleyra()).map(({ status }) => status)).toEqual([500, 500, 201]);
    expect(world.bucket.keys()).toEqual([]);
  });

  it('is sent once when its event comes twice', async () => {
    const key = await aStoredImage(world, aJpeg());
    expect(await world.invoke('processBackgroundUpload', eventOf(key))).toEqual({ [key]: 'gone' });
    expect(await sentToKaleyra()).toHaveLength(1);
  });
});

describe('processBackgroundUpload', () => {
  it('leaves alone what no form of ours can have made', async () => {
    const key = 'backgrounds/../secrets.jpg';
    expect(await world.invoke('processBackgroundUpload', eventOf(key))).toEqual({ [key]: 'refused' });
    expect(await world.simulator.requests()).toEqual([]);
  });

  it('takes the event with which S3 tries the connection', async () => {
    const tried = { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucketName() };
    expect(await world.invoke('processBackgroundUpload', tried)).toEqual({});
  });

  it('fails on an event that is not from a bucket', async () => {
    await expect(world.invoke('processBackgroundUpload', { Records: [{}] })).rejects.toThrow('body.Records.0.s3');
  });
});

describe('a form that is not followed', () => {
  const refusals: [string, (fields: Record<string, string>) => Record<string, string>, () => Buffer, number, string][] =
    [
      ['with more than 16 MB', fields => fields, () => aJpeg({ bytes: 16 * MB + 1 }), 400, 'EntityTooLarge'],
      ['with an empty file', fields => fields, () => Buffer.alloc(0), 400, 'EntityTooSmall'],
      ['with another key', fields => ({ ...fields, key: 'backgrounds/mine.jpg' }), aJpeg, 403, 'AccessDenied'],
      ['as another type', fields => ({ ...fields, 'Content-Type': 'text/html' }), aJpeg, 403, 'AccessDenied'],
      ['with a field more', fields => ({ ...fields, acl: 'public-read' }), aJpeg, 403, 'AccessDenied'],
      [
        'with a signature changed',
        fields => ({ ...fields, 'X-Amz-Signature': '0'.repeat(64) }),
        aJpeg,
        403,
        'SignatureDoesNotMatch',
      ],
      [
        'with a policy of one’s own',
        fields => ({ ...fields, Policy: widened(fields.Policy) }),
        aJpeg,
        403,
        'SignatureDoesNotMatch',
      ],
      ['without a policy', ({ Policy, ...fields }) => fields, aJpeg, 403, 'SignatureDoesNotMatch'],
    ];
  const widened = (policy = ''): string => {
    const { expiration } = JSON.parse(Buffer.from(policy, 'base64').toString()) as { expiration: string };
    return Buffer.from(JSON.stringify({ expiration, conditions: [] })).toString('base64');
  };

  it.each(refusals)('%s stores nothing', async (_, change, image, status, code) => {
    const { url, fields } = await anOffer(world);
    const response = await postTo({ url, fields: change(fields) }, image());
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
    await world.bucket.told();
    expect(world.bucket.keys()).toEqual([]);
    expect(await world.simulator.requests()).toEqual([]);
  });
});

describe('the bucket itself', () => {
  const client = (secretAccessKey: string) =>
    new S3Client({
      endpoint: `${world.simulator.url}/_s3`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'none', secretAccessKey },
      maxAttempts: 1,
    });
  const nothing = () => ({ Bucket: bucketName(), Key: 'backgrounds/nothing at all.jpg' });

  it('hands nothing out to strangers', async () => {
    expect((await fetch(`${world.simulator.url}/_s3/${bucketName()}/backgrounds/any.jpg`)).status).toBe(403);
    const stranger = client('guessed');
    for (const command of [new GetObjectCommand(nothing()), new DeleteObjectCommand(nothing())]) {
      await expect(stranger.send(command)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    }
  });

  it('tells its owner what is not there, and deletes what is gone already', async () => {
    const owner = client('none');
    await expect(owner.send(new GetObjectCommand(nothing()))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(owner.send(new HeadObjectCommand(nothing()))).rejects.toMatchObject({ name: 'NotFound' });
    expect((await owner.send(new DeleteObjectCommand(nothing()))).$metadata.httpStatusCode).toBe(204);
    await expect(owner.send(new GetObjectCommand({ ...nothing(), Bucket: 'else' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});
