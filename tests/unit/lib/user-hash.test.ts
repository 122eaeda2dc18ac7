import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDeps } from '../../../lib/deps.ts';
import { createUserHash } from '../../../lib/user-hash.ts';
import { ENVIRONMENT } from '../../support/configs.ts';

const KEY = 'an invented key of this deployment';

describe('the hash of a person', () => {
  it('is the first 64 bits of HMAC-SHA256, in hex', () => {
    // As `printf %s ID | openssl dgst -sha256 -hmac KEY` prints it.
    expect(createUserHash('key')('The quick brown fox jumps over the lazy dog')).toBe('f7bc83f430538424');
    const whole = createHmac('sha256', KEY).update('nìccolò|1').digest('hex');
    expect(createUserHash(KEY)('nìccolò|1')).toBe(whole.slice(0, 16));
  });

  it('is the same for the same person, and another for anybody else or under another key', () => {
    const hash = createUserHash(KEY);
    expect(hash('dr-rossi')).toBe(hash('dr-rossi'));
    expect(
      new Set([hash('dr-rossi'), hash('dr-Rossi'), hash('dr-rossi '), createUserHash(`${KEY}.`)('dr-rossi')]).size,
    ).toBe(4);
  });
});

describe('a deployment', () => {
  const hashOf = (more: Record<string, string>) =>
    createDeps({ ...ENVIRONMENT, ...more }, { writeLog: () => undefined }).hashUser('dr-rossi');

  it('with a key has the same hash in every process', () => {
    expect(hashOf({ HASH_KEY: KEY })).toBe(createUserHash(KEY)('dr-rossi'));
  });

  it('does not start without one', () => {
    expect(() => hashOf({ HASH_KEY: '' })).toThrow('HASH_KEY: is required');
  });

  it('refuses a key that can be guessed', () => {
    expect(() => hashOf({ HASH_KEY: 'short' })).toThrow('HASH_KEY: must be at least 16 characters long');
  });
});
