import { expect, it } from 'vitest';
import { asListedAddress } from '../../../../lib/kaleyra/origins.ts';

const ORIGINS = ['https://*.bandyer.com', 'http://127.0.0.1:3001', 'https://files.example'];

it.each([
  ['https://recordings.bandyer.com/x', 'https://recordings.bandyer.com/x'],
  ['https://a.b.bandyer.com', 'https://a.b.bandyer.com/'],
  ['HTTPS://Upload.Bandyer.com/x y', 'https://upload.bandyer.com/x%20y'],
  ['http://127.0.0.1:3001/files/1?Expires=2', 'http://127.0.0.1:3001/files/1?Expires=2'],
  ['https://a.bandyer.com/\r\nx: y', 'https://a.bandyer.com/x:%20y'],
])('%j is listed, and goes out as %j', (address, told) => {
  expect(asListedAddress(address, ORIGINS)).toBe(told);
});

it.each([
  'http://recordings.bandyer.com/x',
  'https://recordings.bandyer.com:8443/x',
  'https://bandyer.com/x',
  'https://evilbandyer.com/x',
  'https://bandyer.com.evil.example/x',
  'https://recordings.bandyer.com@evil.example/x',
  'https://me@recordings.bandyer.com/x',
  'https://:word@recordings.bandyer.com/x',
  'https://127.0.0.1:3001/x',
  'http://127.0.0.1:3002/x',
  'http://localhost:3001/x',
  'http://129.0.0.1:3001/x',
  'http://[::1]:3001/x',
  'ftp://recordings.bandyer.com/x',
  'blob:https://recordings.bandyer.com/x',
  'blob:https://files.example/x',
  'javascript:alert(1)//.bandyer.com',
  '//recordings.bandyer.com/x',
  '/x',
  '',
])('%j is not', address => {
  expect(asListedAddress(address, ORIGINS)).toBeUndefined();
});
