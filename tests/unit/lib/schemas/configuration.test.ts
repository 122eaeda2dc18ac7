import { describe, expect, it } from 'vitest';
import { ServiceConfiguration, TOOLS } from '../../../../lib/schemas/configuration.ts';

const problemsOf = (value: unknown): string[] => {
  const result = ServiceConfiguration.safeParse(value);
  return result.success ? [] : result.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`);
};

const groups = { plus: { groups: ['doctor'] }, basic: { groups: ['patient'] } };
const headers = { from: 'object', extract: 'headers' };

describe('the configuration of the retired service', () => {
  it('has defaults for everything', () => {
    const everything = Object.fromEntries(TOOLS.map(tool => [tool, true]));
    expect(ServiceConfiguration.parse({})).toEqual({
      privileges: {
        plus: { groups: ['doctor'], tools: everything },
        basic: { groups: ['patient', 'customer'], tools: everything },
      },
      groupsWithBackgroundList: [],
      customUserId: { source: '_id', target: 'authUserId' },
    });
  });

  it('keeps working with every documented key in it, and with unknown ones', () => {
    const full = {
      privileges: groups,
      theme: {
        light: { primaryColor: '#fff', accentColor: '#480ca8' },
        dark: { primaryColor: '#003049', accentColor: '#d62828' },
      },
      companyLogo: { url: 'https://www.insert.url.it' },
      groupsWithBackgroundList: ['doctor'],
      userIdPathInRequest: [headers, { from: 'object', extract: 'miauserid' }],
      customUserId: { source: 'fhirId', target: 'authUserId' },
      environment: 'sandbox',
      mode: 'window',
    };
    expect(ServiceConfiguration.parse({ ...full, somethingNew: 1 })).toEqual(full);
  });

  it('switches off the tools that a list of tools leaves out', () => {
    const plus = { groups: ['doctor'], tools: { chat: true, whiteboard: true } };
    const { privileges } = ServiceConfiguration.parse({ privileges: { ...groups, plus } });
    const on = Object.entries(privileges.plus.tools ?? {}).filter(([, value]) => value);
    expect(Object.keys(privileges.plus.tools ?? {}).toSorted()).toEqual([...TOOLS].toSorted());
    expect(on.map(([tool]) => tool).toSorted()).toEqual(['chat', 'whiteboard']);
    expect(privileges.basic.tools).toBeUndefined();
  });

  it.each([
    [{ privileges: { plus: { groups: ['doctor'] } } }, 'privileges.basic must be an object with groups'],
    [{ privileges: [] }, 'privileges must be an object with basic and plus'],
    [{ privileges: { ...groups, plus: {} } }, 'privileges.plus.groups must be an array of strings'],
    [{ privileges: { ...groups, plus: { groups: [7] } } }, 'privileges.plus.groups.0 must be a string'],
    [{ privileges: { ...groups, plus: { groups: [''] } } }, 'privileges.plus.groups.0 must not be empty'],
    [
      { privileges: { ...groups, basic: { groups: ['a'], tools: { chat: 'true' } } } },
      'privileges.basic.tools.chat must be true or false',
    ],
    [{ privileges: { ...groups, basic: { groups: ['a'], tools: [] } } }, 'privileges.basic.tools must be an object'],
    [{ groupsWithBackgroundList: 'doctor' }, 'groupsWithBackgroundList must be an array of strings'],
    [{ customUserId: 'fhirId' }, 'customUserId must be an object with source and target'],
    [{ theme: { light: '#fff' } }, 'theme.light must be an object with two colours'],
    [{ companyLogo: 'https://www.insert.url.it' }, 'companyLogo must be an object with url'],
    [{ environment: 'test' }, 'environment must be sandbox or production'],
    [{ mode: 1 }, 'mode must be a string'],
    [null, ' must be a JSON object'],
  ])('%j is refused by name', (value, problem) => {
    expect(problemsOf(value)).toEqual([problem]);
  });
});

describe('the path to the user id', () => {
  it.each([
    [[headers], 'userIdPathInRequest must have at least two steps: headers or claims, then the name of one'],
    [[{ from: 'json', extract: 'headers' }, headers], 'userIdPathInRequest.0.from must be object for the first step'],
    [[headers, { from: 'xml', extract: 'id' }], 'userIdPathInRequest.1.from must be object, json or array'],
    [[headers, { from: 'json', extract: true }], 'userIdPathInRequest.1.extract must be a property name or an index'],
    [[headers, 'miauserid'], 'userIdPathInRequest.1 must be an object with from and extract'],
    ['headers', 'userIdPathInRequest must be an array of steps'],
  ])('%j is refused by name', (userIdPathInRequest, problem) => {
    expect(problemsOf({ userIdPathInRequest })).toEqual([problem]);
  });

  it.each([-1, 0.5, ''])('takes %j neither for a name nor for an index', extract => {
    const userIdPathInRequest = [headers, { from: 'array', extract }];
    expect(problemsOf({ userIdPathInRequest })).toEqual([expect.stringMatching(/^userIdPathInRequest\.1\.extract /)]);
  });

  it.each(['body', 'query', 'params', 'raw', 'Headers', 0])('never begins in %j, which the caller chooses', extract => {
    const userIdPathInRequest = [
      { from: 'object', extract },
      { from: 'object', extract: 'id' },
    ];
    expect(problemsOf({ userIdPathInRequest })).toEqual([
      'userIdPathInRequest.0.extract must be headers or claims: an identity comes from there',
    ]);
  });
});
