import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aBooking, span } from '../support/bookings.ts';
import { aHeldCall } from '../support/calls.ts';
import { erase } from '../support/erasures.ts';
import { reconcile } from '../support/jobs.ts';
import { drRossi, drVerdi, mrBianchi, msNeri } from '../support/people.ts';
import { openWorld, TRANSPORTS, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ oneClock: true, env: { TELECONSULTATION_DELETE_UPLOADS: 'true' } });
});
afterAll(() => world.close());
afterEach(async () => {
  world.clock.reset();
  world.configure({});
  await world.simulator.clearFaults();
});

const ask = (id: string, person: { userId: string } = mrBianchi, query = '') =>
  world.api.as(person).get(`/teleconsultation/${id}/calendar${query}`);

/** The properties of the file, by name. */
const eventOf = async (id: string, person?: { userId: string }, query?: string): Promise<Record<string, string>> => {
  const { status, text } = await ask(id, person, query);
  expect(status, text).toBe(200);
  return Object.fromEntries(
    text.split('\r\n').map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)];
    }),
  );
};
const sequenceOf = async (id: string, person?: { userId: string }): Promise<number> =>
  Number((await eventOf(id, person)).SEQUENCE);
const stampOf = (date: unknown): string => `${String(date).replaceAll(/[-:]|\..*$/g, '')}Z`;

describe('the file', () => {
  it('is a calendar’s, to be kept, with the times of the consultation', async () => {
    const id = await aBooking(world, { startsIn: '2 hours', lasts: '45 minutes' });
    const reply = await ask(id);
    expect(reply.headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'attachment; filename="teleconsultation.ics"',
      'cache-control': 'no-store',
    });
    expect(reply.text).toMatch(/^BEGIN:VCALENDAR\r\n(?:[^\r\n]{1,75}\r\n)+END:VCALENDAR\r\n$/);
    const record = await world.record(id);
    expect(await eventOf(id)).toMatchObject({
      UID: `teleconsultation-${id}`,
      SEQUENCE: '0',
      DTSTART: stampOf(record?.startDate),
      DTEND: stampOf(record?.endDate),
      DTSTAMP: stampOf(record?.updatedAt),
      STATUS: 'CONFIRMED',
    });
  });

  it('names nobody and opens nothing, also when there is a link', async () => {
    const id = await aBooking(world, { startsIn: '-1 minute' });
    const { text } = await ask(id);
    const record = JSON.stringify(await world.record(id));
    expect(record).toContain(drRossi.fullName);
    for (const told of [drRossi, mrBianchi].flatMap(({ userId, fullName }) => [userId, fullName])) {
      expect(text).not.toContain(told);
    }
    expect(text).not.toMatch(/https?:|usr_|room_|ATTENDEE|ORGANIZER|URL|METHOD/);
  });

  it('speaks the language of the query, of the participant, or English', async () => {
    const participants = [drRossi, { ...mrBianchi, language: 'it' }];
    const id = await aBooking(world, { participants });
    expect(await eventOf(id)).toHaveProperty('SUMMARY;LANGUAGE=it', 'Televisita');
    expect(await eventOf(id, mrBianchi, '?language=en')).toHaveProperty('SUMMARY;LANGUAGE=en', 'Video consultation');
    expect(await eventOf(id, drRossi)).toHaveProperty('SUMMARY;LANGUAGE=en');
    expect(await eventOf(id, drRossi, '?language=fr')).toHaveProperty('SUMMARY;LANGUAGE=en');
  });

  it('is there before everybody is known', async () => {
    const id = await aBooking(world, { participants: [mrBianchi], expected: 2 });
    expect(await eventOf(id)).toMatchObject({ STATUS: 'CONFIRMED', SEQUENCE: '0' });
  });
});

