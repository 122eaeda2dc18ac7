/**
 * What functions may read of the deployment's secrets. serverless.yml says it for the usual case, a name in SSM Parameter Store
 * under the account's own key; here it becomes the right that fits the case in hand:
 *
 * - a name that is an ARN of Secrets Manager: `secretsmanager:GetSecretValue` on that secret;
 * - no name, as for the gateway's secrets where there is no gateway: nothing;
 * - a key of one's own in KMS: also `kms:Decrypt` with it, through the store and not otherwise.
 */
import { Reference, type SecretReference } from '../../lib/schemas/secrets.ts';

export interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource?: unknown;
  readonly [part: string]: unknown;
}

const READ_PARAMETER = 'ssm:GetParameter';

/** As `custom.parameterArns` of serverless.yml begins. */
const ARN_OF_PARAMETER = `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter`;

/**
 * @param statements of one role
 * @param kmsKey the ARN of the key that the secrets are encrypted with; empty where it is the store's own
 */
export function withSecretRights(statements: readonly Statement[], kmsKey: string): Statement[] {
  const [reading, others] = [statements.filter(readsParameters), statements.filter(one => !readsParameters(one))];
  const references = reading.flatMap(({ Resource }) => [Resource].flat().map(referenceOf)).filter(isDefined);
  const names = references.filter(one => one.store === 'parameters').map(({ name }) => name);
  const secrets = references.filter(one => one.store === 'secrets');
  return [
    ...others,
    ...(names.length > 0 ? [allow(READ_PARAMETER, names.map(arnOfParameter))] : []),
    ...(secrets.length > 0 ? [allow('secretsmanager:GetSecretValue', unique(secrets.map(({ arn }) => arn)))] : []),
    ...(kmsKey !== '' && references.length > 0 ? [allow('kms:Decrypt', [kmsKey], throughStores(references))] : []),
  ];
}

/** What is wrong with the names that a deployment has, each by the variable that holds it. */
export function problemsOf(names: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(names).flatMap(([variable, name = '']) => {
    const { error } = Reference.safeParse(name);
    return (error?.issues ?? []).map(({ message }) => `${variable} ${message}`);
  });
}

function readsParameters({ Action }: Statement): boolean {
  return [Action].flat().includes(READ_PARAMETER);
}

function referenceOf(resource: unknown): SecretReference | undefined {
  const { 'Fn::Sub': text } = (resource ?? {}) as { 'Fn::Sub'?: unknown };
  if (typeof text !== 'string' || !text.startsWith(ARN_OF_PARAMETER)) {
    throw new Error(`${JSON.stringify(resource)} is not one of custom.parameterArns`);
  }
  const name = text.slice(ARN_OF_PARAMETER.length);
  return name === '' ? undefined : Reference.parse(name);
}

function arnOfParameter(name: string): unknown {
  return { 'Fn::Sub': ARN_OF_PARAMETER + name };
}

function throughStores(references: readonly SecretReference[]): Record<string, unknown> {
  const services = references.map(one =>
    one.store === 'parameters' ? `ssm.\${AWS::Region}.amazonaws.com` : `secretsmanager.${one.region}.amazonaws.com`,
  );
  return { Condition: { StringEquals: { 'kms:ViaService': unique(services).map(name => ({ 'Fn::Sub': name })) } } };
}

function allow(action: string, resources: readonly unknown[], more: Record<string, unknown> = {}): Statement {
  return { Effect: 'Allow', Action: [action], Resource: resources, ...more };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
