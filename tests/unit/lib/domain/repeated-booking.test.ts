import { describe, expect, it } from 'vitest';
import { repeatableBooking, resume } from '../../../../lib/domain/repeated-booking.ts';
import type { Booking, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { createKeyedDigest } from '../../../../lib/keyed-digest.ts';
import { aRoomsWorld } from '../../../support/room-rules.ts';
import { aRecord } from '../../../support/teleconsultations.ts';

const NOW = Date.UTC(2026, 4, 4, 8);

const nobody = { id: undefined, groups: [], scopes: [], fullName: null };
const asked = (
  body: unknown,
  { key = 'first', route = 'POST /teleconsultation', id = 'dr-rossi' as string | undefined } = {},
) => repeatableBooking({ digest: createKeyedDigest('k'.repeat(32)), caller: { ...nobody, id } }, key, route, body);

describe('a booking that may be repeated', () => {
  it('has an id that follows from who asks, where and under which name, and from nothing else', () => {
    const { id, booking } = asked({ a: 1 });
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    expect(asked({ a: 2 }).id).toBe(id);
    expect(booking.done).toBe(false);
    const others = [asked({}, { key: 'second' }), asked({}, { route: 'POST /other' }), asked({}, { id: 'mr-bianchi' })];
    expect(new Set([id, ...others.map(other => other.id)]).size).toBe(4);
  });

  it('is found by a repeat that a later version of this service answers', () => {
    expect(asked({ a: 1 })).toEqual({
      id: '859c72facb58702b769e1ca0',
      booking: { digest: 'c7e9d0adf93f16827cd11bd60686f8634e2bbdbff8884be5587f914c5845853a', done: false },
    });
  });

  it('of a caller without an id is that of all callers without one', () => {
    const { digest } = { digest: createKeyedDigest('k'.repeat(32)) };
    const { id } = repeatableBooking({ digest, caller: nobody }, 'first', 'POST /teleconsultation', {});
    expect(id).toBe(
      repeatableBooking({ digest, caller: { ...nobody, id: '' } }, 'first', 'POST /teleconsultation', {}).id,
    );
  });

  it('is the same request in any order of its fields, at any depth', () => {
    const { digest } = asked({ a: 1, b: { c: [1, { d: 2, e: null }], f: 'x' } }).booking;
    expect(asked({ b: { f: 'x', c: [1, { e: null, d: 2 }] }, a: 1 }).booking.digest).toBe(digest);
    expect(asked({ a: 1, g: undefined, b: { c: [1, { d: 2, e: null }], f: 'x' } }).booking.digest).toBe(digest);
  });

  it.each([
    ['another value', { a: 2, list: [1, 2] }],
    ['another type', { a: '1', list: [1, 2] }],
    ['another order of a list', { a: 1, list: [2, 1] }],
    ['a field more', { a: 1, list: [1, 2], b: null }],
    ['a field of another name', { b: 1, list: [1, 2] }],
  ])('is another request with %s', (_, body) => {
    expect(asked(body).booking.digest).not.toBe(asked({ a: 1, list: [1, 2] }).booking.digest);
  });

  it('tells a list from an object of the same content', () => {
    expect(asked({ a: [] }).booking.digest).not.toBe(asked({ a: '' }).booking.digest);
    expect(asked({ a: [1] }).booking.digest).not.toBe(asked({ a: { 0: 1 } }).booking.digest);
    expect(asked(null).booking.digest).not.toBe(asked([]).booking.digest);
  });
});

describe('what a repeat finds', () => {
  const booking: Booking = { digest: 'of the request', done: false };
  const found = (parts: Partial<Teleconsultation> = {}) => {
    const { scope } = aRoomsWorld({ now: NOW });
    return resume(scope, aRecord({ state: 'CREATING', booking, ...parts }), { id: 'd'.repeat(24), booking });
  };

  it('is done where it was carried out, also when it was cancelled since', () => {
    expect(found({ state: 'PUBLIC', booking: { ...booking, done: true } })).toBeUndefined();
    expect(found({ state: 'PUBLIC' })).toBeUndefined();
    expect(found({ state: 'TRASH', booking: { ...booking, done: true } })).toBeUndefined();
  });

  it.each(['CREATING', 'TRASH'] as const)('is to be continued where it was never carried out: %s', state => {
    const owed = [{ roomId: 'old', files: false, dueAt: 1, attempts: 0 }];
    const claim = { operation: 'operation-1', until: NOW + 60_000 };
    expect(found({ state, owed })).toEqual({
      record: { ...aRecord({ state: 'CREATING', booking, owed }), claim },
      claim,
    });
  });

  it('is under way while the claim of the first one stands, and some time after', () => {
    const claimedUntil = (until: number) => () => found({ claim: { operation: 'first', until } });
    const underWay = expect.objectContaining({
      status: 409,
      message: 'the same booking is being carried out right now',
      retryAfter: 2,
    });
    expect(claimedUntil(NOW + 1)).toThrow(underWay);
    expect(claimedUntil(NOW)).toThrow(underWay);
    expect(claimedUntil(NOW - 3_600_000)()?.record.owed).toMatchObject([{ roomId: null }]);
  });

  it('is another request under the same name, or one that nobody remembers', () => {
    const code = 'key_used_before';
    expect(() => found({ booking: { digest: 'of another', done: true } })).toThrow(
      expect.objectContaining({ code, status: 422, message: expect.stringContaining('another content') }),
    );
    expect(() => found({ booking: null })).toThrow(
      expect.objectContaining({ code, status: 422, message: expect.stringContaining('not kept any more') }),
    );
  });
});
