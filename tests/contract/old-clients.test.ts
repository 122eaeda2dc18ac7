import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directoryVariables } from '../../local/directory/index.ts';
import { span } from '../support/bookings.ts';
import { appointmentManager, frontend, wholeMinute } from '../support/old-clients.ts';
import { openWorld, type World } from '../support/world.ts';

/** The retired service's clients at work, with nothing changed on their side: the frontend, the appointment manager, an app. */

let world: World;
beforeAll(async () => {
  world = await openWorld({ transport: 'over HTTP' });
});
afterAll(() => world.close());
beforeEach(() => {
  world.configure({ ...directoryVariables(world.simulator.url, false), TELECONSULTATION_DELETE_UPLOADS: 'true' });
});
afterEach(() => world.clock.reset());

const BASE = '/api/v1/telecons-be';
const DOCTOR = 'auth0|dr-rossi';
const SECOND_DOCTOR = 'auth0|dr-verdi';
const PATIENT = 'auth0|mr-bianchi';

/** The frontend in one browser: the gateway has put the logged user into the headers. */
const browser = (userId: string) =>
  frontend(world.api.withHeaders({ miauserid: userId, 'client-type': 'browser', cookie: 'sid=invented' }));

const roomOf = async (id: string) => (await world.simulator.rooms()).find(room => room.description === id);

describe('the appointment manager', () => {
  it('makes an appointment remote, changes its people, moves it, and makes it local again', async () => {
    const manager = appointmentManager(world);
    expect(await manager.create([DOCTOR, PATIENT], '2 hours', '3 hours')).toBe(201);
    expect(manager.id).toMatch(/^[0-9a-f]{24}$/);
    expect(await manager.changeUsers([SECOND_DOCTOR, PATIENT])).toBe(204);
    expect(await browser(DOCTOR).poll(manager.id)).toBe(401);
    expect(await manager.move('4 hours', '5 hours')).toBe(204);
    expect(await world.record(manager.id)).toMatchObject({ startDate: expect.stringMatching(/:00\.000Z$/) });
    const deleted = await manager.remove();
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect(await roomOf(manager.id)).toBeUndefined();
  });

  it('repeats what it has done already without harm', async () => {
    const manager = appointmentManager(world);
    await manager.create([DOCTOR, PATIENT], '2 hours', '3 hours');
    const before = await roomOf(manager.id);
    expect(await manager.changeUsers([DOCTOR, PATIENT])).toBe(204);
    expect(await manager.move('2 hours', '3 hours')).toBe(204);
    expect(await roomOf(manager.id)).toEqual(before);
  });

  it('deletes what is gone already: a clear 404, no 500', async () => {
    const manager = appointmentManager(world);
    await manager.create([DOCTOR, PATIENT], '2 hours', '3 hours');
    await manager.remove();
    const again = await manager.remove();
    expect(again).toMatchObject({ status: 404, body: { statusCode: 404, error: 'not found' } });
  });

  it('is told of fewer than two people in the store’s own error shape', async () => {
    const reply = await world.api.post(`${BASE}/teleconsultation`, {
      participants: [DOCTOR],
      start_date: wholeMinute(world, '1 hour'),
      end_date: wholeMinute(world, '2 hours'),
    });
    expect(reply).toMatchObject({ status: 400, body: { statusCode: 400, error: 'Bad Request' } });
  });
});

describe('the frontend', () => {
  it('waits, polls, enters, and deletes the uploads when the call ends, twice at once', async () => {
    const manager = appointmentManager(world);
    await manager.create([DOCTOR, PATIENT], '10 minutes', '1 hour');
    const [doctor, patient] = [browser(DOCTOR), browser(PATIENT)];
    expect(await patient.poll(manager.id)).toBeNull();
    world.clock.moveBy(span('10 minutes'));
    const links = [await doctor.poll(manager.id), await patient.poll(manager.id)];
    expect(new Set(links).size).toBe(2);
    for (const link of links) expect((await fetch(String(link))).status).toBe(200);

    const room = await roomOf(manager.id);
    await world.simulator.playCall({ roomId: room?.id, uploads: 4 });
    const replies = await Promise.all([doctor.callEnded(manager.id), patient.callEnded(manager.id)]);
    for (const { status, body } of replies) {
      expect(status).toBe(200);
      const { total, deleted } = body as { total: number; deleted: number };
      expect(deleted).toBe(total);
    }
    const left = (await world.simulator.state()).uploads.filter(
      one => one.room_id === room?.id && one.deleted !== true,
    );
    expect(left).toEqual([]);
    // The re-enter button: the link is still the same.
    expect(await patient.poll(manager.id)).toBe(links[1]);
  });

  it('shows its error page to somebody who takes no part', async () => {
    const manager = appointmentManager(world);
    await manager.create([DOCTOR, PATIENT], '-1 minute', '1 hour');
    expect(await browser(SECOND_DOCTOR).poll(manager.id)).toBe(401);
    expect(await browser(PATIENT).poll('ffffffffffffffffffffffff')).toBe(404);
  });
});

describe('a mobile app', () => {
  it('gets credentials that say by themselves when they end', async () => {
    const app = world.api.withHeaders({ miauserid: PATIENT, 'client-type': 'mobile' });
    const reply = await app.post(`${BASE}/credentials`, { expiresIn: 7200 });
    expect(reply.status).toBe(201);
    const { accessToken, expiresAt, bandyerUserId } = reply.body as Record<string, string>;
    const claims = JSON.parse(Buffer.from(accessToken?.split('.')[1] ?? '', 'base64url').toString()) as {
      exp: number;
      iat: number;
      user: string;
    };
    expect(claims.exp - claims.iat).toBe(7200);
    expect(claims.user).toBe(bandyerUserId);
    expect(Math.abs(Date.parse(expiresAt ?? '') - claims.exp * 1000)).toBeLessThan(1500);
  });
});
