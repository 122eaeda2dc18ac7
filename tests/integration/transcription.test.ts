import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aHeldCall, type HeldCall } from '../support/calls.ts';
import { mrBianchi } from '../support/people.ts';
import { answers, aScriptedServer, breaksOff, hangs, resets, type Script } from '../support/scripted-server.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

/** What was said in a call, on its way from Kaleyra's file to the caller. */
const MB = 1024 * 1024;
const RECORDED = { DEFAULT_RECORDING_TYPE: 'manual', TRANSCRIPTION_MAX_FILE_SIZE: '5MB' };

/** All bytes there are, and so nothing that is text. */
const BYTES = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));

const sends =
  (bytes: Uint8Array, headers: Record<string, string> = {}): Script =>
  response => {
    response.writeHead(200, headers).end(bytes);
  };

describe.each(TRANSPORTS)('a transcription, %s', transport => {
  let world: World;
  let call: HeldCall;
  beforeAll(async () => {
    world = await openWorld({ transport, env: { ...RECORDED, DEFAULT_RECORDING_TYPE: 'automatic' } });
    call = await aHeldCall(world, {}, { transcription: 'Buongiorno. Così è detto ✓' });
  });
  afterAll(() => world.close());
  const get = (held: HeldCall = call) => world.api.as(mrBianchi).get(`/transcription/${held.id}/${held.sessionId}`);

  it('is passed through with the vendor’s type, to be kept and not opened in place', async () => {
    const { status, text, headers } = await get();
    expect([status, text]).toEqual([200, 'Buongiorno. Così è detto ✓']);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'x-request-id': expect.stringMatching(/\S/),
    });
  });

  it('arrives byte for byte, whatever it is', async () => {
    const files = await aScriptedServer(sends(BYTES, { 'content-type': 'application/zip' }));
    world.configure({ VENDOR_ORIGINS: files.url });
    const path = '^/v2/sessions/[^/]+/transcription$';
    await world.simulator.fault({ path, status: 200, body: { url: `${files.url}/file?secret=1` } });
    const { status, bytes, headers } = await get();
    expect([status, headers['content-type'], bytes?.equals(BYTES)]).toEqual([200, 'application/zip', true]);
    world.configure({});
  });

  it.each([
    ['exactly 4 MB', 4 * MB, 200],
    ['a byte over 4 MB', 4 * MB + 1, 302],
    ['exactly the limit', 5 * MB, 302],
    ['a byte over the limit', 5 * MB + 1, 413],
  ])('of %s is answered in its own way', async (_, size, expected) => {
    // Quotes, because as JSON each takes two bytes.
    const said = '"'.repeat(size);
    const held = await aHeldCall(world, {}, { transcription: said });
    const { status, text, body, headers } = await get(held);
    expect([status, headers['cache-control']]).toEqual([expected, 'no-store']);
    if (expected === 200) expect(text === said).toBe(true);
    if (expected === 302) expect((await (await fetch(headers.location ?? '')).text()) === said).toBe(true);
    if (expected === 413) {
      const message = `the transcription is larger than ${5 * MB} bytes (TRANSCRIPTION_MAX_FILE_SIZE)`;
      expect([headers.location, body]).toEqual([undefined, { statusCode: 413, error: 'Payload Too Large', message }]);
    }
  });

  it('of nobody saying anything is an empty file', async () => {
    const { status, text } = await get(await aHeldCall(world, {}, { transcription: '' }));
    expect([status, text]).toEqual([200, '']);
  });

  it('has a limit of its own even below what could be passed through', async () => {
    const held = await aHeldCall(world, {}, { transcription: 'x'.repeat(1001) });
    world.configure({ TRANSCRIPTION_MAX_FILE_SIZE: '1000' });
    expect((await get(held)).status).toBe(413);
    world.configure({ TRANSCRIPTION_MAX_FILE_SIZE: '1001' });
    expect((await get(held)).status).toBe(200);
    world.configure({});
  });
});

