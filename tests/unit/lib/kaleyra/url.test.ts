import { describe, expect, it } from 'vitest';
import { urlOf } from '../../../../lib/kaleyra/transport.ts';

/** What an id from outside could do to the address that the key is sent to. */
const BASE = 'https://api.example.org';

describe('the address of a call', () => {
  it.each([
    [['rooms'], '/v2/rooms'],
    [['rooms', 'room_1', 'disable'], '/v2/rooms/room_1/disable'],
    [['uploads', 'eu/clinic/usr_1/17-ab'], '/v2/uploads/eu%2Fclinic%2Fusr_1%2F17-ab'],
    [['uploads', 'a\\b'], '/v2/uploads/a%5Cb'],
    [['uploads', 'eu%2Fclinic'], '/v2/uploads/eu%252Fclinic'],
    [['uploads', '%2e%2e'], '/v2/uploads/%252e%252e'],
    [['uploads', '../company'], '/v2/uploads/..%2Fcompany'],
    [['uploads', '...'], '/v2/uploads/...'],
    [['uploads', 'a?b=c#d'], '/v2/uploads/a%3Fb%3Dc%23d'],
    [['users', 'ünï☕'], '/v2/users/%C3%BCn%C3%AF%E2%98%95'],
    [['users', ' '], '/v2/users/%20'],
    [['users', 'a\nb'], '/v2/users/a%0Ab'],
    [['https://elsewhere.example/x'], '/v2/https%3A%2F%2Felsewhere.example%2Fx'],
    [['//elsewhere.example'], '/v2/%2F%2Felsewhere.example'],
  ])('has one segment for each part of %j', (path, pathname) => {
    const url = urlOf(BASE, path);
    expect(url.href).toBe(BASE + pathname);
    expect(url.pathname.split('/').slice(2).map(decodeURIComponent)).toEqual(path);
  });

  it.each([[['rooms', '']], [['rooms', '.']], [['rooms', '..']], [['rooms', '..', 'company']], [['', 'rooms']]])(
    'is refused for %j, which would name another resource',
    path => {
      expect(() => urlOf(BASE, path)).toThrow(
        new TypeError('a path segment for Kaleyra must not be empty, "." or ".."'),
      );
    },
  );

  it('is refused without any part', () => {
    expect(() => urlOf(BASE, [])).toThrow(new TypeError('a path for Kaleyra has an unexpected number of segments'));
  });

  it('stays below a path that the base has', () => {
    expect(urlOf('https://proxy.example/video/eu', ['rooms', 'a/b']).href).toBe(
      'https://proxy.example/video/eu/v2/rooms/a%2Fb',
    );
  });

  it('keeps what is asked for in the query from adding to it', () => {
    const url = urlOf(BASE, ['uploads'], { room_id: 'room_1&room_id=room_2#x', offset: 0, limit: 100 });
    expect([...url.searchParams]).toEqual([
      ['room_id', 'room_1&room_id=room_2#x'],
      ['offset', '0'],
      ['limit', '100'],
    ]);
    expect(url.hash).toBe('');
  });
});
