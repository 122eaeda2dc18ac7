import type { Kaleyra } from '../domain/ports.ts';
import { Done, User } from './answers.ts';
import { isRefusedWith, isUnknownUser, unreadable } from './errors.ts';
import type { Transport } from './transport.ts';

export const createUsersClient = (
  send: Transport,
): Pick<Kaleyra, 'createUser' | 'setRole' | 'hasUser' | 'deleteUser'> => ({
  createUser: async (kaleyraId, role) => {
    try {
      // Repeatable: the id is ours, so a second attempt finds the user of the first.
      const call = { method: 'POST', path: ['users'], json: { id: kaleyraId, role }, repeatable: true } as const;
      const user = await send({ ...call, answer: User });
      if (user.id !== kaleyraId) throw unreadable();
      return 'created';
    } catch (error) {
      if (isRefusedWith(error, 409, 'user_id_already_exists')) return 'existed';
      throw error;
    }
  },

  setRole: async (kaleyraId, role) => {
    await send({ method: 'PUT', path: ['users', kaleyraId], json: { role }, answer: Done, repeatable: true });
  },

  hasUser: async kaleyraId => {
    try {
      const { id } = await send({ method: 'GET', path: ['users', kaleyraId], answer: User, repeatable: true });
      if (id !== kaleyraId) throw unreadable();
      return true;
    } catch (error) {
      if (isUnknownUser(error)) return false;
      throw error;
    }
  },

  deleteUser: async kaleyraId => {
    try {
      await send({ method: 'DELETE', path: ['users', kaleyraId], answer: Done, repeatable: true });
      return 'deleted';
    } catch (error) {
      if (isUnknownUser(error)) return 'gone';
      throw error;
    }
  },
});
