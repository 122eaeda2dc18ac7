import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, readConfig } from '../../../lib/config.ts';
import { aConfig, ENVIRONMENT, GATEWAY_SECRET, OLDER_SECRET } from '../../support/configs.ts';

const noFile = (): string => {
  throw new Error('no configuration file is to be read');
};

const problemsOf = (environment: Record<string, string | undefined>, readText = noFile): readonly string[] => {
  try {
    readConfig(environment, readText);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

const read = (environment: Record<string, string | undefined> = {}) =>
  readConfig({ ...ENVIRONMENT, ...environment }, noFile);

describe('the configuration', () => {
  it('takes the documented defaults for what is not given', () => {
    const everyTool = {
      chat: true,
      screen_sharing: true,
      file_upload: true,
      whiteboard: true,
      snapshot: true,
      live_edit: true,
      live_pointer: true,
      present_to_everyone: true,
    };
    expect(read()).toMatchObject({
      kaleyra: {
        baseUrl: 'https://api.sandbox.eu.bandyer.com',
        origins: ['https://*.bandyer.com'],
      },
      secrets: {
        kaleyraKey: { value: 'ak_test_0123456789abcdef01234567' },
        gatewaySecrets: { value: [GATEWAY_SECRET, OLDER_SECRET] },
        webhookKeys: undefined,
      },
      table: 'teleconsultations-test',
      identity: {
        mode: 'gateway',
        gatewaySecretHeader: 'x-gateway-secret',
        userIdHeader: 'miauserid',
        groupsHeader: 'miausergroups',
        userPropertiesHeader: 'miauserproperties',
        clientTypeHeader: 'client-type',
        backofficeHeader: 'isbackoffice',
        userIdPath: [
          { from: 'object', extract: 'headers' },
          { from: 'object', extract: 'miauserid' },
        ],
      },
      rooms: {
        unlimited: true,
        live: true,
        immutablePeriodMs: 0,
        recording: 'none',
        deleteUploads: false,
        uploadsGraceMs: 3_600_000,
        closeGraceMs: 86_400_000,
      },
      privileges: {
        plus: { groups: ['doctor'], tools: everyTool },
        basic: { groups: ['patient', 'customer'], tools: everyTool },
      },
      transcriptions: { largestBytes: 50 * 1024 * 1024 },
      directory: {
        authService: undefined,
        customIdsEndpoint: undefined,
        customUserId: { source: '_id', target: 'authUserId' },
        defaultClientType: undefined,
        headersToProxy: ['x-forwarded-for', 'x-request-id', 'x-forwarded-host', 'cookie', 'client-type'],
      },
      groupsWithBackground: [],
      logLevel: 'info',
      ignored: [],
    });
  });

  it('takes what is given', () => {
    const config = read({
      BANDYER_BASE_URL: 'https://api.eu.bandyer.com//',
      VENDOR_ORIGINS: ' https://*.bandyer.com, http://127.0.0.1:3001,',
      UNLIMITED_TELECONSULTATION: 'false',
      LIVE_TELECONSULTATION: 'false',
      IMMUTABLE_PERIOD_MS: '600000',
      DEFAULT_RECORDING_TYPE: 'automatic',
      TELECONSULTATION_DELETE_UPLOADS: 'true',
      UPLOADS_GRACE_MS: '0',
      ROOM_CLOSE_GRACE_MS: '1',
      LOG_LEVEL: 'error',
    });
    expect(config.kaleyra).toMatchObject({
      baseUrl: 'https://api.eu.bandyer.com',
      origins: ['https://*.bandyer.com', 'http://127.0.0.1:3001'],
    });
    expect(config.rooms).toEqual({
      unlimited: false,
      live: false,
      immutablePeriodMs: 600_000,
      recording: 'automatic',
      deleteUploads: true,
      uploadsGraceMs: 0,
      closeGraceMs: 1,
    });
    expect(config.logLevel).toBe('error');
  });

  it('knows no keys for webhooks but those that are given, and only whole bodies', () => {
    expect(read().webhooks).toEqual({ allowRoomIdFormat: false });
    expect(read({ WEBHOOK_KEYS: '' }).secrets.webhookKeys).toBeUndefined();
    const { secrets, webhooks } = read({ WEBHOOK_KEYS: 'newer,older', WEBHOOK_ALLOW_V01: 'true' });
    expect(secrets.webhookKeys).toEqual({ value: ['newer', 'older'] });
    expect(webhooks).toEqual({ allowRoomIdFormat: true });
  });

  it('takes for each secret the value, or the name of where it is, and not both', () => {
    const named = {
      ...ENVIRONMENT,
      BANDYER_API_SECRET_KEY: '',
      BANDYER_API_SECRET_KEY_PARAMETER: '/clinic/key',
      WEBHOOK_KEYS_PARAMETER: '/clinic/webhooks',
    };
    expect(readConfig(named, noFile).secrets).toEqual({
      kaleyraKey: {
        variable: 'BANDYER_API_SECRET_KEY_PARAMETER',
        reference: { store: 'parameters', name: '/clinic/key' },
      },
      gatewaySecrets: { value: [GATEWAY_SECRET, OLDER_SECRET] },
      webhookKeys: { variable: 'WEBHOOK_KEYS_PARAMETER', reference: { store: 'parameters', name: '/clinic/webhooks' } },
    });
    expect(problemsOf({ ...named, BANDYER_API_SECRET_KEY: 'ak_live_canary', WEBHOOK_KEYS: 'canary' })).toEqual([
      'BANDYER_API_SECRET_KEY: must not be given together with BANDYER_API_SECRET_KEY_PARAMETER',
      'WEBHOOK_KEYS: must not be given together with WEBHOOK_KEYS_PARAMETER',
    ]);
  });

  it('compares header names in lower case, the name of the user id also in the path to it', () => {
    const { identity } = read({ USERID_HEADER_KEY: 'X-User-Id', GATEWAY_SECRET_HEADER: 'X-Proof' });
    expect(identity).toMatchObject({ userIdHeader: 'x-user-id', gatewaySecretHeader: 'x-proof' });
    expect(identity.userIdPath[1]).toEqual({ from: 'object', extract: 'x-user-id' });
  });

  it("knows both spellings of the client type variable, and prefers the service's own", () => {
    expect(read({ CLIENT_TYPE_HEADER_KEY: 'one' }).identity.clientTypeHeader).toBe('one');
    expect(read({ CLIENT_TYPE_HEADER_KEY: 'one', CLIENTTYPE_HEADER_KEY: 'two' }).identity.clientTypeHeader).toBe('two');
    expect(read({ CLIENT_TYPE_HEADER_KEY: 'one', CLIENTTYPE_HEADER_KEY: '' }).identity.clientTypeHeader).toBe('one');
  });

  it('takes an empty text for a variable that is not given', () => {
    const optional = ['VENDOR_ORIGINS', 'USERID_HEADER_KEY', 'UNLIMITED_TELECONSULTATION', 'IMMUTABLE_PERIOD_MS'];
    const others = ['DEFAULT_RECORDING_TYPE', 'LOG_LEVEL', 'TELECONSULTATION_SERVICE_CONFIG_PATH', 'JWT_CLAIM_ID'];
    expect(read(Object.fromEntries([...optional, ...others].map(name => [name, ''])))).toEqual(read());
    const keyless = { ...ENVIRONMENT, BANDYER_API_SECRET_KEY: '', BANDYER_API_SECRET_KEY_PARAMETER: '' };
    expect(problemsOf(keyless)).toEqual(['BANDYER_API_SECRET_KEY: is required, or BANDYER_API_SECRET_KEY_PARAMETER']);
  });

  it('names the variables of the retired service that mean nothing here, and says nothing of unknown ones', () => {
    const { ignored } = read({ CRUD_SERVICE: 'crud-service', HTTP_PORT: '3000', PATH: '/bin', CRUD_SERVICE_URL: '' });
    expect(ignored).toEqual(['CRUD_SERVICE', 'HTTP_PORT']);
  });
});

describe('a configuration that is not valid', () => {
  it('is reported with every problem at once, each by its key, those of the file among them', () => {
    const environment = {
      IDENTITY_MODE: 'gateway',
      BANDYER_BASE_URL: 'not a url',
      UNLIMITED_TELECONSULTATION: 'yes',
      IMMUTABLE_PERIOD_MS: '-1',
      USERID_HEADER_KEY: 'user id',
      TELECONSULTATION_SERVICE_CONFIG_PATH: '/etc/config.json',
    };
    const problems = problemsOf(environment, () => '{"mode":7,"groupsWithBackgroundList":"doctor"}');
    expect(problems.toSorted()).toEqual([
      'BANDYER_API_SECRET_KEY: is required, or BANDYER_API_SECRET_KEY_PARAMETER',
      'BANDYER_BASE_URL: must be a URL such as https://api.sandbox.eu.bandyer.com',
      'GATEWAY_SECRETS: is required in gateway mode, or GATEWAY_SECRETS_PARAMETER',
      'HASH_KEY: is required',
      'IMMUTABLE_PERIOD_MS: must be a whole number of milliseconds',
      'TELECONSULTATIONS_TABLE: is required',
      'UNLIMITED_TELECONSULTATION: must be true or false',
      'USERID_HEADER_KEY: must be a header name',
      'configuration.groupsWithBackgroundList: must be an array of strings',
      'configuration.mode: must be a string',
    ]);
    expect(() => readConfig(environment, () => '{}')).toThrow(/^the configuration is not valid:\n {2}BANDYER_API/);
  });

  it('is one whose variables need another one that is not there', () => {
    const endpoint = { CUSTOM_ID_USERS_API_ENDPOINT: 'http://crud-service/users/' };
    expect(problemsOf({ ...ENVIRONMENT, ...endpoint })).toEqual(['CUSTOM_ID_USERS_API_ENDPOINT: needs AUTH_SERVICE']);
    expect(read({ ...endpoint, AUTH_SERVICE: 'auth0-client' }).directory).toMatchObject({
      authService: 'http://auth0-client',
      customIdsEndpoint: 'http://crud-service/users/',
    });
  });

  it('never repeats a secret', () => {
    const secretish = fc.stringMatching(/^[a-z0-9:/@#?]{6,20}$/).map(text => `s3cr3t${text}`);
    fc.assert(
      fc.property(secretish, secret => {
        const environment = { BANDYER_API_SECRET_KEY: secret, BANDYER_BASE_URL: secret, GATEWAY_SECRETS: secret };
        const problems = problemsOf({ ...environment, VENDOR_ORIGINS: secret, LOG_LEVEL: secret });
        expect(problems.length).toBeGreaterThanOrEqual(4);
        expect(problems.join('\n')).not.toContain('s3cr3t');
      }),
    );
  });
});

describe('the configuration file', () => {
  const file = (text: string) => () => text;
  const environment = { ...ENVIRONMENT, TELECONSULTATION_SERVICE_CONFIG_PATH: '/etc/service.json' };

  it('is read from where the variable says', () => {
    const asked: string[] = [];
    const { groupsWithBackground } = readConfig(environment, path => {
      asked.push(path);
      return '{"groupsWithBackgroundList":["doctor"],"of":"somebody else"}';
    });
    expect({ asked, groupsWithBackground }).toEqual({ asked: ['/etc/service.json'], groupsWithBackground: ['doctor'] });
  });

  it('must be there', () => {
    const problems = ['TELECONSULTATION_SERVICE_CONFIG_PATH: no file can be read at /etc/service.json'];
    expect(problemsOf(environment)).toEqual(problems);
  });

  it('must be JSON, and nothing of it is repeated', () => {
    const problems = ['TELECONSULTATION_SERVICE_CONFIG_PATH: /etc/service.json is not valid JSON'];
    expect(problemsOf(environment, file('{"apiKey":"s3cr3t",}'))).toEqual(problems);
    expect(problemsOf(environment, file(''))).toEqual(problems);
  });

  it.each(['[]', '7', '"text"', 'true', 'null'])('must hold an object and not %s', text => {
    expect(problemsOf(environment, file(text))).toEqual(['configuration: must be a JSON object']);
  });

  it('must name a group that makes somebody plus', () => {
    const privileges = { plus: { groups: [] }, basic: { groups: ['patient'] } };
    expect(problemsOf(environment, file(JSON.stringify({ privileges })))).toEqual([
      expect.stringMatching(/privileges\.plus\.groups: must name at least one group/),
    ]);
  });

  it('says where the id of the user is found', () => {
    const userIdPathInRequest = [
      { from: 'object', extract: 'headers' },
      { from: 'object', extract: 'miauserproperties' },
      { from: 'json', extract: 'customUserId' },
    ];
    expect(aConfig({}, { userIdPathInRequest }).identity.userIdPath).toEqual(userIdPathInRequest);
  });
});
