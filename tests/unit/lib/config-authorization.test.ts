import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/config.ts';
import { aConfig } from '../../support/configs.ts';

/** Who decides who may do what. */

const GATEWAY = { IDENTITY_MODE: 'gateway' };
const JWT = { IDENTITY_MODE: 'jwt' };

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    aConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

describe('who may do what', () => {
  it('is the gateway’s decision behind one, and the rules’ everywhere else, unless it is said', () => {
    expect(aConfig(GATEWAY).authorization).toEqual({ mode: 'gateway', adminGroups: [], managerGroups: [] });
    expect(aConfig(JWT).authorization).toEqual({ mode: 'rules', adminGroups: [], managerGroups: [] });
    expect(aConfig({ ...GATEWAY, AUTHORIZATION: 'rules' }).authorization.mode).toBe('rules');
    expect(aConfig({ ...JWT, AUTHORIZATION: 'rules' }).authorization.mode).toBe('rules');
  });

  it('takes lists of groups, with blanks around commas', () => {
    const groups = { ADMIN_GROUPS: ' admins , it-staff,', MANAGER_GROUPS: 'front-desk' };
    expect(aConfig({ ...GATEWAY, AUTHORIZATION: 'rules', ...groups }).authorization).toEqual({
      mode: 'rules',
      adminGroups: ['admins', 'it-staff'],
      managerGroups: ['front-desk'],
    });
  });

  it('is never left to a gateway that is not there', () => {
    expect(problemsOf({ ...JWT, AUTHORIZATION: 'gateway' })).toEqual([
      'AUTHORIZATION: must be rules where no gateway decides who may do what',
    ]);
    expect(problemsOf({ ...GATEWAY, AUTHORIZATION: 'nobody' })).toEqual(['AUTHORIZATION: must be rules or gateway']);
  });

  it.each(['ADMIN_GROUPS', 'MANAGER_GROUPS'])('does not pretend that %s protect anything while nobody asks', name => {
    expect(problemsOf({ ...GATEWAY, [name]: 'somebody' })).toEqual([`${name}: needs AUTHORIZATION=rules`]);
    expect(problemsOf({ ...GATEWAY, [name]: '' })).toEqual([]);
    expect(problemsOf({ ...JWT, [name]: 'somebody' })).toEqual([]);
  });
});
