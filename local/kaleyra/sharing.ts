// Files that people share while they are in a call.
import { newUploadKey } from './ids.ts';
import type { Session } from './state.ts';
import type { World } from './world.ts';

/**
 * Files are shared now, also in a call that began before: nothing was there when nobody could have seen it.
 * @param people who shares them, in turns
 */
export function shareFiles(world: World, session: Session, people: readonly string[], count = 1): void {
  const now = world.clock();
  for (let index = 0; index < count; index += 1) {
    const userId = people[index % people.length] ?? '';
    world.state.uploads.add({
      id: newUploadKey(userId, now),
      created: now,
      deleted: false,
      userId,
      roomId: session.roomId,
      sessionId: session.id,
      uploadType: index % 2 === 0 ? 'file_upload' : 'snapshot',
    });
  }
}
