import type { Kaleyra } from '../domain/ports.ts';
import { isKaleyraError } from '../errors.ts';
import { Done, User } from './answers.ts';
import { isMissing, unreadable } from './errors.ts';
import type { Transport } from './transport.ts';

const ALREADY_THERE = 'user_id_already_exists';

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
      if (isKaleyraError(error) && error.code === 'kaleyra_refused' && isTaken(error)) return 'existed';
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
      if (isMissing(error) || isUnknownUser(error)) return false;
      throw error;
    }
  },

  deleteUser: async kaleyraId => {
    try {
      await send({ method: 'DELETE', path: ['users', kaleyraId], answer: Done, repeatable: true });
      return 'deleted';
    } catch (error) {
      if (isMissing(error) || isUnknownUser(error)) return 'gone';
      throw error;
    }
  },
});

/** A code that the reference lists with 400 as well as with 404. */
const isUnknownUser = (error: unknown): boolean =>
  isKaleyraError(error) && error.code === 'kaleyra_refused' && error.vendorCode === 'invalid_user_id';

const isTaken = (error: { vendorCode: string; vendorStatus: number | undefined }): boolean =>
  error.vendorCode === ALREADY_THERE || error.vendorStatus === 409;
