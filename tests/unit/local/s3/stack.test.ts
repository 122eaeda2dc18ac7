import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stack, startStack } from '../../../../local/stack.ts';
import { aJpeg, type Offer, postTo } from '../../../support/images.ts';

/** The bucket as `npm start` has it: the real functions with the environment of the stage `local`, nothing of a test between. */

let stack: Stack;
const printed: string[] = [];
beforeAll(async () => {
  stack = await startStack({ log: line => printed.push(line) });
});
afterAll(() => stack.close());

const request = async (): Promise<Offer> => {
  const headers = { miauserid: 'dr-rossi' };
  const response = await fetch(`${stack.api}/settings/background-image/uploads`, { method: 'POST', headers });
  expect(response.status).toBe(201);
  return (await response.json()) as Offer;
};

const backgrounds = async (): Promise<unknown[]> => {
  const headers = { apikey: stack.env.BANDYER_API_SECRET_KEY ?? '' };
  const response = await fetch(`${stack.kaleyra}/v2/company/virtual-backgrounds`, { headers });
  return ((await response.json()) as { backgrounds: unknown[] }).backgrounds;
};

it('an image of 10 MB posted to the bucket arrives at Kaleyra', async () => {
  const form = await request();
  expect(form.url).toBe(`${stack.kaleyra}/_s3/teleconsultation-local-backgrounds`);
  expect((await postTo(form, aJpeg({ bytes: 10 * 1024 * 1024 }))).status).toBe(204);
  await expect.poll(backgrounds, { timeout: 5000, interval: 20 }).toHaveLength(1);
});

it('a function that fails for an object says so at the terminal', async () => {
  const faults = `${stack.kaleyra}/_simulator/faults`;
  const fault = { method: 'POST', path: '/v2/company', status: 500 };
  await fetch(faults, { method: 'POST', body: JSON.stringify(fault), headers: { 'content-type': 'application/json' } });
  expect((await postTo(await request(), aJpeg())).status).toBe(204);
  await expect
    .poll(() => printed.join('\n'), { timeout: 5000, interval: 20 })
    .toContain('processBackgroundUpload failed: JobFailed: the video service failed');
  expect(await backgrounds()).toHaveLength(1);
});
