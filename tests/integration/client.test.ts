import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createClient, isTeleconsultationError, type TeleconsultationError } from '../../lib/client/index.ts';
import { span } from '../support/bookings.ts';
import { drRossi, drVerdi, mrBianchi, msNeri, type Person } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** The journey of a teleconsultation as a TypeScript caller makes it, over the local gateway. */

let world: World;
let id: string;
beforeAll(async () => {
  world = await openWorld({ transport: 'over HTTP', env: { TELECONSULTATION_DELETE_UPLOADS: 'true' } });
});
afterAll(() => world.close());
afterEach(() => world.simulator.clearFaults());

const as = ({ userId }: Person, prefix = '') =>
  createClient({ baseUrl: `${world.url}${prefix}`, headers: { miauserid: userId } });
const failureOf = async (call: Promise<unknown>): Promise<TeleconsultationError> => {
  const error = await call.then(
    () => 'it succeeded',
    (thrown: unknown) => thrown,
  );
  if (!isTeleconsultationError(error)) throw new Error(`no TeleconsultationError: ${error}`);
  return error;
};
const iso = (instant: number): string => new Date(instant).toISOString();
const aBookingOf = (people: readonly Person[], expected = people.length) => ({
  start_date: iso(world.clock.now() + span('1 hour')),
  duration_in_seconds: 1800,
  participants: { number: expected, data: [...people] },
});

describe('the journey, through the client', () => {
  it('is booked once, however often it is sent under one key', async () => {
    const booking = aBookingOf([drRossi], 2);
    const options = { idempotencyKey: 'the-form-of-this-morning' };
    const [first, second] = [
      await as(drRossi).createTeleconsultation(booking, options),
      await as(drRossi).createTeleconsultation(booking, options),
    ];
    expect(first).toEqual({ roomId: expect.stringMatching(/^[0-9a-f]{24}$/) });
    expect(second).toEqual(first);
    id = first.roomId;
    const other = as(drRossi).createTeleconsultation({ ...booking, duration_in_seconds: 60 }, options);
    expect(await failureOf(other)).toMatchObject({ kind: 'refused', status: 422 });
  });

  it('waits for somebody, then for its time', async () => {
    expect(await as(drRossi).getStatus(id)).toEqual({ status: 'waiting_for_participants', known: 1, expected: 2 });
    await as(drRossi).updateTeleconsultation(id, { participants: { number: 2, data: [drRossi, msNeri] } });
    await as(drRossi).addParticipantData(id, msNeri);
    await as(drRossi).updateTeleconsultation(id, { participants: { number: 2, data: [drRossi, mrBianchi] } });
    expect(await as(mrBianchi).getStatus(id)).toMatchObject({ status: 'not_open_yet' });
    expect(await as(mrBianchi).getCalendar(id, { language: 'it' })).toMatch(/^BEGIN:VCALENDAR\r\n/);
    const opened = await as(mrBianchi).getTeleconsultation(id);
    expect(opened).toMatchObject({ accessLinkURL: null, teleconsultationState: 'scheduled', sessions: [] });
    expect(opened.details?.description).toBe(id);
  });

  it('opens with two links, and refuses a change in the words of the service', async () => {
    world.clock.moveBy(span('1 hour'));
    expect(await as(mrBianchi).getStatus(id)).toEqual({ status: 'open' });
    const { accessLinkURL: patient } = await as(mrBianchi).getTeleconsultation(id, { language: 'it' });
    const { accessLinkURL: doctor } = await as(drRossi, '/api/v1/telecons-be').getTeleconsultation(id);
    expect([patient, doctor]).toEqual([expect.stringMatching(/^http/), expect.stringMatching(/^http/)]);
    expect(patient).not.toBe(doctor);
    const refused = await failureOf(as(drRossi).updateTeleconsultation(id, { duration_in_seconds: 60 }));
    expect(refused).toMatchObject({
      kind: 'refused',
      route: 'PATCH /teleconsultation/{id}',
      status: 400,
      error: expect.stringMatching(/^Failed PATCH \/teleconsultation: /),
      requestId: expect.stringMatching(/./),
    });
  });

  it('after the call its files are deleted, and it is cancelled', async () => {
    const [room] = await world.simulator.rooms();
    await world.simulator.playCall({ roomId: room?.id, uploads: 2 });
    expect(await as(drRossi).deleteUploads(id)).toEqual({ total: 2, deleted: 2 });
    expect(await as(drRossi).deleteTeleconsultation(id)).toBeUndefined();
    expect(await failureOf(as(drRossi).getTeleconsultation(id))).toMatchObject({
      status: 404,
      error: `Room with id ${id} not found on CRUD`,
    });
  });
});

describe('what goes wrong', () => {
  it('names every field', async () => {
    const wrong = { ...aBookingOf([drRossi, drVerdi]), start_date: 'tomorrow' };
    const { status, details, message } = await failureOf(as(drRossi).createTeleconsultation(wrong));
    expect(status).toBe(400);
    expect(details).toEqual([{ path: 'body.start_date', message: expect.stringContaining('date-time') }]);
    expect(message).toMatch(/^POST \/teleconsultation: body\.start_date /);
  });

  it('says when to try again', async () => {
    await world.simulator.fault({ path: '/v2/rooms', method: 'POST', status: 429, retryAfter: 7 });
    const failed = await failureOf(as(drRossi).createTeleconsultation(aBookingOf([drRossi, mrBianchi])));
    expect(failed).toMatchObject({ status: 503, retryAfterSeconds: expect.any(Number) });
  });
});

describe('the service itself', () => {
  it('tells how it is, also when something is missing', async () => {
    const nobody = createClient({ baseUrl: `${world.url}/` });
    expect(await nobody.getHealth()).toMatchObject({ status: 'OK' });
    expect(await nobody.getReadiness()).toMatchObject({ status: 'OK' });
    expect((await nobody.getOpenApi()).openapi).toMatch(/^3\.1/);
    world.configure({ TELECONSULTATIONS_TABLE: 'no-such-table' });
    expect(await nobody.getReadiness()).toMatchObject({ status: 'KO', message: 'not available: store' });
    world.configure({});
  });
});
