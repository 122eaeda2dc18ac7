import * as z from 'zod/mini';
import { commaList } from './comma-list.ts';

/**
 * The secrets of a deployment: what each of them may hold, wherever it comes from, and how a variable says where that is.
 * No message repeats a value.
 */

/** It travels in a header, which takes nothing else. */
export const KaleyraKey = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, 'must not be empty'),
    z.regex(/^[\x21-\x7e]*$/, 'must be printable characters without blanks'),
  );

/** 32 bytes: what a brute force over the network cannot find. */
export const SHORTEST_GATEWAY_SECRET_BYTES = 32;

export const GatewaySecrets = commaList.check(
  z.refine(secrets => secrets.length > 0, 'must hold at least one secret'),
  z.refine(
    secrets => secrets.every(secret => Buffer.byteLength(secret) >= SHORTEST_GATEWAY_SECRET_BYTES),
    `must hold secrets of at least ${SHORTEST_GATEWAY_SECRET_BYTES} bytes`,
  ),
);

export const WebhookKeys = commaList.check(z.refine(keys => keys.length > 0, 'must hold at least one key'));

/** Where a secret is kept. */
export type SecretReference =
  | { store: 'parameters'; name: string }
  | { store: 'secrets'; arn: string; region: string; field: string | undefined };

/** No version and no label: a name that always means the newest value is what makes a rotation possible. */
const PARAMETER_NAME = /^(?:\/[A-Za-z0-9_.-]{1,256}){1,15}$/;
const SECRET_ARN =
  /^(arn:aws[a-z-]{0,20}:secretsmanager:([a-z0-9-]{1,40}):\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6})(?:#([A-Za-z0-9_.-]{1,128}))?$/;

const asReference = (value: string): SecretReference | undefined => {
  if (PARAMETER_NAME.test(value)) return { store: 'parameters', name: value };
  const [, arn, region, field] = SECRET_ARN.exec(value) ?? [];
  return arn === undefined || region === undefined ? undefined : { store: 'secrets', arn, region, field };
};

/** `/teleconsultation/prod/kaleyra-api-key`, or `arn:aws:secretsmanager:...:secret:name-AbCdEf`, `#field` for one of its keys. */
export const Reference = z.pipe(
  z.string(),
  z.transform((value, context): SecretReference => {
    const reference = asReference(value);
    if (reference !== undefined) return reference;
    const message =
      'must be the name of an SSM parameter such as /teleconsultation/prod/kaleyra-api-key, or the whole ARN of a secret in Secrets Manager';
    context.issues.push({ code: 'custom', input: context.value, message });
    return z.NEVER;
  }),
);

/** The variables of an environment that are about secrets. */
export const SECRET_VARIABLES = {
  BANDYER_API_SECRET_KEY: z.optional(KaleyraKey),
  BANDYER_API_SECRET_KEY_PARAMETER: z.optional(Reference),
  GATEWAY_SECRETS: z.optional(GatewaySecrets),
  GATEWAY_SECRETS_PARAMETER: z.optional(Reference),
  WEBHOOK_KEYS: z.optional(WebhookKeys),
  WEBHOOK_KEYS_PARAMETER: z.optional(Reference),
};

/** Where the value comes from; `variable` is the one that says so. undefined: from nowhere. */
export type SecretSource<Value> = { value: Value } | { variable: string; reference: SecretReference } | undefined;

const sourceOf = <Value>(
  name: string,
  value: Value | undefined,
  reference: SecretReference | undefined,
): SecretSource<Value> => {
  if (value !== undefined) return { value };
  return reference === undefined ? undefined : { variable: `${name}_PARAMETER`, reference };
};

type SecretVariables = z.output<z.ZodMiniObject<typeof SECRET_VARIABLES>>;

export const secretSourcesOf = (env: SecretVariables) => ({
  kaleyraKey: sourceOf('BANDYER_API_SECRET_KEY', env.BANDYER_API_SECRET_KEY, env.BANDYER_API_SECRET_KEY_PARAMETER),
  /** undefined where no gateway has to prove itself. */
  gatewaySecrets: sourceOf('GATEWAY_SECRETS', env.GATEWAY_SECRETS, env.GATEWAY_SECRETS_PARAMETER),
  /** undefined: Kaleyra signs with its own key. */
  webhookKeys: sourceOf('WEBHOOK_KEYS', env.WEBHOOK_KEYS, env.WEBHOOK_KEYS_PARAMETER),
});

export type SecretSources = ReturnType<typeof secretSourcesOf>;

/**
 * What is missing, and what is there twice: nobody could say which of the two counts.
 * @param given the variables as they are given, none of them empty
 */
export const secretProblems = (
  given: Readonly<Record<string, string | undefined>>,
  behindGateway: boolean,
): string[] => {
  const isGiven = (name: string): boolean => given[name] !== undefined;
  const missing = (name: string, why = ''): string[] =>
    isGiven(name) || isGiven(`${name}_PARAMETER`) ? [] : [`${name}: is required${why}, or ${name}_PARAMETER`];
  const twice = ['BANDYER_API_SECRET_KEY', 'GATEWAY_SECRETS', 'WEBHOOK_KEYS']
    .filter(name => isGiven(name) && isGiven(`${name}_PARAMETER`))
    .map(name => `${name}: must not be given together with ${name}_PARAMETER`);
  return [
    ...missing('BANDYER_API_SECRET_KEY'),
    ...(behindGateway ? missing('GATEWAY_SECRETS', ' in gateway mode') : []),
    ...twice,
  ];
};
