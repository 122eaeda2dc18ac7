import { expect, it } from 'vitest';
import { bandyerSignature, roomIdHmac } from '../../../../local/kaleyra/signature.ts';

const KEY = 'ak_live_123456';

it.each([
  ['{"event":"test"}', '6841e55cb12f2d9d1216c47097c75fd737a22a3a00c8d8f8d3d35fb2b613ce5b'],
  [
    '{"event":"user_details_request","event_version":"1.0","namespace":"user_details_provider","data":{"user_ids":["user_xxx","user_yyy"]}}',
    'b51fe6922dfcc22c8696f23af3fc7fb8f939413125d4a924856821a6f980e9a0',
  ],
])('signs %s as published', (body, hex) => {
  expect(bandyerSignature(KEY, '1554193902', body)).toBe(`t=1554193902,v0=${hex}`);
});

it('signs a room id as published', () => {
  expect(roomIdHmac(KEY, 'room_5beecf8c0f29')).toBe('033cfcc8d49168ad9f40ffb8f514dc95227eb3ad19b81442b0de8db0169bbdd8');
});
