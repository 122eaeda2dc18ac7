import { describe, expect, it } from 'vitest';
import { ConfigurationError, readConfig } from '../../../../lib/config.ts';
import { createDeps } from '../../../../lib/deps.ts';
import { ENVIRONMENT } from '../../../support/configs.ts';

const { IDENTITY_MODE: _mode, GATEWAY_SECRETS: _secrets, ...withoutIdentity } = ENVIRONMENT;
const asJwt = { ...withoutIdentity, IDENTITY_MODE: 'jwt' };

const read = (environment: Record<string, string>, file: Record<string, unknown> = {}) =>
  readConfig({ ...environment, TELECONSULTATION_SERVICE_CONFIG_PATH: '/etc/service.json' }, () => JSON.stringify(file));

const problemsOf = (environment: Record<string, string>, file: Record<string, unknown> = {}): readonly string[] => {
  try {
    read(environment, file);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

const path = (...names: string[]) => names.map(extract => ({ from: 'object', extract }));

describe('the identity mode', () => {
  it('is jwt where nothing is said: without an authorizer in front that lets nobody in', () => {
    expect(read(withoutIdentity).identity).toEqual({
      mode: 'jwt',
      issuer: undefined,
      audience: undefined,
      userIdPath: path('claims', 'sub'),
      groupsClaim: 'groups',
      scopesClaims: ['scope', 'scp'],
      clientTypeHeader: 'client-type',
      writableId: undefined,
    });
  });

  it('needs no gateway secret as jwt, and one as gateway', () => {
    expect(problemsOf(asJwt)).toEqual([]);
    expect(problemsOf({ ...withoutIdentity, IDENTITY_MODE: 'gateway' })).toEqual([
      expect.stringMatching(/^GATEWAY_SECRETS: is required in gateway mode/),
    ]);
  });

  it('is one of two', () => {
    expect(problemsOf({ ...ENVIRONMENT, IDENTITY_MODE: 'none' })).toEqual(['IDENTITY_MODE: must be jwt or gateway']);
  });

  it('as jwt takes issuer, audiences and claims', () => {
    const given = {
      JWT_ISSUER: 'https://login.clinic.example/',
      JWT_AUDIENCE: 'https://api.clinic.example, other',
      JWT_CLAIM_ID: 'https://clinic.example/id',
      JWT_CLAIM_GROUPS: 'realm_access.roles',
      JWT_CLAIM_SCOPES: 'permissions',
    };
    expect(read({ ...asJwt, ...given }).identity).toMatchObject({
      issuer: 'https://login.clinic.example/',
      audience: ['https://api.clinic.example', 'other'],
      userIdPath: path('claims', 'https://clinic.example/id'),
      groupsClaim: 'realm_access.roles',
      scopesClaims: ['permissions'],
    });
  });

  it.each([
    [{ JWT_ISSUER: 'login.clinic.example' }, 'JWT_ISSUER: must be a URL'],
    [{ JWT_AUDIENCE: ' , ' }, 'JWT_AUDIENCE: must hold at least one audience'],
    [{ JWT_CLAIM_ID: 'user id' }, 'JWT_CLAIM_ID: must be the name of a claim'],
    [{ JWT_CLAIM_GROUPS: 'my groups' }, 'JWT_CLAIM_GROUPS: must be the name of a claim'],
    [{ JWT_CLAIM_SCOPES: ',' }, 'JWT_CLAIM_SCOPES: must name at least one claim'],
  ])('does not take %j', (given, problem) => {
    expect(problemsOf({ ...asJwt, ...(given as Record<string, string>) })).toEqual([problem]);
  });
});

describe('the path to the user id', () => {
  it('starts at claims as jwt, and at headers as gateway', () => {
    const toClaim = path('claims', 'https://clinic.example/id');
    const toHeader = path('headers', 'x-user');
    expect(read(asJwt, { userIdPathInRequest: toClaim }).identity.userIdPath).toEqual(toClaim);
    expect(read(ENVIRONMENT, { userIdPathInRequest: toHeader }).identity.userIdPath).toEqual(toHeader);
  });

  it('stops the start where anybody could write what it leads to', () => {
    expect(problemsOf(asJwt, { userIdPathInRequest: path('headers', 'miauserid') })).toEqual([
      'configuration.userIdPathInRequest.0.extract: must be claims where IDENTITY_MODE is jwt',
    ]);
    expect(problemsOf(ENVIRONMENT, { userIdPathInRequest: path('claims', 'sub') })).toEqual([
      'configuration.userIdPathInRequest.0.extract: must be headers where IDENTITY_MODE is gateway',
    ]);
  });
});

describe('groups that a claim could not tell apart', () => {
  const sentence = 'must not name a group with blanks, commas or brackets where IDENTITY_MODE is jwt';
  const privileges = (plus: string, basic: string) => ({ plus: { groups: [plus] }, basic: { groups: [basic] } });

  it.each(['head doctor', 'doctor,head', '[doctor', 'doctor]', 'doctor\n', 'doctor\u00a0head'])(
    'are refused wherever they are named: %j',
    name => {
      const file = { privileges: privileges(name, 'patient'), groupsWithBackgroundList: ['ok', name] };
      expect(problemsOf(asJwt, file)).toEqual([
        expect.stringContaining(`configuration.privileges.plus.groups: ${sentence}`),
        expect.stringContaining(`configuration.groupsWithBackgroundList: ${sentence}`),
      ]);
      expect(problemsOf(asJwt, { privileges: privileges('doctor', name) })).toEqual([
        expect.stringContaining(`configuration.privileges.basic.groups: ${sentence}`),
      ]);
    },
  );

  it.each(['ADMIN_GROUPS', 'MANAGER_GROUPS'])('are refused in %s', variable => {
    expect(problemsOf({ ...asJwt, [variable]: 'ok,the heads' })).toEqual([
      expect.stringContaining(`${variable}: ${sentence}`),
    ]);
  });

  it('are taken from a gateway, whose header separates them by commas', () => {
    expect(problemsOf(ENVIRONMENT, { privileges: privileges('head doctor', 'the [patient]') })).toEqual([]);
  });
});

describe('an id that its owner can change', () => {
  const warningsOf = (environment: Record<string, string>): unknown[] => {
    const lines: string[] = [];
    createDeps(environment, { writeLog: line => lines.push(line) });
    return lines.map(line => JSON.parse(line)).map(({ level, event, code }) => ({ level, event, code }));
  };

  it.each(['email', 'Email', 'name', 'nickname', 'preferred_username', 'custom:doctorId', 'address.formatted'])(
    'is warned of: %s',
    claim => {
      expect(warningsOf({ ...asJwt, JWT_CLAIM_ID: claim })).toEqual([
        { level: 'warn', event: 'configuration.user_id_writable', code: 'JWT_CLAIM_ID' },
      ]);
    },
  );

  it('is warned of where the path leads to it', () => {
    expect(read(asJwt, { userIdPathInRequest: path('claims', 'email') }).identity).toMatchObject({
      writableId: 'userIdPathInRequest',
    });
  });

  it.each(['sub', 'username', 'oid', 'https://clinic.example/user_id'])('is not: %s', claim => {
    expect(warningsOf({ ...asJwt, JWT_CLAIM_ID: claim })).toEqual([]);
  });
});