describe('its sequence', () => {
  it('rises by one with everything that is agreed on anew, under the same UID, to the cancellation', async () => {
    const id = await aBooking(world);
    const { UID } = await eventOf(id);
    const told = [await sequenceOf(id)];
    const change = async (body: Record<string, unknown>): Promise<void> => {
      expect((await world.api.patch(`/teleconsultation/${id}`, body)).status).toBe(204);
      told.push(await sequenceOf(id));
    };
    await change({
      start_date: new Date(world.clock.now() + span('3 hours')).toISOString(),
      duration_in_seconds: 1800,
    });
    await change({ duration_in_seconds: 3600 });
    await change({ participants: { number: 2, data: [drVerdi, mrBianchi] } });
    await change({ participants: { number: 3, data: [drVerdi, mrBianchi] } });
    expect((await world.api.post(`/teleconsultation/${id}/participants/data`, msNeri)).status).toBe(201);
    told.push(await sequenceOf(id));
    await world.api.delete(`/teleconsultation/${id}`);
    told.push(await sequenceOf(id));
    expect(told).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await eventOf(id)).toMatchObject({ UID, STATUS: 'CANCELLED', TRANSP: 'TRANSPARENT' });
  });

  it('stays when nothing changes for anybody: a repeated change, a repair, the work of jobs', async () => {
    const { id, roomId } = await aHeldCall(world, { startsIn: '-50 minutes', lasts: '30 minutes' }, { uploads: 2 });
    expect(await sequenceOf(id)).toBe(0);
    expect((await world.api.patch(`/teleconsultation/${id}`, {})).status).toBe(204);
    const versions = [Number((await world.record(id))?.version)];
    await reconcile(world);
    world.clock.moveBy(span('2 days'));
    await world.invoke('cleanupUploads', {});
    versions.push(Number((await world.record(id))?.version));
    expect(versions[1]).toBeGreaterThan(versions[0] ?? 0);
    expect(await world.record(id)).toMatchObject({ upkeep: { roomId, closedAt: expect.any(String) } });
    expect(await sequenceOf(id)).toBe(0);
  });

  it('stays with a change that failed, whatever that wrote on the way', async () => {
    const id = await aBooking(world);
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', times: 9, status: 500 });
    const participants = { number: 2, data: [drVerdi, mrBianchi] };
    expect((await world.api.patch(`/teleconsultation/${id}`, { participants })).status).toBe(502);
    expect(Number((await world.record(id))?.version)).toBeGreaterThan(2);
    expect(await sequenceOf(id)).toBe(0);
  });

  it('rises for those who stay when somebody is erased', async () => {
    const id = await aBooking(world, { startsIn: '-3 hours', participants: [drRossi, mrBianchi, msNeri] });
    expect(await erase(world, msNeri.userId, { cancel: true })).toMatchObject({ outcome: 'finished' });
    expect([(await ask(id, msNeri)).status, await sequenceOf(id)]).toEqual([401, 1]);
  });
});

describe('whoever takes no part', () => {
  it('is refused as for the consultation itself, and a cancelled one is unknown to them', async () => {
    const id = await aBooking(world);
    const unauthorized = { statusCode: 401, error: 'Unauthorized user', message: 'Unauthorized user' };
    const stranger = await ask(id, drVerdi);
    expect([stranger.status, stranger.body]).toEqual([401, unauthorized]);
    await world.api.delete(`/teleconsultation/${id}`);
    const sentence = `Room with id ${id} not found on CRUD`;
    const gone = await ask(id, drVerdi);
    expect([gone.status, gone.body]).toEqual([404, { statusCode: 404, error: sentence, message: sentence }]);
    expect((await ask('0123456789abcdef01234567')).status).toBe(404);
  });
});

it.each(TRANSPORTS)('comes byte for byte below either prefix, %s', async transport => {
  const other = await openWorld({ transport });
  try {
    const id = await aBooking(other);
    const [one, two] = await Promise.all(
      ['', '/api/v1/telecons-be'].map(prefix =>
        other.api.as(mrBianchi).get(`${prefix}/teleconsultation/${id}/calendar`),
      ),
    );
    expect([one?.status, one?.text.length]).toEqual([200, two?.text.length]);
    expect(one?.text).toBe(two?.text);
    expect(one?.text).toContain('\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n');
  } finally {
    await other.close();
  }
});
