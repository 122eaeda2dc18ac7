import { expect, it } from 'vitest';
import { localTarget } from '../../../../lib/cli/callback-target.ts';

const SIMULATOR_KEY = 'ak_test_0123456789abcdef01234567';
const KALEYRA = 'https://api.sandbox.eu.bandyer.com';

it('is the local stack with its simulator where nothing else is said', () => {
  expect(localTarget({})).toEqual({
    kaleyra: { baseUrl: 'http://127.0.0.1:3001', apiKey: SIMULATOR_KEY },
    publicBaseUrl: 'http://127.0.0.1:3000',
  });
});

it('is found by the variables that move it', () => {
  const moved = { PORT: '4000', KALEYRA_PORT: '4001', BANDYER_API_SECRET_KEY: 'ak_test_mine', PUBLIC_BASE_URL: '' };
  expect(localTarget(moved)).toEqual({
    kaleyra: { baseUrl: 'http://127.0.0.1:4001', apiKey: 'ak_test_mine' },
    publicBaseUrl: 'http://127.0.0.1:4000',
  });
});

it('is another Kaleyra with an address that it can reach, and with a key', () => {
  const PUBLIC_BASE_URL = 'https://tunnel.example/api/v1/telecons-be/';
  expect(localTarget({ BANDYER_BASE_URL: `${KALEYRA}/`, BANDYER_API_SECRET_KEY: 'key', PUBLIC_BASE_URL })).toEqual({
    kaleyra: { baseUrl: KALEYRA, apiKey: 'key' },
    publicBaseUrl: 'https://tunnel.example/api/v1/telecons-be',
  });
});

it.each([
  [{ BANDYER_BASE_URL: KALEYRA, BANDYER_API_SECRET_KEY: 'key' }, /^PUBLIC_BASE_URL must be an https address/],
  [
    { BANDYER_BASE_URL: KALEYRA, BANDYER_API_SECRET_KEY: 'key', PUBLIC_BASE_URL: 'http://clinic.example' },
    /^PUBLIC_BASE_URL must be an https address/,
  ],
  [{ BANDYER_BASE_URL: KALEYRA, PUBLIC_BASE_URL: 'https://clinic.example' }, /^BANDYER_API_SECRET_KEY is required/],
  [{ PUBLIC_BASE_URL: 'clinic.example' }, /^PUBLIC_BASE_URL must be a URL/],
  [{ PUBLIC_BASE_URL: 'ftp://clinic.example' }, /^PUBLIC_BASE_URL must be a URL/],
  [{ PUBLIC_BASE_URL: 'https://clinic.example/?a=1' }, /^PUBLIC_BASE_URL must be a URL/],
  [{ PUBLIC_BASE_URL: 'https://me:secret@clinic.example' }, /^PUBLIC_BASE_URL must be a URL/],
])('is refused as %j, without repeating a secret', (env, message) => {
  expect(() => localTarget(env)).toThrow(message);
  expect(() => localTarget(env)).not.toThrow(/secret@/);
});
