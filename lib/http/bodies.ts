import { about } from '../about.ts';
import type { Status } from '../domain/admission.ts';
import type { Background, Company, UploadForm } from '../domain/company.ts';
import type { Credentials } from '../domain/create-credentials.ts';
import type { OpenedTeleconsultation } from '../domain/get-teleconsultation.ts';
import type { SeenSession } from '../domain/progress.ts';
import type * as responses from '../schemas/responses.ts';

/** Answers' bodies, each mapped key by key from what the use case gives: nothing gets out that is not named here. */

export const toBookedBody = (id: string) => ({ roomId: id });

const toSessionBody = ({ id, startedAt, durationInSeconds }: SeenSession) => ({
  sessionId: id,
  startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
  durationInSeconds,
});

export const toOpenedBody = ({
  record,
  participant,
  link,
  details,
  progress,
  activity,
}: OpenedTeleconsultation): responses.Opened => ({
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
  // Additions to what the retired service told.
  teleconsultationState: progress,
  sessions: (activity?.sessions ?? []).map(toSessionBody),
});

export const toParticipantStatusBody = (status: Status): responses.ParticipantStatus => {
  switch (status.status) {
    case 'not_open_yet':
      return {
        status: status.status,
        opensAt: new Date(status.opensAt).toISOString(),
        secondsLeft: status.secondsLeft,
      };
    case 'waiting_for_participants':
      return { status: status.status, known: status.known, expected: status.expected };
    default:
      return { status: status.status };
  }
};

export const toCredentialsBody = ({ accessToken, expiresAt, kaleyraId }: Credentials): responses.Credentials => ({
  accessToken,
  expiresAt: new Date(expiresAt).toISOString(),
  bandyerUserId: kaleyraId,
});

export const toNamesBody = (names: ReadonlyMap<string, string>): responses.Names => ({
  user_ids: [...names].map(([kaleyraId, fullName]) => ({ user_id: kaleyraId, display_name: fullName })),
});

export const toStatusBody = (failing: readonly string[]): responses.ServiceStatus => ({
  status: failing.length === 0 ? 'OK' : 'KO',
  name: about.name,
  version: about.version,
  ...(failing.length > 0 && { message: `not available: ${failing.join(', ')}` }),
});

const toBackground = ({ alias, url, creationDate }: Background) => ({ alias, url, creation_date: creationDate });

export const toUploadedBackgroundBody = ({ alias, url, creationDate }: Background): responses.UploadedBackground => ({
  virtual_background: { background_alias: alias, url, creation_date: creationDate },
});

export const toBackgroundsBody = (backgrounds: readonly Background[]): responses.Backgrounds => ({
  virtual_backgrounds: backgrounds.map(background => toUploadedBackgroundBody(background).virtual_background),
});

export const toUploadFormBody = ({ url, fields, expiresAt }: UploadForm): responses.UploadForm => ({
  url,
  fields,
  expiresAt: new Date(expiresAt).toISOString(),
});

export const toCompanyBody = (company: Company): responses.Company => ({
  company: {
    name: company.name,
    default_language: company.defaultLanguage,
    default_background: company.defaultBackground === null ? null : toBackground(company.defaultBackground),
    end_call_redirect_url: company.endCallRedirectUrl,
    user_details_provider_url: company.userDetailsProviderUrl,
    end_call_redirect_timeout_ms: company.endCallRedirectTimeoutMs,
  },
});
