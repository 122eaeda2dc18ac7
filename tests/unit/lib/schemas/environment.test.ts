import { describe, expect, it } from 'vitest';
import { EnvironmentSchema } from '../../../../lib/schemas/environment.ts';
import { ENVIRONMENT, GATEWAY_SECRET } from '../../../support/configs.ts';

/** What a variable is read as, or what is wrong with it. */
const parsed = (name: string, value: string): unknown => {
  const result = EnvironmentSchema.safeParse({ ...ENVIRONMENT, [name]: value });
  return result.success
    ? result.data[name as keyof typeof result.data]
    : result.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`);
};

describe('a variable', () => {
  it.each([
    ['TRANSCRIPTION_MAX_FILE_SIZE', '50MB', 52_428_800],
    ['TRANSCRIPTION_MAX_FILE_SIZE', '1.5 kb', 1536],
    ['TRANSCRIPTION_MAX_FILE_SIZE', '2GB', 2_147_483_648],
    ['TRANSCRIPTION_MAX_FILE_SIZE', '1000000', 1_000_000],
    ['AUTH_SERVICE', 'auth0-client', 'http://auth0-client'],
    ['AUTH_SERVICE', 'https://auth.example:8443/base//', 'https://auth.example:8443/base'],
    ['ADDITIONAL_HEADERS_TO_PROXY', 'Cookie, X-Forwarded-For,', ['cookie', 'x-forwarded-for']],
    ['GROUPS_HEADER_KEY', 'X-Groups', 'x-groups'],
    ['IMMUTABLE_PERIOD_MS', '31622400000', 31_622_400_000],
    ['LOG_LEVEL', 'silent', 'silent'],
    ['METRICS_NAMESPACE', 'clinic/prod', 'clinic/prod'],
    ['LOG_RETENTION_DAYS', '365', 365],
    ['GATEWAY_SECRETS', ` ${GATEWAY_SECRET} ,`, [GATEWAY_SECRET]],
    ['WEBHOOK_KEYS', 'ak_live_newer, ak_live_older,', ['ak_live_newer', 'ak_live_older']],
    ['WEBHOOK_ALLOW_V01', 'true', true],
  ])('%s, given as %j, is read as %j', (name, value, outcome) => {
    expect(parsed(name, value)).toEqual(outcome);
  });

  it.each([
    ['BANDYER_BASE_URL', 'ftp://api.example'],
    ['BANDYER_BASE_URL', 'https://user:password@api.example'],
    ['BANDYER_BASE_URL', 'https://:password@api.example'],
    ['BANDYER_BASE_URL', 'https://api.example/?a=b'],
    ['BANDYER_BASE_URL', 'https://api.example/#part'],
    ['VENDOR_ORIGINS', 'https://*.bandyer.com/path'],
    ['VENDOR_ORIGINS', 'javascript:alert(1)'],
    ['VENDOR_ORIGINS', 'https://a.example,bandyer.com'],
    ['TELECONSULTATIONS_TABLE', 'ab'],
    ['IDENTITY_MODE', 'none'],
    ['GATEWAY_SECRETS', ' , '],
    ['GATEWAY_SECRETS', 'x'.repeat(31)],
    ['GATEWAY_SECRETS', `${GATEWAY_SECRET},short`],
    ['WEBHOOK_KEYS', ' , '],
    ['WEBHOOK_ALLOW_V01', '1'],
    ['LIVE_TELECONSULTATION', 'TRUE'],
    ['IMMUTABLE_PERIOD_MS', '1e3'],
    ['IMMUTABLE_PERIOD_MS', '31622400001'],
    ['DEFAULT_RECORDING_TYPE', 'always'],
    ['LOG_LEVEL', 'verbose'],
    ['TRANSCRIPTION_MAX_FILE_SIZE', 'much'],
    ['TRANSCRIPTION_MAX_FILE_SIZE', '50MiB'],
    ['AUTH_SERVICE', 'ftp://auth0-client'],
    ['AUTH_SERVICE', 'auth0 client'],
    ['AUTH_SERVICE', 'http://user:word@auth0-client'],
    ['CUSTOM_ID_USERS_API_ENDPOINT', 'http://user:word@users/'],
    ['CUSTOM_ID_USERS_API_ENDPOINT', 'user-manager-service/users/'],
    ['BACKGROUND_UPLOADS_BUCKET', 'ab'],
    ['METRICS_NAMESPACE', 'AWS/Lambda'],
    ['METRICS_NAMESPACE', '/clinic'],
  ])('%s must not be %j', (name, value) => {
    expect(parsed(name, value)).toEqual([expect.stringMatching(new RegExp(`^${name} must `))]);
  });
});
