import { expect, it } from 'vitest';
import { aRoom, aSimulator, DOCTOR, PATIENT } from './support.ts';

const GUEST = 'ms-carla-placeholder';

async function aHouse() {
  const simulator = await aSimulator();
  const room = await aRoom(simulator);
  await simulator.post('/v2/users', { id: GUEST, role: 'basic' });
  return { simulator, room, path: `/v2/rooms/${room.id}/participants` };
}

it('lists them with their links, by rank if asked', async () => {
  const { simulator, room, path } = await aHouse();
  expect((await simulator.get(path)).body).toMatchObject({
    count: 2,
    has_more: false,
    participants: room.participants,
  });
  const admins = (await simulator.get(`${path}?is_admin=true`)).body.participants;
  expect(admins).toEqual([room.participants[0]]);
  expect((await simulator.get(`${path}?is_admin=false&limit=1`)).body.participants).toEqual([room.participants[1]]);
  expect((await simulator.get(`${path}?is_admin=1`)).status).toBe(422);
  expect((await simulator.get(`${path}/${PATIENT}`)).body).toEqual(room.participants[1]);
});

it('adds one with a link of their own', async () => {
  const { simulator, path } = await aHouse();
  const added = await simulator.post(path, { user_id: GUEST, tools: { chat: true } });
  expect(added).toMatchObject({
    status: 201,
    body: { user_id: GUEST, is_admin: false, tools: { chat: true, sign: false } },
  });
  expect((await fetch(added.body.access_link)).status).toBe(200);
  expect(await simulator.post(path, { user_id: GUEST })).toMatchObject({ status: 422 });
  expect(await simulator.post(path, { user_id: 'stranger' })).toMatchObject({
    status: 400,
    body: { code: 'invalid_user_id' },
  });
});

it('stops at 25', async () => {
  const { simulator, path } = await aHouse();
  for (let index = 2; index < 25; index += 1) {
    await simulator.post('/v2/users', { id: `guest-${index}`, role: 'basic' });
    expect((await simulator.post(path, { user_id: `guest-${index}` })).status).toBe(201);
  }
  expect(await simulator.post(path, { user_id: GUEST })).toMatchObject({
    status: 422,
    body: { code: 'validation_error' },
  });
});

it('changes one and keeps the link', async () => {
  const { simulator, room, path } = await aHouse();
  const changed = await simulator.put(`${path}/${PATIENT}`, { user_id: PATIENT, is_admin: true, tools: {} });
  expect(changed.body).toMatchObject({ is_admin: true, access_link: room.participants[1].access_link });
  expect(Object.values(changed.body.tools)).not.toContain(true);
  expect((await simulator.put(`${path}/${PATIENT}`, { user_id: DOCTOR })).status).toBe(422);
});

it('removes one with their link, while two are left and one of them is plus', async () => {
  const { simulator, room, path } = await aHouse();
  expect((await simulator.delete(`${path}/${PATIENT}`)).status).toBe(422);
  await simulator.post(path, { user_id: GUEST });
  expect(await simulator.delete(`${path}/${DOCTOR}`)).toMatchObject({ status: 400, body: { code: 'no_plus_user' } });
  expect(await simulator.delete(`${path}/${PATIENT}`)).toMatchObject({ status: 200, body: { user_id: PATIENT } });
  expect((await fetch(room.participants[1].access_link)).status).toBe(410);
  expect(await simulator.get(`${path}/${PATIENT}`)).toMatchObject({
    status: 404,
    body: { code: 'participant_not_found' },
  });
});

it('leaves a disabled room alone', async () => {
  const { simulator, room, path } = await aHouse();
  await simulator.put(`/v2/rooms/${room.id}/disable`);
  expect((await simulator.get(path)).body.participants).toEqual([]);
  expect(await simulator.post(path, { user_id: GUEST })).toMatchObject({
    status: 400,
    body: { code: 'room_not_active' },
  });
  expect((await simulator.put(`${path}/${PATIENT}`, {})).status).toBe(400);
  expect((await simulator.delete(`${path}/${PATIENT}`)).status).toBe(400);
});
