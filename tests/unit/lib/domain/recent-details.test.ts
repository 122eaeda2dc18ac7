import { describe, expect, it } from 'vitest';
import { createRecentDetails } from '../../../../lib/domain/recent-details.ts';
import { DETAILS } from '../../../support/teleconsultations.ts';

const running = { ...DETAILS, status: 'RUNNING' };

describe('what Kaleyra said of a room a moment ago', () => {
  it('counts for five seconds', () => {
    const recent = createRecentDetails();
    recent.set('room-1', DETAILS, 1000);
    expect([1000, 5999, 6000].map(now => recent.get('room-1', now))).toEqual([DETAILS, DETAILS, undefined]);
    expect(recent.get('room-2', 1000)).toBeUndefined();
  });

  it('is replaced by what it says next, and the time counts anew', () => {
    const recent = createRecentDetails();
    recent.set('room-1', DETAILS, 0);
    recent.set('room-1', running, 4000);
    expect(recent.get('room-1', 8999)).toEqual(running);
  });

  it('is remembered of 500 rooms: the one that was told longest ago goes first', () => {
    const recent = createRecentDetails();
    for (let room = 0; room < 500; room += 1) recent.set(`room-${room}`, DETAILS, 0);
    recent.set('room-0', running, 1);
    recent.set('room-500', DETAILS, 1);
    const known = (room: number): boolean => recent.get(`room-${room}`, 2) !== undefined;
    expect([0, 1, 2, 499, 500].map(known)).toEqual([true, false, true, true, true]);
    expect(Array.from({ length: 501 }, (_, room) => known(room)).filter(Boolean)).toHaveLength(500);
  });
});
