import type { Kaleyra } from '../domain/ports.ts';
import { Credentials } from './answers.ts';
import { isUnknownUser, unreadable } from './errors.ts';
import type { Transport } from './transport.ts';

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
      // Kaleyra does not publish how it says so for this call: as its other calls do.
      if (isUnknownUser(error)) return undefined;
      throw error;
    }
  },
});
