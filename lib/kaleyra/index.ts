import type { Kaleyra } from '../domain/ports.ts';
import { createCompanyClient } from './company.ts';
import { AnyCompany } from './company-answers.ts';
import { createCredentialsClient } from './credentials.ts';
import { createFilesClient } from './files.ts';
import { createRoomsClient } from './rooms.ts';
import { createSessionsClient } from './sessions.ts';
import { createTransport, type TransportOptions } from './transport.ts';
import { createUploadsClient } from './uploads.ts';
import { createUsersClient } from './users.ts';

/** The typed client, one group of calls per resource on one transport, for the time of one request. */
export const createKaleyra = (options: TransportOptions): Kaleyra => {
  const send = createTransport(options);
  return {
    ...createUsersClient(send),
    ...createRoomsClient(send, options.kaleyra.origins),
    ...createUploadsClient(send),
    ...createCredentialsClient(send),
    ...createSessionsClient(send, options),
    ...createFilesClient(options),
    ...createCompanyClient(send),
    ping: async timeoutMs => {
      await send({ method: 'GET', path: ['company'], answer: AnyCompany, repeatable: true, timeoutMs });
    },
  };
};