describe('a file that Kaleyra keeps elsewhere', () => {
  let world: World;
  let call: HeldCall;
  beforeAll(async () => {
    world = await openWorld({ env: { ...RECORDED, DEFAULT_RECORDING_TYPE: 'automatic', LOG_LEVEL: 'debug' } });
    call = await aHeldCall(world);
  });
  afterAll(() => world.close());
  afterEach(async () => {
    vi.restoreAllMocks();
    world.configure({});
    await world.simulator.clearFaults();
  });

  /** What a participant gets of a file that is served so; its host is listed. */
  const reading = async (script: Script, env: Record<string, string> = {}) => {
    const files = await aScriptedServer(script);
    world.configure({ VENDOR_ORIGINS: `https://*.bandyer.com,${files.url}`, ...env });
    const url = `${files.url}/canary-file?Signature=canary`;
    await world.simulator.fault({ path: '^/v2/sessions/[^/]+/transcription$', times: 2, status: 200, body: { url } });
    const reply = await world.api.as(mrBianchi).get(`/transcription/${call.id}/${call.sessionId}`);
    expect(world.logs.join()).not.toContain('canary');
    return { reply, files, url };
  };

  it.each([
    ['application/json', 'application/json'],
    ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
    ['application/vnd.example.transcript+json', 'application/vnd.example.transcript+json'],
    ['Text/VTT;Charset="UTF-8"', 'text/vtt; charset=utf-8'],
    ['text/plain; charset=utf-7', 'text/plain'],
    ['text/html; charset=utf-8', 'application/octet-stream'],
    ['image/svg+xml', 'application/octet-stream'],
    ['application/xhtml+xml', 'application/octet-stream'],
    ['text/javascript', 'application/octet-stream'],
    ['multipart/x-mixed-replace; boundary=x', 'application/octet-stream'],
    ['text/plain, text/html', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('as %j is passed through as %j', async (sent, told) => {
    const { reply } = await reading(sends(Buffer.from('{"a":1}'), { 'content-type': sent }));
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([200, told, '{"a":1}']);
    expect(reply.headers['content-disposition']).toBe('attachment');
  });

  it('is asked for without our key, without anything of the caller, and uncompressed', async () => {
    const { reply, files } = await reading(sends(Buffer.from('said')));
    expect(reply.status).toBe(200);
    expect(files.asked).toHaveLength(1);
    const [{ method, url, headers } = { method: '', url: '', headers: {} }] = files.asked;
    expect([method, url]).toEqual(['GET', '/canary-file?Signature=canary']);
    expect(headers['accept-encoding']).toBe('identity');
    const sent = Object.keys(headers);
    for (const name of ['apikey', 'cookie', 'authorization', 'referer', 'miauserid', 'x-gateway-secret']) {
      expect(sent).not.toContain(name);
    }
  });

  it('that is large is not passed on: the caller is sent there', async () => {
    const { reply, url } = await reading(sends(Buffer.alloc(4 * MB + 1)));
    expect([reply.status, reply.headers.location, reply.text]).toEqual([302, url, '']);
  });

  it('that never ends is left as soon as it is too large', async () => {
    const endless: Script = async response => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const chunk = Buffer.alloc(64 * 1024, 'x');
      while (!response.destroyed) {
        if (!response.write(chunk)) await sleep(1);
      }
    };
    const { reply, files } = await reading(endless);
    expect(reply.status).toBe(413);
    await files.hungUp();
  });

  it('that grows when it is unpacked is measured as it is then', async () => {
    const packed = gzipSync(Buffer.alloc(6 * MB));
    expect(packed.length).toBeLessThan(10_000);
    const { reply } = await reading(sends(packed, { 'content-encoding': 'gzip' }));
    expect(reply.status).toBe(413);
  });

  it('that points elsewhere is not followed there', async () => {
    const other = await aScriptedServer(answers(200, 'canary'));
    const { reply } = await reading(answers(302, '', { location: `${other.url}/canary` }));
    expect([reply.status, reply.headers.location, other.asked]).toEqual([502, undefined, []]);
  });

  it.each<[string, Script, number, string]>([
    ['is gone', answers(404), 404, 'there is no transcription of this session (yet)'],
    ['is gone for good', answers(410), 404, 'there is no transcription of this session (yet)'],
    ['is not for us', answers(403, 'canary'), 502, 'the video service refused to hand out the file'],
    ['fails', answers(500, 'canary'), 502, 'the video service failed'],
    ['is half of itself', answers(206, 'canary'), 502, 'the video service failed'],
    ['is throttled', answers(429), 503, 'the video service asks to slow down'],
    ['breaks off', breaksOff('canary'), 503, 'the video service cannot be reached'],
    ['breaks off before it began', resets, 503, 'the video service cannot be reached'],
  ])('that %s', async (_, script, status, message) => {
    const { reply } = await reading(script);
    expect([reply.status, reply.body]).toMatchObject([status, { statusCode: status, message }]);
  });

  it('that hangs is given up in time', async () => {
    const real = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(ms => real(Math.min(ms, 300)));
    const { reply, files } = await reading(hangs);
    expect([reply.status, reply.body]).toMatchObject([504, { message: 'the video service did not answer in time' }]);
    await files.hungUp();
  });

  it('behind an address that has run out meanwhile is a failure and no empty answer', async () => {
    const url = `${world.simulator.url}/files/canary/x.txt`;
    world.configure({ VENDOR_ORIGINS: world.simulator.url });
    await world.simulator.fault({ path: '^/v2/sessions/[^/]+/transcription$', status: 200, body: { url } });
    const reply = await world.api.as(mrBianchi).get(`/transcription/${call.id}/${call.sessionId}`);
    expect(reply.status).toBe(502);
  });
});
