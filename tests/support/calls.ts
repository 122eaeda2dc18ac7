import { aBooking, type BookingWish } from './bookings.ts';
import type { World } from './world.ts';

/** Calls that were held, as the simulator plays them. */

export interface HeldCall {
  /** Of the teleconsultation. */
  id: string;
  /** Of Kaleyra's room. */
  roomId: string;
  sessionId: string;
}

/** Books, and holds a call in the room. */
export const aHeldCall = async (
  world: World,
  wish: BookingWish = {},
  played: Record<string, unknown> = {},
): Promise<HeldCall> => {
  const id = await aBooking(world, wish);
  const room = (await world.simulator.rooms()).find(({ description }) => description === id);
  if (room === undefined) throw new Error('the teleconsultation has no room');
  const { sessionId } = await world.simulator.playCall({ roomId: room.id, uploads: 0, webhooks: false, ...played });
  return { id, roomId: room.id, sessionId };
};
