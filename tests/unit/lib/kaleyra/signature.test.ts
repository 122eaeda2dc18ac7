import crypto, { createHmac } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sign, signRoomId, verify, verifyRoomId } from '../../../../lib/kaleyra/signature.ts';

const KEY = 'ak_live_123456';
const AT = 1_554_193_902_000;
const bytes = (text: string): Buffer => Buffer.from(text);

/** The first is the vendor's own; the others follow from the same rule. */
const VECTORS = [
  ['{"event":"test"}', '6841e55cb12f2d9d1216c47097c75fd737a22a3a00c8d8f8d3d35fb2b613ce5b'],
  [
    '{"event":"user_details_request","event_version":"1.0","namespace":"user_details_provider","data":{"user_ids":["user_xxx","user_yyy"]}}',
    'b51fe6922dfcc22c8696f23af3fc7fb8f939413125d4a924856821a6f980e9a0',
  ],
] as const;

describe('the signature over a body', () => {
  it.each(VECTORS)('of %s is the published one', (body, hex) => {
    const header = `t=1554193902,v0=${hex}`;
    expect(sign(KEY, '1554193902', bytes(body))).toBe(header);
    expect(verify(header, bytes(body), [KEY], AT)).toBe(true);
  });

  it('holds for these very bytes only, whether they are text or not', () => {
    const body = Buffer.from([0xff, 0x00, 0x7b, 0xe2, 0x82]);
    const header = sign(KEY, '1554193902', body);
    expect(verify(header, body, [KEY], AT)).toBe(true);
    expect(verify(header, bytes(body.toString('utf8')), [KEY], AT)).toBe(false);
    const text = '{"a": 1, "b": "é"}';
    const signed = sign(KEY, '1554193902', bytes(text));
    const others = [JSON.stringify(JSON.parse(text)), `${text} `, text.slice(0, -1), '', text.replace('1', '2')];
    expect(others.filter(other => verify(signed, bytes(other), [KEY], AT))).toEqual([]);
  });

  it('is taken five minutes before and after its time, and not a millisecond longer', () => {
    for (const [timestamp, instant] of [
      ['1554193902', AT],
      ['1554193902123', AT + 123],
    ] as const) {
      const header = sign(KEY, timestamp, bytes('{}'));
      const offsets = [-300_001, -300_000, 0, 300_000, 300_001];
      expect(offsets.map(offset => verify(header, bytes('{}'), [KEY], instant + offset))).toEqual([
        false,
        true,
        true,
        true,
        false,
      ]);
    }
  });

  it('reads a time of twelve digits and more as milliseconds', () => {
    for (const [timestamp, instant] of [
      ['100000000000', 1e14],
      ['100000000001', 100_000_000_001],
    ] as const) {
      expect(verify(sign(KEY, timestamp, bytes('{}')), bytes('{}'), [KEY], instant)).toBe(true);
    }
  });

  it('belongs to its time: another one is another signature', () => {
    const [, hex] = sign(KEY, '1554193902', bytes('{}')).split(',');
    expect(verify(`t=1554193903,${hex}`, bytes('{}'), [KEY], AT)).toBe(false);
  });

  it('is held against every key, whichever is first', () => {
    const header = sign('the older key', '1554193902', bytes('{}'));
    expect(verify(header, bytes('{}'), ['the newer key', 'the older key'], AT)).toBe(true);
    expect(verify(header, bytes('{}'), ['the older key', 'the newer key'], AT)).toBe(true);
    expect(verify(header, bytes('{}'), ['the newer key'], AT)).toBe(false);
    expect(verify(header, bytes('{}'), [], AT)).toBe(false);
  });

  const hex = VECTORS[0][1];
  it.each([
    undefined,
    '',
    't=1554193902',
    `v0=${hex}`,
    hex,
    `t=1554193902,v0=${hex.toUpperCase()}`,
    `t=1554193902,v0=${hex.slice(1)}`,
    `t=1554193902,v0=${hex}0`,
    `t=1554193902,v0=${hex}\n`,
    `t=1554193902, v0=${hex}`,
    ` t=1554193902,v0=${hex}`,
    `v0=${hex},t=1554193902`,
    `t=1554193902,v1=${hex}`,
    `t=1554193902,v0=${hex},v0=${hex}`,
    `t=1554193902,v0=${hex},t=1554193902,v0=${hex}`,
    `t=1554193902,t=1554193902,v0=${hex}`,
    `t=+1554193902,v0=${hex}`,
    `t=1554193902.0,v0=${hex}`,
    `t=0x5ca31b2e,v0=${hex}`,
    `t=,v0=${hex}`,
    `t=NaN,v0=${hex}`,
    `t=1554193902,v0=${'é'.repeat(64)}`,
  ])('is refused in any other form: %j', header => {
    expect(verify(header, bytes('{"event":"test"}'), [KEY], AT)).toBe(false);
  });

  it('of a timestamp that was written differently is refused, even when it was signed so', () => {
    for (const timestamp of ['1554193902.0', '+1554193902', '01554193902000000', '']) {
      const hex = createHmac('sha256', KEY).update(`${timestamp}.{}`).digest('hex');
      expect(verify(`t=${timestamp},v0=${hex}`, bytes('{}'), [KEY], AT)).toBe(false);
    }
  });
});

describe('the signature of a room’s id', () => {
  const room = 'room_5beecf8c0f29';
  const hex = '033cfcc8d49168ad9f40ffb8f514dc95227eb3ad19b81442b0de8db0169bbdd8';

  it('is the known one, and holds with any of the keys', () => {
    expect(signRoomId(KEY, room)).toBe(hex);
    expect(verifyRoomId(hex, room, [KEY])).toBe(true);
    expect(verifyRoomId(hex, room, ['another key', KEY])).toBe(true);
  });

  it('holds for no other room, no other key and in no other form', () => {
    expect(verifyRoomId(hex, 'room_5beecf8c0f2a', [KEY])).toBe(false);
    expect(verifyRoomId(hex, room, ['another key'])).toBe(false);
    for (const header of [undefined, '', hex.toUpperCase(), hex.slice(2), `${hex}00`, `${hex} `]) {
      expect(verifyRoomId(header, room, [KEY])).toBe(false);
    }
  });
});

it('nothing but a comparison in constant time decides, and every key is compared, whichever fits', () => {
  const { timingSafeEqual } = crypto;
  const replaceWith = (compare: typeof timingSafeEqual): void => {
    crypto.timingSafeEqual = compare;
    syncBuiltinESMExports();
  };
  onTestFinished(() => replaceWith(timingSafeEqual));
  const compared: number[] = [];
  let outcome = false;
  replaceWith((one, other) => {
    compared.push(one.byteLength, other.byteLength);
    return outcome;
  });
  const header = sign(KEY, '1554193902', bytes('{}'));
  const keys = [KEY, 'a second key', 'a third key'];
  const both = () => [
    verify(header, bytes('{}'), keys, AT),
    verifyRoomId(signRoomId(KEY, 'room_5beecf8c0f29'), 'room_5beecf8c0f29', keys),
  ];
  expect(both()).toEqual([false, false]);
  outcome = true;
  expect(both()).toEqual([true, true]);
  expect(compared).toEqual(Array.from({ length: 24 }, () => 32));
});
