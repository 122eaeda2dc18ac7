import { expect, it } from 'vitest';
import { measureCleanup } from '../../bench/cleanup.ts';

/** What a cleanup costs does not grow faster than the files. */

it('a room costs a look and its lists, a file one call', async () => {
  const measured = await measureCleanup({ rooms: 6, filesPerRoom: 110 });
  expect(measured).toMatchObject({ runs: 1, seen: 660, deleted: 660 });
  expect(measured.calls).toEqual({
    // The look, and because no event had told of the call, what it was.
    'GET /rooms': 12,
    'GET /sessions': 6,
    // Two pages, and one more to see that nothing is left.
    'GET /uploads': 18,
    'DELETE /uploads': 660,
  });
});
