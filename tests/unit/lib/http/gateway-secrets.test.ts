import { describe, expect, it } from 'vitest';
import { gatewaySecretsFor } from '../../../../lib/http/gateway-secrets.ts';
import type { GatewayIdentity } from '../../../../lib/schemas/identity.ts';
import type { Secret } from '../../../../lib/secrets/secret.ts';
import { aConfig, GATEWAY_SECRET, OLDER_SECRET } from '../../../support/configs.ts';

const identity = aConfig({ IDENTITY_MODE: 'gateway', GATEWAY_SECRET_HEADER: 'X-Proof' }).identity as GatewayIdentity;

/** Knows the older secret, and can be told of the newer one; counts how often somebody asks it to look again. */
const aSecret = (newer?: readonly string[]) => {
  const known = [OLDER_SECRET];
  const renewals: unknown[] = [];
  const secret: Secret<readonly string[]> = {
    read: async () => known,
    renew: async refused => {
      renewals.push(refused === known);
      return newer;
    },
  };
  return { secret, renewals };
};

const asked = async (header: string | undefined, newer?: readonly string[]) => {
  const { secret, renewals } = aSecret(newer);
  const headers = header === undefined ? {} : { 'x-proof': header };
  return { secrets: await gatewaySecretsFor(headers, identity, secret), renewals };
};

describe('the secrets that a request is held against', () => {
  it('are those that are known, where one of them was sent', async () => {
    expect(await asked(OLDER_SECRET)).toEqual({ secrets: [OLDER_SECRET], renewals: [] });
  });

  it('are looked for again where an unknown one was sent', async () => {
    const newer = [OLDER_SECRET, GATEWAY_SECRET];
    expect(await asked(GATEWAY_SECRET, newer)).toEqual({ secrets: newer, renewals: [true] });
  });

  it('are those that are known, where there are no others', async () => {
    expect(await asked(GATEWAY_SECRET)).toEqual({ secrets: [OLDER_SECRET], renewals: [true] });
  });

  it.each([undefined, '', 'x'.repeat(31)])('are not looked for again for the sake of %j', async header => {
    expect(await asked(header)).toEqual({ secrets: [OLDER_SECRET], renewals: [] });
  });

  it('are looked for again for the sake of 32 bytes, however few characters they are', async () => {
    expect((await asked('ü'.repeat(16))).renewals).toEqual([true]);
  });
});
