/**
 * The alarms on groups of functions, from `custom.alarmGroups` of serverless.yml: written out, they are the same thing thirty
 * times. What a group has in common is who waits for it, so one alarm tells of all of it, and the dashboard of which function.
 *
 * - errors: an invocation that broke, ran out of its time or never started. A request that our code refuses is none.
 * - throttles: an invocation that was refused for lack of concurrency. Not of jobs: they run one at a time, so theirs is only an
 *   overlap with the run before, and a job that is never let in is missed by the alarms on jobs that did not run.
 */
import type { Resource } from './osls.ts';

export type AlarmGroups = Readonly<Record<string, readonly string[]>>;

/** Whose throttles mean nothing. */
const JOBS = 'jobs';

/** As `isTold` of serverless.yml. */
const isTold = { 'Fn::If': ['AlarmsAreTold', [{ Ref: 'AlarmsTopic' }], { Ref: 'AWS::NoValue' }] };

/** @param prefix of the functions' names, and of the alarms' */
export function alarmsOf(groups: AlarmGroups, prefix: string): Record<string, Resource> {
  const alarms = Object.entries(groups).flatMap(([group, functions]) => [
    [
      `${capital(group)}ErrorsAlarm`,
      // Not once in a life that all goes well.
      alarm(prefix, `errors-${group}`, 'A function breaks.', 'Errors', functions, { EvaluationPeriods: 1 }),
    ] as const,
    ...(group === JOBS
      ? []
      : [
          [
            `${capital(group)}ThrottlesAlarm`,
            alarm(
              prefix,
              `throttles-${group}`,
              'Callers are refused for lack of concurrency.',
              'Throttles',
              functions,
              {
                EvaluationPeriods: 3,
                DatapointsToAlarm: 2,
              },
            ),
          ] as const,
        ]),
  ]);
  return Object.fromEntries(alarms);
}

function alarm(
  prefix: string,
  name: string,
  meaning: string,
  metric: 'Errors' | 'Throttles',
  functions: readonly string[],
  when: object,
): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `${prefix}-${name}`,
      AlarmDescription: `${meaning} docs/operations.md: ${name}`,
      Metrics: [
        { Id: 'total', Expression: `SUM([${functions.map(idOf).join(', ')}])`, Label: metric, ReturnData: true },
        ...functions.map((key, index) => ({
          Id: idOf(key, index),
          ReturnData: false,
          MetricStat: {
            Metric: {
              Namespace: 'AWS/Lambda',
              MetricName: metric,
              Dimensions: [{ Name: 'FunctionName', Value: `${prefix}-${key}` }],
            },
            Period: 300,
            Stat: 'Sum',
          },
        })),
      ],
      ...when,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: isTold,
      OKActions: isTold,
    },
  };
}

function idOf(_key: string, index: number): string {
  return `m${index}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
