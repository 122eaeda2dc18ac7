/**
 * The framework's plugin for secrets: gives every role exactly what its function reads of them, and refuses to package names that
 * lead nowhere, because a function would find that out only when somebody calls it.
 */
import type { Osls } from './osls.ts';
import { problemsOf, type Statement, withSecretRights } from './secret-rights.ts';

/** What of a role is looked at here. */
interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyDocument: { Statement: readonly Statement[] } }[];
}

const localStage = 'local';

export default class SecretsPlugin {
  readonly hooks: Readonly<Record<string, () => void>>;
  readonly #osls: Osls;

  constructor(osls: Osls) {
    this.#osls = osls;
    this.hooks = { 'before:package:initialize': () => this.#setRights() };
  }

  #setRights(): void {
    if (this.#osls.getProvider('aws').getStage() === localStage) return;
    const { provider, custom, resources } = this.#osls.service;
    const { environment = {} } = provider;
    const kmsKey = custom?.secrets?.kmsKey ?? '';
    const problems = problemsOf({
      BANDYER_API_SECRET_KEY_PARAMETER: environment.BANDYER_API_SECRET_KEY_PARAMETER,
      WEBHOOK_KEYS_PARAMETER: environment.WEBHOOK_KEYS_PARAMETER,
      ...(environment.IDENTITY_MODE === 'gateway' && {
        GATEWAY_SECRETS_PARAMETER: environment.GATEWAY_SECRETS_PARAMETER,
      }),
    });
    if (!isKeyArn(kmsKey)) problems.push('SECRETS_KMS_KEY_ARN must be the ARN of a key, not of an alias');
    if (problems.length > 0) throw new this.#osls.classes.Error(problems.join('\n'), 'TELECONSULTATION_SECRETS');

    for (const { Type, Properties = {} } of Object.values(resources?.Resources ?? {})) {
      if (Type !== 'AWS::IAM::Role') continue;
      for (const { PolicyDocument } of (Properties as RoleProperties).Policies ?? []) {
        PolicyDocument.Statement = withSecretRights(PolicyDocument.Statement, kmsKey);
      }
    }
  }
}

function isKeyArn(text: string): boolean {
  return text === '' || /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(text);
}
