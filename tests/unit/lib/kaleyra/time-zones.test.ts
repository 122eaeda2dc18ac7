import { expect, it, onTestFinished, vi } from 'vitest';
import { answers, aScriptedServer } from '../../../support/scripted-server.ts';
import { aClient } from './support.ts';

it('reads dates with and without a zone as UTC, wherever it runs, and does without a date', async () => {
  vi.stubEnv('TZ', 'Asia/Tokyo');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(new Date(0).getTimezoneOffset()).toBe(-540);
  const rooms = [
    { id: 'room_1', creation_date: '2024-06-12T09:30:00.000Z' },
    { id: 'room_2', creation_date: '2024-06-12T09:30:00' },
    { room_id: 'room_3', creationDate: '2024-06-12T11:30:00+02:00', description: 'x' },
    { id: 'room_4', creation_date: 'yesterday' },
    { id: 'room_5' },
  ];
  const server = await aScriptedServer(answers(200, { rooms, has_more: false }));
  const instant = Date.UTC(2024, 5, 12, 9, 30);
  expect(await aClient(server.url).listRooms(0)).toEqual({
    hasMore: false,
    rooms: [
      { id: 'room_1', description: null, createdAt: instant },
      { id: 'room_2', description: null, createdAt: instant },
      { id: 'room_3', description: 'x', createdAt: instant },
      { id: 'room_4', description: null, createdAt: null },
      { id: 'room_5', description: null, createdAt: null },
    ],
  });
});
