import { describe, expect, it } from 'vitest';
import { KaleyraEvent, UserDetailsRequest } from '../../../../lib/schemas/kaleyra-events.ts';

describe('an event', () => {
  const inside = { room_id: 'room_1', session_id: 'session_1' };

  it.each<[string, unknown, { event: string | undefined; roomId: string | undefined }]>([
    [
      'format 1',
      { event: 'on_session_ended', event_version: '1.0', timestamp: 1, data: inside },
      { event: 'on_session_ended', roomId: 'room_1' },
    ],
    [
      'data that is JSON inside of JSON',
      { event: 'on_session_ended', data: JSON.stringify(inside) },
      { event: 'on_session_ended', roomId: 'room_1' },
    ],
    [
      'only the room beside the data',
      { event: 'on_call_ended', room_id: 'room_2', data: {} },
      { event: 'on_call_ended', roomId: 'room_2' },
    ],
    ['nothing proven but the room', { room_id: 'room_3' }, { event: undefined, roomId: 'room_3' }],
    ['no room', { event: 'on_message_sent', data: { body: 'x' } }, { event: 'on_message_sent', roomId: undefined }],
    ['a room that is null', { event: 'e', data: { room_id: null } }, { event: 'e', roomId: undefined }],
    ['a room that is no id', { event: 'e', data: { room_id: '../rooms' } }, { event: 'e', roomId: undefined }],
    ['data that cannot be read', { event: 'e', data: '{"room' }, { event: 'e', roomId: undefined }],
    ['data that is a list', { event: 'e', data: [inside] }, { event: 'e', roomId: undefined }],
    ['an event that is a number', { event: 1, data: inside }, { event: 'unreadable', roomId: 'room_1' }],
    ['an event that is null', { event: null, data: inside }, { event: 'unreadable', roomId: 'room_1' }],
    ['an event that is no text', { event: { toString: 1 }, data: inside }, { event: 'unreadable', roomId: 'room_1' }],
  ])('with %s is read as far as it is used', (_, body, expected) => {
    expect(KaleyraEvent.parse(body)).toEqual(expected);
  });

  it.each([undefined, null, 'text', 1, [inside]])('is an object, and not %j', body => {
    expect(KaleyraEvent.safeParse(body).error?.issues).toMatchObject([{ path: [], message: 'must be an object' }]);
  });
});

describe('a question for names', () => {
  const kaleyraIds = ['usr_1', 'Ward.2-x'];

  it.each(['user_ids', 'users_id', 'usersAlias'])('may call the ids %s, inside the data or not', spelling => {
    expect(UserDetailsRequest.parse({ event: 'x', data: { [spelling]: kaleyraIds } })).toEqual({ kaleyraIds });
    expect(UserDetailsRequest.parse({ [spelling]: kaleyraIds })).toEqual({ kaleyraIds });
  });

  it('names each once, and what cannot be an id not at all', () => {
    const ids = ['usr_1', 'usr_1', '', 'a b', 'kal#usr_2', 'x'.repeat(129), '_own-id'];
    expect(UserDetailsRequest.parse({ data: { user_ids: ids } })).toEqual({ kaleyraIds: ['usr_1', '_own-id'] });
  });

  it('names a hundred, and not one more', () => {
    const ids = Array.from({ length: 101 }, (_, index) => `usr_${index}`);
    expect(UserDetailsRequest.parse({ data: { user_ids: ids.slice(1) } }).kaleyraIds).toHaveLength(100);
    expect(UserDetailsRequest.safeParse({ data: { user_ids: ids } }).error?.issues).toMatchObject([
      { path: ['data', 'user_ids'], message: 'must name at most 100 users' },
    ]);
  });

  it.each<[unknown, string[], string]>([
    [{ data: {} }, ['data', 'user_ids'], 'must be an array of ids'],
    [{ data: { users_id: 'usr_1' } }, ['data', 'users_id'], 'must be an array of ids'],
    [{}, ['user_ids'], 'must be an array of ids'],
    [{ data: { user_ids: ['usr_1', 2] } }, ['data', 'user_ids', '1'], 'must be a string'],
    [null, [], 'must be an object'],
  ])('is refused as %j', (body, path, message) => {
    const issues = UserDetailsRequest.safeParse(body).error?.issues ?? [];
    expect(issues.map(issue => [issue.path.map(String), issue.message])).toEqual([[path, message]]);
  });
});
