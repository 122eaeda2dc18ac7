import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeps } from '../../../lib/deps.ts';
import { createKeyedDigest } from '../../../lib/keyed-digest.ts';
import { createUserHash } from '../../../lib/user-hash.ts';
import { ENVIRONMENT } from '../../support/configs.ts';

const KEY = 'an invented key of this deployment';

describe('the hash of a person', () => {
  it('is the first 64 bits of HMAC-SHA256, in hex', () => {
    // As `printf 'log:%s' ID | openssl dgst -sha256 -hmac KEY` prints it.
    expect(createUserHash('key')('The quick brown fox jumps over the lazy dog')).toBe('f9987533a80060c9');
    const whole = createHmac('sha256', KEY).update('log:nìccolò|1').digest('hex');
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

describe('one key for several purposes', () => {
  const digest = createKeyedDigest(KEY);

  it('gives ids of bookings and digests of requests as it always did, so that a repeat finds what there is', () => {
    const hmac = (text: string) => createHmac('sha256', KEY).update(text).digest('hex');
    expect(digest('booking', 'dr-rossi', 'POST /teleconsultation', 'k')).toBe(
      hmac('["booking","dr-rossi","POST /teleconsultation","k"]'),
    );
    expect(digest('request', '{}')).toBe(hmac('["request","{}"]'));
  });

  it('gives for none of them what another one gives, whatever somebody is called', () => {
    const asked = ['booking', 'request'] as const;
    const parts = fc.array(fc.string(), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...asked), parts, (purpose, list) => {
        const name = JSON.stringify([purpose, ...list]);
        const hash = createUserHash(KEY);
        expect(digest(purpose, ...list).startsWith(hash(name))).toBe(false);
        expect(digest(purpose, ...list)).not.toBe(digest(purpose === 'booking' ? 'request' : 'booking', ...list));
      }),
    );
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
