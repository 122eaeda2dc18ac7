/** Which of the deployment's secrets each function reads: what its role lets it read, and what its code does read. */

/** A secret, by the last part of the name that it usually has. */
export type SecretName = 'gateway-secrets' | 'kaleyra-api-key' | 'webhook-keys';

/** Whoever answers requests of people behind a gateway has to know the gateway. */
const GATEWAY = 'gateway-secrets';
const KALEYRA = 'kaleyra-api-key';
const WEBHOOKS = 'webhook-keys';

export const secretReads: Record<string, readonly SecretName[]> = {
  createTeleconsultation: [GATEWAY, KALEYRA],
  getTeleconsultation: [GATEWAY, KALEYRA],
  getStatus: [GATEWAY],
  getCalendar: [GATEWAY],
  updateTeleconsultation: [GATEWAY, KALEYRA],
  deleteTeleconsultation: [GATEWAY, KALEYRA],
  addParticipantData: [GATEWAY, KALEYRA],
  deleteUploads: [GATEWAY, KALEYRA],
  createCredentials: [GATEWAY, KALEYRA],
  getTranscription: [GATEWAY, KALEYRA],
  getRecording: [GATEWAY, KALEYRA],
  uploadBackgroundImage: [GATEWAY, KALEYRA],
  listBackgroundImages: [GATEWAY, KALEYRA],
  requestBackgroundUpload: [GATEWAY],
  processBackgroundUpload: [KALEYRA],
  updateSettings: [GATEWAY, KALEYRA],
  receiveWebhook: [KALEYRA, WEBHOOKS],
  getUserDetails: [WEBHOOKS],
  cleanupUploads: [KALEYRA],
  reconcileRooms: [KALEYRA],
  applyRetention: [KALEYRA],
  eraseUser: [KALEYRA],
  health: [KALEYRA],
  documentation: [],
};

/** Behind an issuer's tokens there is no gateway to know. */
export const secretsOf = (key: string, identity: 'jwt' | 'gateway'): readonly SecretName[] =>
  (secretReads[key] ?? []).filter(name => identity === 'gateway' || name !== GATEWAY);

/** The right to a parameter of stage `dev`. */
export const parameterArn = (name: SecretName) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/teleconsultation/dev/${name}`,
});
