import { about } from '../about.ts';
import type { Credentials } from '../domain/create-credentials.ts';
import type { OpenedTeleconsultation } from '../domain/get-teleconsultation.ts';

/** Answers' bodies, each mapped key by key from what the use case gives: nothing gets out that is not named here. */

export const toBookedBody = (id: string) => ({ roomId: id });

export const toOpenedBody = ({ record, participant, link, details }: OpenedTeleconsultation) => ({
  bandyerUserId: participant.kaleyraId,
  accessLinkURL: link,
  participantsBandyerCall: record.participants.map(({ kaleyraId, fullName }) => ({
    bandyerUserId: kaleyraId,
    fullName,
  })),
  // Without a room there is nothing to tell, and the key is absent.
  ...(details !== undefined && {
    details: {
      recording: details.recording,
      recordingStatus: details.recordingStatus,
      callType: details.callType,
      description: details.description,
      status: details.status,
      disabled: details.disabled,
      creationDate: details.creationDate,
      durationInSeconds: details.durationInSeconds,
      durationUsedInSeconds: details.durationUsedInSeconds,
      live: details.live,
    },
  }),
});

export const toCredentialsBody = ({ accessToken, expiresAt, kaleyraId }: Credentials) => ({
  accessToken,
  expiresAt: new Date(expiresAt).toISOString(),
  bandyerUserId: kaleyraId,
});

export const toStatusBody = (failing: readonly string[]) => ({
  status: failing.length === 0 ? 'OK' : 'KO',
  name: about.name,
  version: about.version,
  ...(failing.length > 0 && { message: `not available: ${failing.join(', ')}` }),
});
