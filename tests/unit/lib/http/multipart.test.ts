import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../../lib/errors.ts';
import { fileForm } from '../../../../lib/http/multipart.ts';
import { FORM_TYPE, partsBody } from '../../../support/images.ts';
import { anEvent } from '../../../support/invocations.ts';
import { someDeps } from '../../../support/scopes.ts';

const read = fileForm({ field: 'picture', largestBytes: 1000, whenLarger: 'try another way' });

const send = (body: Buffer, contentType: string = FORM_TYPE) =>
  read(
    anEvent({
      body: body.toString('base64'),
      isBase64Encoded: true,
      headers: { 'content-type': contentType },
    }),
    someDeps(),
  );

const file = (content: Buffer | string, name = 'picture') => ({ name, content, fileName: 'p.jpg', type: 'image/jpeg' });

describe('a form with one file', () => {
  it('gives the bytes of the file under its name', async () => {
    const content = Buffer.from([0, 255, 13, 10, 45, 45, 0]);
    expect(await send(partsBody([{ name: 'note', content: 'x' }, file(content)]))).toEqual({ picture: content });
  });

  it('may come as text', async () => {
    const body = partsBody([file('plain')]).toString('utf8');
    const event = anEvent({ body, isBase64Encoded: false, headers: { 'content-type': FORM_TYPE } });
    expect(await read(event, someDeps())).toEqual({ picture: Buffer.from('plain') });
  });

  it('may be exactly as large as allowed, and not a byte larger', async () => {
    expect(await send(partsBody([file('x'.repeat(1000))]))).toEqual({ picture: Buffer.alloc(1000, 'x') });
    await expect(send(partsBody([file('x'.repeat(1001))]))).rejects.toMatchObject({
      status: 413,
      message: 'try another way',
    });
  });

  it.each([
    ['quoted', '"a; b=c"', 'a; b=c'],
    ['bare', 'abc', 'abc'],
  ])('is read by a %s boundary', async (_, written, boundary) => {
    const body = partsBody([file('x')], boundary);
    expect(await send(body, `multipart/form-data; boundary=${written}`)).toEqual({ picture: Buffer.from('x') });
  });

  it('leaves out what is not there', async () => {
    expect(await send(partsBody([file('x', 'other')]))).toEqual({});
  });

  it.each([
    ['no type', '', 415],
    ['a type that only begins alike', 'multipart/form-database; boundary=x', 415],
    ['no boundary', 'multipart/form-data', 400],
    ['a boundary whose quotes never close', 'multipart/form-data; boundary="x', 400],
    ['two types', `${FORM_TYPE}, application/json`, 400],
  ])('is refused with %s', async (_, contentType, status) => {
    await expect(send(partsBody([file('x')]), contentType)).rejects.toMatchObject({ status });
  });

  it('ends, whatever the body holds, in the parts or in a refusal of ours', async () => {
    const whole = partsBody([{ name: 'note', content: 'x' }, file('some picture')]);
    const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.nat(whole.length), async (changes, length) => {
        const body = Buffer.from(whole);
        for (const { at, to } of changes) body[at] = to;
        const outcome = await send(body.subarray(0, length)).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ServiceError);
      }),
      { numRuns: 1000 },
    );
  });

  it('ends, whatever the content type is', async () => {
    const body = partsBody([file('x')]);
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 40 }), async text => {
        const outcome = await send(body, `multipart/form-data;${text}`).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ServiceError);
      }),
      { numRuns: 500 },
    );
  });
});
