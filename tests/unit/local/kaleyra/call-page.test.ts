import { describe, expect, it } from 'vitest';
import { aReceiver, aRoom, aSimulator, DOCTOR, PATIENT, register, type Simulator } from './support.ts';

const THIRD = 'ms-carla-sample';

/** What the page of a call asks and orders, as the two who hold its links. */
async function aCall(extra: Record<string, unknown> = {}, simulator?: Simulator) {
  const vendor = simulator ?? (await aSimulator());
  const room = await aRoom(vendor, extra);
  const of = (index: number) => {
    const link: string = room.participants[index].access_link;
    const json = async (response: Response): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> => ({
      status: response.status,
      body: await response.json(),
    });
    return {
      call: async () => json(await fetch(`${link}/call`)),
      names: async () => json(await fetch(`${link}/names`)),
      order: async (what: string) =>
        json(
          await fetch(`${link}/call`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ do: what }),
          }),
        ),
    };
  };
  return { vendor, room, doctor: of(0), patient: of(1) };
}

describe('a call that people enter by their links', () => {
  it('is quiet, runs while somebody is in it, and is over when the last one leaves', async () => {
    const { doctor, patient } = await aCall();
    expect((await doctor.call()).body).toEqual({ state: 'quiet', me: DOCTOR, inCall: [], files: 0 });
    await doctor.order('enter');
    await patient.order('enter');
    expect((await patient.call()).body).toMatchObject({ state: 'running', me: PATIENT, inCall: [DOCTOR, PATIENT] });
    await doctor.order('leave');
    expect((await patient.call()).body).toMatchObject({ state: 'running', inCall: [PATIENT] });
    expect((await patient.order('leave')).body).toMatchObject({ state: 'over', inCall: [] });
  });

  it('ends for the other one too where the room is live', async () => {
    const { vendor, doctor, patient } = await aCall({ live: true });
    await doctor.order('enter');
    await patient.order('enter');
    await patient.order('leave');
    expect((await doctor.call()).body).toMatchObject({ state: 'over', inCall: [] });
    const { sessions, rooms } = await vendor.state();
    expect(sessions).toMatchObject([{ connected_participants: [DOCTOR, PATIENT], duration: expect.any(Number) }]);
    expect(rooms).toMatchObject([{ status: 'NOT_RUNNING' }]);
  });

  it('a live room waits with the first one for the second', async () => {
    const { doctor } = await aCall({ live: true });
    await doctor.order('enter');
    expect((await doctor.call()).body).toMatchObject({ state: 'running', inCall: [DOCTOR] });
  });

  it('tells the company of everybody who comes and goes, and once that it began', async () => {
    const receiver = await aReceiver();
    const vendor = await aSimulator();
    await register(vendor, receiver.url, [
      'on_user_connected',
      'on_user_disconnected',
      'on_session_started',
      'on_session_ended',
    ]);
    const { doctor, patient } = await aCall({}, vendor);
    for (const order of ['enter', 'enter']) await doctor.order(order);
    await patient.order('enter');
    await patient.order('leave');
    await patient.order('enter');
    await doctor.order('end');
    await receiver.until(8);
    expect(receiver.events()).toEqual([
      'on_user_connected',
      'on_user_connected',
      'on_session_started',
      'on_user_disconnected',
      'on_user_connected',
      'on_session_ended',
      'on_user_disconnected',
      'on_user_disconnected',
    ]);
  });

  it('counts files of the call that runs; each belongs to who shared it', async () => {
    const { vendor, doctor, patient } = await aCall();
    await doctor.order('enter');
    await patient.order('enter');
    await patient.order('share');
    expect((await doctor.order('share')).body.files).toBe(2);
    const { uploads } = await vendor.state();
    expect(uploads.map((upload: { user_id: string }) => upload.user_id)).toEqual([PATIENT, DOCTOR]);
  });
});

describe('what the page may not do', () => {
  it.each(['leave', 'share', 'end'])('%s without being in the call', async order => {
    const { doctor, patient } = await aCall();
    await doctor.order('enter');
    expect((await patient.order(order)).status).toBe(409);
  });

  it('end the call of the others without being an admin', async () => {
    const { doctor, patient } = await aCall();
    await doctor.order('enter');
    await patient.order('enter');
    expect((await patient.order('end')).status).toBe(403);
    expect((await doctor.call()).body.state).toBe('running');
  });

  it('anything that it does not know', async () => {
    const { doctor } = await aCall();
    expect((await doctor.order('dance')).status).toBe(422);
  });

  it('anything once its link is dead', async () => {
    const { vendor, room, doctor } = await aCall();
    await doctor.order('enter');
    await vendor.delete(`/v2/rooms/${room.id}`);
    expect([(await doctor.call()).status, (await doctor.order('share')).status]).toEqual([410, 410]);
  });
});

it('asks the company for names, and does without where it has none', async () => {
  const people = [
    { user_id: DOCTOR, display_name: 'Dr Ada Example' },
    { user_id: THIRD, display_name: 'Ms Carla Sample' },
  ];
  const receiver = await aReceiver(() => 200, { user_ids: people });
  const { vendor, doctor } = await aCall();
  expect((await doctor.names()).body).toEqual({});
  await vendor.put('/v2/company', { user_details_provider_url: receiver.url });
  expect((await doctor.names()).body).toMatchObject({ [DOCTOR]: 'Dr Ada Example' });
  expect(receiver.received[0]?.body.data).toEqual({ user_ids: [DOCTOR, PATIENT] });
});

it('leaves what its page asks for itself out of the journal', async () => {
  const { vendor, doctor } = await aCall();
  await doctor.call();
  await doctor.names();
  expect((await vendor.journal()).filter(({ path }) => path.includes('direct-rest'))).toEqual([]);
});

it.each([
  ['page.js', 'text/javascript; charset=utf-8', 'addEventListener'],
  ['style.css', 'text/css; charset=utf-8', '#people'],
])('serves /_call/%s', async (name, type, content) => {
  const { vendor } = await aCall();
  const response = await fetch(`${vendor.url}/_call/${name}`);
  expect(response.headers.get('content-type')).toBe(type);
  expect(await response.text()).toContain(content);
  expect((await fetch(`${vendor.url}/_call/${name}.map`)).status).toBe(404);
});
