// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of serverless.yml
import { describe, expect, it } from 'vitest';
import { createResolver } from '../../../../local/manifest/variables.ts';

const document = {
  service: 'clinic',
  custom: {
    number: 12,
    flag: false,
    empty: null,
    names: ['ada', 'ugo'],
    kinds: { local: { room: 'blue ${self:custom.number}' }, aws: { room: 'green' } },
    alias: '${self:custom.kinds.local}',
    which: 'local',
    circle: '${self:custom.other}',
    other: '${self:custom.circle}',
  },
  params: { default: { target: 'aws', size: 2 }, local: { target: '${self:custom.which}' } },
};

function resolve(value: unknown, env: Record<string, string> = {}): unknown {
  return createResolver(document, { stage: 'local', env }).resolve(value, 'here');
}

describe('a variable', () => {
  it.each<[string, unknown]>([
    ['${self:service}', 'clinic'],
    ['${self:custom.number}', 12],
    ['${self:custom.flag}', false],
    ['${self:custom.names.1}', 'ugo'],
    ['${self:custom.kinds.local}', { room: 'blue 12' }],
    ['${self:custom.alias.room}', 'blue 12'],
    ['${sls:stage}', 'local'],
    ['${param:target}', 'local'],
    ['${param:size}', 2],
    ['${env:HOME_TOWN}', 'Exampleton'],
    ['${env:EMPTY, "other"}', ''],
    ["${env:NONE, 'a, b} c'}", 'a, b} c'],
    ["${env:NONE, ''}", ''],
    ['${env:NONE, 7}', 7],
    ['${env:NONE, true}', true],
    ['${env:NONE, null}', null],
    ['${env:NONE, self:custom.number}', 12],
    ['${env:NONE, ${self:service}}', 'clinic'],
    ["${env:NONE, self:custom.none, ${env:NEITHER, 'last'}}", 'last'],
    ["${self:custom.empty, 'nothing'}", 'nothing'],
    ['${self:custom.kinds.${param:target}.room}', 'blue 12'],
    ['${self:custom.kinds.${self:custom.${env:WHICH}}.room}', 'blue 12'],
    ['a-${self:service}-${sls:stage}-z', 'a-clinic-local-z'],
    ['{{resolve:${self:service}:x}}', '{{resolve:clinic:x}}'],
    ['costs 5 $ {or} more', 'costs 5 $ {or} more'],
  ])('%s', (text, value) => {
    expect(resolve(text, { HOME_TOWN: 'Exampleton', EMPTY: '', WHICH: 'which' })).toEqual(value);
  });

  it('is resolved wherever it stands', () => {
    expect(resolve({ list: ['${self:service}', { deep: 'x${sls:stage}' }], plain: 1, none: null })).toEqual({
      list: ['clinic', { deep: 'xlocal' }],
      plain: 1,
      none: null,
    });
  });
});

describe('a variable that has no value', () => {
  it.each([
    [{ key: '${env:NONE}' }, 'cannot resolve ${env:NONE} in here.key'],
    ['${self:custom.none}', 'cannot resolve ${self:custom.none} in here'],
    ['${self:custom.number.deeper}', 'cannot resolve ${self:custom.number.deeper} in here'],
    ['${env:toString}', 'cannot resolve ${env:toString} in here'],
    ['${param:none}', 'cannot resolve ${param:none} in here'],
    ['${env:NONE, ${param:none}}', 'cannot resolve ${env:NONE, ${param:none}} in here'],
    ['${file(./other.yml):a}', '${file(./other.yml):a} in here is a form of variable'],
    ['${sls:instanceId}', '${sls:instanceId} in here is a form of variable'],
    ['${AWS::Region}', '${AWS::Region} in here is a form of variable'],
    ['a ${self:custom.kinds} z', '${self:custom.kinds} in here is not text'],
    ['${self:custom.circle}', '${self:custom.circle} in here refers to itself'],
    ['${self:service', 'the variable ${self:service is not closed in here'],
  ])('%j is an error that names it', (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});
