import { expect, it } from 'vitest';
import type { AlarmGroups } from '../../../../local/package/alarms.ts';
import OperationsPlugin from '../../../../local/package/operations-plugin.ts';
import type { Osls, Resource } from '../../../../local/package/osls.ts';

const role = (): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['a:B'], Resource: 'x' }] } }] },
});

/** A service of two functions, as the framework shows it to a plugin. */
const packaging = (alarmGroups: AlarmGroups, options: { lambda?: boolean; stage?: string } = {}) => {
  const { lambda = false, stage = 'dev' } = options;
  const Resources: Record<string, Resource> = { OneRole: role(), Table: { Type: 'AWS::DynamoDB::Table' } };
  const framework: Osls = {
    serviceDir: '/nowhere',
    processedInput: { commands: ['package'] },
    service: {
      service: 'clinic',
      provider: { tracing: { lambda } },
      custom: { alarmGroups },
      resources: { Resources },
      getAllFunctions: () => ['one', 'two'],
      getFunction: handler => ({ handler }),
    },
    getProvider: () => ({ getStage: () => stage }),
    classes: { Error },
  };
  new OperationsPlugin(framework).hooks['before:package:initialize']?.();
  return Resources;
};

it.each<[string, AlarmGroups, string]>([
  ['a function that nobody would hear of', { reads: ['one'] }, 'custom.alarmGroups: no group has two'],
  [
    'a function that is not there',
    { reads: ['one', 'two', 'three'] },
    'custom.alarmGroups: there is no function three',
  ],
  ['a function in two groups', { reads: ['one', 'two'], jobs: ['two'] }, 'custom.alarmGroups: two is in two groups'],
])('packaging is refused with %s', (_, groups, line) => {
  expect(() => packaging(groups)).toThrow(line);
});

it('two alarms are added for each group, and one for jobs, whose throttles mean nothing', () => {
  const added = packaging({ reads: ['one'], jobs: ['two'] });
  expect(Object.keys(added).sort()).toEqual([
    ...['JobsErrorsAlarm', 'OneRole', 'ReadsErrorsAlarm', 'ReadsThrottlesAlarm', 'Table'],
  ]);
  expect(added.ReadsThrottlesAlarm?.Properties).toMatchObject({
    AlarmName: 'clinic-dev-throttles-reads',
    Metrics: [
      { Expression: 'SUM([m0])' },
      { MetricStat: { Metric: { MetricName: 'Throttles', Dimensions: [{ Value: 'clinic-dev-one' }] } } },
    ],
  });
});

it('roles get what X-Ray needs where it is asked for, and the stage local nothing at all', () => {
  const groups = { reads: ['one', 'two'] };
  expect(JSON.stringify(packaging(groups).OneRole)).not.toContain('xray');
  expect(JSON.stringify(packaging(groups, { lambda: true }).OneRole)).toContain('xray:PutTraceSegments');
  expect(Object.keys(packaging(groups, { lambda: true, stage: 'local' }))).toEqual(['OneRole', 'Table']);
});
