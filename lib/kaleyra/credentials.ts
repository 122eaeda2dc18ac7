import type { Kaleyra } from '../domain/ports.ts';
import { isKaleyraError } from '../errors.ts';
import { Credentials } from './answers.ts';
import { isMissing, unreadable } from './errors.ts';
import type { Transport } from './transport.ts';

const UNKNOWN_USER = 'invalid_user_id';

/** Kaleyra does not publish how it says so for this call: by status, or by the code that its other calls use. */
const isUnknownUser = (error: unknown): boolean =>
  isMissing(error) || (isKaleyraError(error) && error.code === 'kaleyra_refused' && error.vendorCode === UNKNOWN_USER);

export const createCredentialsClient = (send: Transport): Pick<Kaleyra, 'createCredentials'> => ({
  createCredentials: async (kaleyraId, expiresInSeconds) => {
    const json = { user_id: kaleyraId, expires_in: expiresInSeconds };
    try {
      const path = ['sdk', 'credentials'];
      // Repeatable: a token that nobody was told of harms nobody.
      const answer = await send({ method: 'POST', path, json, answer: Credentials, repeatable: true });
      // Somebody else's token would make the caller somebody else.
      if (answer.kaleyraId !== kaleyraId) throw unreadable();
      return { accessToken: answer.accessToken, expiresAt: answer.expiresAt };
    } catch (error) {
      if (isUnknownUser(error)) return undefined;
      throw error;
    }
  },
});
