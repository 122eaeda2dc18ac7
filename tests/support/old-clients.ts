import type { Api } from './api.ts';
import { span } from './bookings.ts';
import type { World } from './world.ts';

/** The retired service's clients at work, with nothing changed on their side. Each has its own way to the service. */

const BASE = '/api/v1/telecons-be';

/** As the appointment manager writes dates since 2.0.2: whole minutes. */
export const wholeMinute = ({ clock }: Pick<World, 'clock'>, fromNow: string): string => {
  const date = new Date(clock.now() + span(fromNow));
  date.setUTCSeconds(0, 0);
  return date.toISOString();
};

/** What the appointment manager does on each of its events; it keeps no other reference than the link it built. */
export const appointmentManager = (world: Pick<World, 'clock' | 'api'>, base = BASE) => {
  let link = '';
  const { api } = world;
  const id = () => link.split('/').at(-1) ?? '';
  return {
    get id() {
      return id();
    },
    create: async (users: string[], start: string, end: string) => {
      const reply = await api.post(`${base}/teleconsultation`, {
        participants: users,
        start_date: wholeMinute(world, start),
        end_date: wholeMinute(world, end),
      });
      const { roomId } = reply.body as { roomId: string };
      link = `https://clinic.example/telecons-fe/teleconsultation/${roomId}`;
      return reply.status;
    },
    changeUsers: async (users: string[]) =>
      (await api.patch(`${base}/teleconsultation/${id()}`, { participants: users })).status,
    move: async (start: string, end: string) => {
      const dates = { start_date: wholeMinute(world, start), end_date: wholeMinute(world, end) };
      return (await api.patch(`${base}/teleconsultation/${id()}`, dates)).status;
    },
    remove: () => api.delete(`${base}/teleconsultation/${id()}`),
  };
};

/** The frontend in one browser, whose requests `api` sends as they reach the service, or what stands in front of it. */
export const frontend = (api: Api) => ({
  poll: async (id: string) => {
    const { status, body } = await api.get(`${BASE}/teleconsultation/${id}`);
    return status === 200 ? (body as { accessLinkURL: string | null }).accessLinkURL : status;
  },
  callEnded: (id: string) => api.delete(`${BASE}/teleconsultation/${id}/uploads`),
});
