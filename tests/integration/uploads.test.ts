import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking } from '../support/bookings.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

describe.each(TRANSPORTS)('DELETE /teleconsultation/{id}/uploads, %s', transport => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ transport, env: { TELECONSULTATION_DELETE_UPLOADS: 'true' } });
  });
  afterAll(() => world.close());
  afterEach(async () => {
    world.configure({});
    await world.simulator.clearFaults();
  });

  const clear = (id: string) => world.api.delete(`/teleconsultation/${id}/uploads`);
  const roomOf = async (id: string) => (await world.simulator.rooms()).find(room => room.description === id)?.id ?? '';
  const aCall = async (uploads: number) => {
    const id = await aBooking(world, { startsIn: '-10 minutes' });
    const roomId = await roomOf(id);
    await world.simulator.playCall({ roomId, uploads, webhooks: false });
    return { id, roomId };
  };
  const filesOf = async (roomId: string) =>
    (await world.simulator.state()).uploads.filter(one => one.room_id === roomId && one.deleted !== true);

  it('switched off: 204, nothing done, whatever the id', async () => {
    world.configure({ TELECONSULTATION_DELETE_UPLOADS: 'false' });
    const { id, roomId } = await aCall(2);
    await world.simulator.forgetRequests();
    for (const asked of [id, '0123456789abcdef01234567', 'no-id']) {
      expect(await clear(asked)).toMatchObject({ status: 204, text: '' });
    }
    expect(await world.simulator.requests()).toEqual([]);
    expect(await filesOf(roomId)).toHaveLength(2);
  });

  it('deletes every file of the room and of no other, and counts; again there is nothing left', async () => {
    const [{ id, roomId }, other] = [await aCall(3), await aCall(2)];
    expect(await clear(id)).toMatchObject({ status: 200, body: { total: 3, deleted: 3 } });
    expect(await filesOf(roomId)).toEqual([]);
    expect(await filesOf(other.roomId)).toHaveLength(2);
    expect((await clear(id)).body).toEqual({ total: 0, deleted: 0 });
  });

  it('collects all pages before it deletes', async () => {
    const { id, roomId } = await aCall(230);
    await world.simulator.forgetRequests();
    expect((await clear(id)).body).toEqual({ total: 230, deleted: 230 });
    expect(await filesOf(roomId)).toEqual([]);
    const methods = (await world.simulator.requests()).map(({ method }) => method);
    expect(methods.slice(0, 4)).toEqual(['GET', 'GET', 'GET', 'DELETE']);
    expect(methods.filter(method => method === 'GET')).toHaveLength(4);
  });

  it('finds what was uploaded while it deleted', async () => {
    const { id, roomId } = await aCall(2);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/uploads', times: 2, delayMs: 150 });
    const clearing = clear(id);
    await world.simulator.playCall({ roomId, uploads: 1, webhooks: false });
    expect((await clearing).body).toEqual({ total: 3, deleted: 3 });
    expect(await filesOf(roomId)).toEqual([]);
  });

  it('three browsers at once all succeed', async () => {
    const { id, roomId } = await aCall(12);
    const replies = await Promise.all([clear(id), clear(id), clear(id)]);
    for (const { status, body } of replies) {
      const { total, deleted } = body as { total: number; deleted: number };
      expect([status, deleted]).toEqual([200, total]);
    }
    expect(await filesOf(roomId)).toEqual([]);
  });

  it('counts truthfully what could not be deleted; the same call later finishes it', async () => {
    const { id, roomId } = await aCall(4);
    await world.simulator.fault({ method: 'DELETE', path: '/v2/uploads', times: 1, status: 400 });
    expect((await clear(id)).body).toEqual({ total: 4, deleted: 3 });
    expect(await filesOf(roomId)).toHaveLength(1);
    expect((await clear(id)).body).toEqual({ total: 1, deleted: 1 });
  });

  it('answers 0 of 0 where there is no room', async () => {
    const id = await aBooking(world, { expected: 3 });
    expect(await clear(id)).toMatchObject({ status: 200, body: { total: 0, deleted: 0 } });
  });

  it.each(['0123456789abcdef01234567', 'no-id', '..', '%2F'])('unknown id %s: 404, nobody called', async id => {
    await world.simulator.forgetRequests();
    expect((await clear(id)).status).toBe(404);
    expect(await world.simulator.requests()).toEqual([]);
  });

  it('aborts loudly when the list holds a file of another room, and deletes nothing', async () => {
    const [{ id, roomId }, other] = [await aCall(1), await aCall(1)];
    const upload = (room: string) => ({ key: 'some/key', room_id: room, user_id: 'x', upload_type: 'snapshot' });
    const page = { offset: 0, limit: 100, has_more: false, count: 2, uploads: [upload(roomId), upload(other.roomId)] };
    await world.simulator.fault({ method: 'GET', path: '/v2/uploads', times: 1, status: 200, body: page });
    const logged = world.logs.length;
    const reply = await clear(id);
    expect(reply.status).toBe(502);
    expect([await filesOf(roomId), await filesOf(other.roomId)].map(files => files.length)).toEqual([1, 1]);
    const lines = world.logs.slice(logged).map(line => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'request.failed', vendorCode: 'files_of_another_room' }),
    );
  });

  it('fails clearly when the files cannot be listed', async () => {
    const { id } = await aCall(1);
    await world.simulator.fault({ method: 'GET', path: '/v2/uploads', times: 2, status: 500 });
    expect((await clear(id)).status).toBe(502);
  });
});
