import { describe, expect, it } from 'vitest';
import type { UploadOffer } from '../../../../lib/domain/company.ts';
import type { BackgroundUploads, Scope } from '../../../../lib/domain/ports.ts';
import { processBackgroundUpload } from '../../../../lib/domain/process-background-upload.ts';
import { requestBackgroundUpload } from '../../../../lib/domain/request-background-upload.ts';
import { addBackground, uploadBackground } from '../../../../lib/domain/upload-background.ts';
import { deadlinePassed, KaleyraError, ServiceError } from '../../../../lib/errors.ts';
import { aConfig } from '../../../support/configs.ts';
import { aJpeg } from '../../../support/images.ts';
import { aScope } from '../../../support/scopes.ts';
import { listening } from './support.ts';

const MB = 1024 * 1024;
const SENT = { alias: 'beach', url: null, creationDate: null };
const RULES = aConfig({ AUTHORIZATION: 'rules', ADMIN_GROUPS: 'ward-admin' });
const somebody = (groups: string[]) => ({ id: 'somebody', groups, scopes: [], fullName: null });
const refused = (vendorCode: string) => new KaleyraError('kaleyra_refused', 502, 'refused', { vendorCode });

const sending = (failure?: Error, parts: Parameters<typeof aScope>[0] = {}) => {
  const sent: number[] = [];
  const scope = aScope({
    kaleyra: {
      uploadBackground: async jpeg => {
        sent.push(jpeg.length);
        if (failure !== undefined) throw failure;
        return SENT;
      },
    },
    ...parts,
  });
  return { scope, sent };
};

describe('a background that is sent to Kaleyra', () => {
  it('is sent as it is, if it is one', async () => {
    const { scope, sent } = sending();
    const image = aJpeg();
    expect(await uploadBackground(scope, image)).toEqual(SENT);
    await expect(uploadBackground(scope, Buffer.from('no image'))).rejects.toMatchObject({ status: 400 });
    expect(sent).toEqual([image.length]);
  });

  it.each(['invalid_file', 'wrong_file_dimension', 'error_processing_image'])(
    'and refused as a file is the caller’s mistake: %s',
    async vendorCode => {
      await expect(uploadBackground(sending(refused(vendorCode)).scope, aJpeg())).rejects.toMatchObject({
        status: 400,
        message: 'body.virtual_background was refused by the video service as a background',
      });
    },
  );

  it('and is one too many is a conflict', async () => {
    const { scope } = sending(refused('exceeded_background_limit'));
    await expect(uploadBackground(scope, aJpeg())).rejects.toMatchObject({
      code: 'conflict',
      status: 409,
      message: 'the company has as many backgrounds as the video service allows',
    });
  });

  it.each([
    ['for another reason', refused('unknown')],
    [
      'with such a code by a Kaleyra that fails',
      new KaleyraError('kaleyra_timeout', 504, 'x', { vendorCode: 'invalid_file' }),
    ],
    ['by something else', deadlinePassed()],
  ])('and refused %s says so', async (_, failure) => {
    await expect(uploadBackground(sending(failure).scope, aJpeg())).rejects.toBe(failure);
  });

  it('on order is sent for administrators alone', async () => {
    const { scope, sent } = sending(undefined, { config: RULES, caller: somebody(['ward-admin']) });
    expect(await addBackground(scope, aJpeg())).toEqual(SENT);
    const other = { ...scope, caller: somebody([]) };
    await expect(addBackground(other, aJpeg())).rejects.toMatchObject({ status: 403 });
    expect(sent).toHaveLength(1);
  });
});

describe('the way around for a large one', () => {
  const offers: UploadOffer[] = [];
  const uploads = {
    offer: async (offer: UploadOffer) => {
      offers.push(offer);
      return { url: 'https://bucket.invalid', fields: {}, expiresAt: 7 };
    },
  } as BackgroundUploads;
  const scope = (groups: string[]) =>
    aScope({ config: RULES, caller: somebody(groups), ids: { uploadId: () => 'an-id' } });

  it('is offered for ten minutes, for one JPEG of at most 16 MB', async () => {
    expect(await requestBackgroundUpload(scope(['ward-admin']), uploads)).toMatchObject({ expiresAt: 7 });
    expect(offers).toEqual([
      { key: 'backgrounds/an-id.jpg', contentType: 'image/jpeg', bytes: { least: 1, most: 16 * MB }, seconds: 600 },
    ]);
  });

  it('is not offered to others, nor where there is no bucket', async () => {
    await expect(requestBackgroundUpload(scope([]), uploads)).rejects.toMatchObject({ status: 403 });
    await expect(requestBackgroundUpload(scope([]), undefined)).rejects.toMatchObject({ status: 403 });
    await expect(requestBackgroundUpload(scope(['ward-admin']), undefined)).rejects.toMatchObject({ status: 501 });
  });
});

