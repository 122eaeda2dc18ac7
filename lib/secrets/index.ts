import type * as z from 'zod/mini';
import type { Clock } from '../clock.ts';
import { secretUnusable } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Personal } from '../personal.ts';
import { GatewaySecrets, KaleyraKey, type SecretSource, type SecretSources, WebhookKeys } from '../schemas/secrets.ts';
import { fixedSecret, type Secret } from './secret.ts';
import { createStoredSecret, type LoadSecret } from './stored-secret.ts';

/** The secrets of this deployment, each from where the configuration says. Nothing is read before it is needed. */
export interface Secrets {
  /** What we prove ourselves with at Kaleyra. */
  kaleyraKey: Secret<Personal>;
  /** What a trusted gateway sends; all of them count. */
  gatewaySecrets: Secret<readonly Personal[]>;
  /** What Kaleyra signs its own calls with; all of them count. */
  webhookKeys: Secret<readonly Personal[]>;
}

/** Where nobody may need one: whoever asks all the same must not be let in for want of a secret. */
const noSecret = (variable: string): Secret<never> => ({
  read: async () => {
    throw secretUnusable(variable);
  },
  renew: async () => undefined,
});

/** Kaleyra signs with its own key until it is told of another one. */
const asList = (key: Secret<string>): Secret<readonly string[]> => ({
  read: async signal => [await key.read(signal)],
  renew: async ([refused = ''], signal) => {
    const renewed = await key.renew(refused, signal);
    return renewed === undefined ? undefined : [renewed];
  },
});

export const openSecrets = (
  sources: SecretSources,
  parts: { load: LoadSecret; clock: Clock; log: Logger },
): Secrets => {
  const open = <Value>(
    source: NonNullable<SecretSource<Value>>,
    schema: z.ZodMiniType<Value, string>,
  ): Secret<Value> =>
    'value' in source
      ? fixedSecret(source.value)
      : createStoredSecret({ ...parts, ...source, parse: text => schema.safeParse(text).data });
  const { kaleyraKey: key, gatewaySecrets, webhookKeys } = sources;
  const kaleyraKey = key === undefined ? noSecret('BANDYER_API_SECRET_KEY') : open(key, KaleyraKey);
  return {
    kaleyraKey,
    gatewaySecrets: gatewaySecrets === undefined ? noSecret('GATEWAY_SECRETS') : open(gatewaySecrets, GatewaySecrets),
    webhookKeys: webhookKeys === undefined ? asList(kaleyraKey) : open(webhookKeys, WebhookKeys),
  };
};
