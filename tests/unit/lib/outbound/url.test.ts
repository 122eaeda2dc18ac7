import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSegment, urlBelow } from '../../../../lib/outbound/url.ts';

const BASE = new URL('http://service.example/base/');

it('whatever an id holds, it is one segment below the base and nothing else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }).filter(isSegment), fc.string({ unit: 'binary' }), (id, value) => {
      const url = urlBelow(BASE, ['users', id], { q: value }, 'the service');
      expect(url.origin).toBe('http://service.example');
      expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'base', 'users', id]);
      expect([...url.searchParams.keys()]).toEqual(['q']);
      expect(url.hash).toBe('');
    }),
    { numRuns: 1000 },
  );
});

it.each(['', '.', '..', 'a\ud800'])('%j is no segment', text => {
  expect(isSegment(text)).toBe(false);
  expect(() => urlBelow(BASE, ['users', text], {}, 'the service')).toThrow(TypeError);
});
