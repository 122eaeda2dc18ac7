import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookingBody, span } from '../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

/** The story that everything is for, followed at Kaleyra step by step. */
describe.each(TRANSPORTS)('the journey of a teleconsultation, %s', transport => {
  let world: World;
  let id: string;
  beforeAll(async () => {
    world = await openWorld({ transport });
  });
  afterAll(() => world.close());

  const opened = async (person: { userId: string }) =>
    (await world.api.as(person).get(`/teleconsultation/${id}`)).body as Record<string, unknown>;

  it('is booked while one participant is still unknown: nobody has a room, the doctor is known to Kaleyra', async () => {
    const body = bookingBody(world.clock.now(), { participants: [drRossi], expected: 2, startsIn: '1 hour' });
    const reply = await world.api.as(drRossi).post('/teleconsultation', body);
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({ roomId: expect.stringMatching(/^[0-9a-f]{24}$/) });
    id = (reply.body as { roomId: string }).roomId;
    const { users, rooms } = await world.simulator.state();
    expect(rooms).toEqual([]);
    expect(users).toMatchObject([{ id: expect.stringMatching(/^usr_[0-9a-f]{32}$/), role: 'plus' }]);
    expect(await opened(drRossi)).toEqual({
      bandyerUserId: users[0]?.id,
      accessLinkURL: null,
      participantsBandyerCall: [{ bandyerUserId: users[0]?.id, fullName: drRossi.fullName }],
      teleconsultationState: 'scheduled',
      sessions: [],
    });
  });

  it('is completed: one room at Kaleyra, described by the id alone, and nobody is shown a link yet', async () => {
    const participants = { number: 2, data: [drRossi, mrBianchi] };
    expect((await world.api.patch(`/teleconsultation/${id}`, { participants })).status).toBe(204);
    const rooms = await world.simulator.rooms();
    expect(rooms).toHaveLength(1);
    expect(rooms[0]).toMatchObject({ description: id, live: true, recording: 'none', duration: 0 });
    for (const person of [drRossi, mrBianchi]) {
      expect(await opened(person)).toMatchObject({ accessLinkURL: null, details: { description: id } });
    }
  });

  it('is moved: a start without a duration is nothing Kaleyra knows, so the room stays', async () => {
    const [before] = await world.simulator.rooms();
    const start = world.clock.now() + span('3 hours');
    const change = { start_date: new Date(start).toISOString(), duration_in_seconds: 1800 };
    expect((await world.api.patch(`/teleconsultation/${id}`, change)).status).toBe(204);
    expect((await world.simulator.rooms()).map(room => room.id)).toEqual([before?.id]);
    expect(await world.record(id)).toMatchObject({
      startDate: new Date(start).toISOString(),
      endDate: new Date(start + span('30 minutes')).toISOString(),
    });
  });

  it('gets another doctor: the old room goes, a new one comes, the id stays', async () => {
    const [before] = await world.simulator.rooms();
    const participants = { number: 2, data: [drVerdi, mrBianchi] };
    expect((await world.api.patch(`/teleconsultation/${id}`, { participants })).status).toBe(204);
    const [after, ...others] = await world.simulator.rooms();
    expect(others).toEqual([]);
    expect(after?.id).not.toBe(before?.id);
    expect(after?.description).toBe(id);
    expect(await world.record(id)).toMatchObject({ owed: [], claim: null, room: { id: after?.id } });
    expect((await world.api.as(drRossi).get(`/teleconsultation/${id}`)).status).toBe(401);
  });

  it('opens at its start: two people, two links, and changes are refused from then on', async () => {
    world.clock.moveBy(span('3 hours'));
    const [doctor, patient] = [await opened(drVerdi), await opened(mrBianchi)];
    expect(doctor.accessLinkURL).toMatch(/^http.*\/direct-rest-call-handler\/[0-9a-z]+$/);
    expect(patient.accessLinkURL).toMatch(/^http.*\/direct-rest-call-handler\/[0-9a-z]+$/);
    expect(doctor.accessLinkURL).not.toBe(patient.accessLinkURL);
    const page = await fetch(String(patient.accessLinkURL));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(String(patient.bandyerUserId));
    const reply = await world.api.patch(`/teleconsultation/${id}`, { duration_in_seconds: 600 });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ error: expect.stringMatching(/^Failed PATCH \/teleconsultation: /) });
  });

  it('is cancelled: the link is dead, the record kept as TRASH, the id unknown from then on', async () => {
    const link = String((await opened(mrBianchi)).accessLinkURL);
    expect(await world.api.delete(`/teleconsultation/${id}`)).toMatchObject({ status: 204, text: '' });
    expect(await world.simulator.rooms()).toEqual([]);
    expect((await fetch(link)).status).toBe(410);
    expect(await world.record(id)).toMatchObject({ state: 'TRASH', room: null, owed: [] });
    expect((await world.api.as(mrBianchi).get(`/teleconsultation/${id}`)).status).toBe(404);
    expect((await world.api.delete(`/teleconsultation/${id}`)).status).toBe(404);
  });

  it('answers the same under the public prefix', async () => {
    const body = bookingBody(world.clock.now());
    const { body: booked, status } = await world.api.post('/api/v1/telecons-be/teleconsultation', body);
    expect(status).toBe(201);
    const path = `/api/v1/telecons-be/teleconsultation/${(booked as { roomId: string }).roomId}`;
    expect((await world.api.as(drRossi).get(path)).status).toBe(200);
    expect((await world.api.patch(path, {})).status).toBe(204);
    expect((await world.api.delete(path)).status).toBe(204);
  });
});