describe('an image in the bucket', () => {
  const KEY = 'backgrounds/01234567-89ab-cdef-0123-456789abcdef.jpg';
  type Stored = Awaited<ReturnType<BackgroundUploads['read']>>;

  const processing = async (stored: Stored | Error, failure?: Error, key = KEY, removal?: Error) => {
    const done: unknown[][] = [];
    const uploads = {
      read: async (...asked) => {
        done.push(['read', ...asked]);
        if (stored instanceof Error) throw stored;
        return stored;
      },
      remove: async removed => {
        done.push(['remove', removed]);
        if (removal !== undefined) throw removal;
      },
    } as BackgroundUploads;
    const { scope, told } = listening(sending(failure).scope);
    const outcome = await processBackgroundUpload(scope, uploads, key).catch((error: unknown) => error);
    return { outcome, done, told };
  };
  const READ = ['read', KEY, 16 * MB];
  const REMOVED = ['remove', KEY];
  const processed = (code: string) => ['info', 'background.processed', { code }];

  it('is sent and deleted', async () => {
    expect(await processing(aJpeg())).toEqual({
      outcome: 'sent',
      done: [READ, REMOVED],
      told: [processed('sent')],
    });
  });

  it('that is no background is deleted', async () => {
    expect(await processing(Buffer.from('no image'))).toEqual({
      outcome: 'refused',
      done: [READ, REMOVED],
      told: [processed('invalid_input')],
    });
    expect(await processing('too large')).toEqual({
      outcome: 'refused',
      done: [READ, REMOVED],
      told: [processed('too_large')],
    });
  });

  it('that is gone was dealt with already', async () => {
    expect(await processing('missing')).toEqual({ outcome: 'gone', done: [READ], told: [processed('gone')] });
  });

  it.each([
    'others/01234567-89ab-cdef-0123-456789abcdef.jpg',
    `x${KEY}`,
    `${KEY}x`,
    'backgrounds/01234567-89ab-cdef-0123-456789abcdeg.jpg',
    'backgrounds/01234567-89ab-cdef-456789abcdef.jpg',
    'backgrounds/01234567-89abcdef-0123-0123-456789abcdef.jpg',
    'backgrounds/0123456-89ab-cdef-0123-456789abcdef.jpg',
    'backgrounds/01234567-89ab-cdef-0123-456789abcde.jpg',
    'backgrounds/01234567-89ab-cdef-012-456789abcdef.jpg',
    'backgrounds/01234567-89ab-cdef-0123-456789abcdef.png',
    'backgrounds/01234567-89ab-cdef-0123-456789abcdefxjpg',
  ])('under a key that we never gave out is left alone: %s', async key => {
    expect(await processing(aJpeg(), undefined, key)).toEqual({
      outcome: 'refused',
      done: [],
      told: [processed('foreign_key')],
    });
  });

  it.each([
    ['Kaleyra fails', new KaleyraError('kaleyra_unavailable', 503, 'down')],
    ['Kaleyra refuses for another reason', new KaleyraError('kaleyra_refused', 400, 'refused')],
    ['the time is over', deadlinePassed()],
    ['a rule of ours is broken', new TypeError('as told')],
    ['nothing of it is final', new ServiceError('conflict', 399, 'as told')],
    ['the next one could help', new ServiceError('conflict', 500, 'as told')],
  ])('stays for another attempt where %s', async (_, failure) => {
    expect(await processing(aJpeg(), failure)).toEqual({ outcome: failure, done: [READ], told: [] });
  });

  it('stays where the bucket does not answer', async () => {
    const failure = new Error('as told');
    expect(await processing(failure)).toEqual({ outcome: failure, done: [READ], told: [] });
  });

  it.each([400, 499])('is deleted where another attempt would end alike, as with a status %d of ours', async status => {
    const { outcome, done } = await processing(aJpeg(), new ServiceError('conflict', status, 'as told'));
    expect([outcome, done]).toEqual(['refused', [READ, REMOVED]]);
  });

  it('that cannot be deleted is not sent again: it expires by itself', async () => {
    const { outcome, told } = await processing(aJpeg(), undefined, KEY, new RangeError('as told'));
    expect(outcome).toBe('sent');
    expect(told).toMatchObject([['warn', 'background.not_deleted', { errorName: 'RangeError' }], processed('sent')]);
  });

  it('cannot be where there is no bucket', async () => {
    await expect(processBackgroundUpload(sending().scope as Scope, undefined, KEY)).rejects.toMatchObject({
      code: 'not_configured',
    });
  });
});
