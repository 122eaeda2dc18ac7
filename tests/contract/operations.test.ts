/**
 * What tells an operator that something is wrong: alarms, queue, dashboard and traces as they would be deployed, with nobody to tell
 * and with somebody; and the page that explains them, held to the alarms and to the events of the code.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../lib/metrics.ts';
import { conditionOf, environmentOf, statementsIn } from '../support/packaged-template.ts';
import { copyService, osls, removeService } from '../support/service-copy.ts';
import { filesUnder, textOf } from '../support/sources.ts';
import { checkTemplate } from '../support/template-checker.ts';
import { isRecord, type Json, type Template } from '../support/template-references.ts';

const ADDRESS = 'night@clinic.example';
const PREFIX = 'teleconsultation-dev';

const folders: string[] = [];
let plain: Template;
let told: Template;

const packaged = async (...params: string[]): Promise<Template> => {
  const folder = copyService();
  folders.push(folder);
  const { code, stdout, stderr } = await osls(folder, ['package', ...params.flatMap(param => ['--param', param])]);
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'));
};
beforeAll(async () => {
  [plain, told] = await Promise.all([packaged(), packaged(`alarmsTo=${ADDRESS}`, 'tracing=active')]);
}, 90_000);
afterAll(() => {
  for (const folder of folders) removeService(folder);
});

const ofType = (template: Template, type: string) =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource, properties: resource.Properties ?? {} }));
const alarmsOf = (template: Template) => ofType(template, 'AWS::CloudWatch::Alarm');
const nameOf = (properties: Record<string, Json>): string => String(properties.AlarmName).replace(`${PREFIX}-`, '');
const functionKeys = (): string[] =>
  ofType(plain, 'AWS::Lambda::Function').map(({ properties }) =>
    String(properties.FunctionName).replace(`${PREFIX}-`, ''),
  );

/** The text of a `!Sub`. */
const textIn = (value: Json | undefined): string => String(isRecord(value) ? value['Fn::Sub'] : value);

const page = textOf('docs/operations.md');
const sections = page.split(/^## /m);
const alarmSections = (sections.find(text => text.startsWith('Alarms\n')) ?? '').split(/^### /m).slice(1);

describe('the template', () => {
  it('holds only what CloudFormation knows, whoever is told', () => {
    expect([checkTemplate(plain), checkTemplate(told)]).toEqual([[], []]);
  });

  it('has an alarm for everything that wants somebody’s eyes', () => {
    expect(
      alarmsOf(plain)
        .map(({ properties }) => nameOf(properties))
        .sort(),
    ).toEqual(
      [
        ...['errors-reads', 'errors-rooms', 'errors-files', 'errors-events', 'errors-jobs'],
        ...['throttles-reads', 'throttles-rooms', 'throttles-files', 'throttles-events'],
        ...['api-5xx', 'api-latency'],
        ...['cleanup-not-run', 'reconcile-not-run', 'retention-not-run', 'reconcile-alarm', 'owed'],
        ...['vendor-errors', 'vendor-key', 'circuit-open', 'failed-runs'],
      ].sort(),
    );
  });

  it('misses no run of any schedule', () => {
    const scheduled = ofType(plain, 'AWS::Events::Rule').map(({ properties }) => JSON.stringify(properties.Targets));
    const missed = alarmsOf(plain).filter(({ properties }) => properties.TreatMissingData === 'breaching');
    expect(missed).toHaveLength(scheduled.length);
    for (const { properties } of missed) {
      const [{ Name, Value }] = properties.Dimensions as [{ Name: string; Value: string }];
      expect([Name, properties.MetricName]).toEqual(['FunctionName', 'Invocations']);
      const key = Value.replace(`${PREFIX}-`, '');
      const target = `${key.charAt(0).toUpperCase()}${key.slice(1)}LambdaFunction`;
      expect(scheduled.filter(targets => targets.includes(`"${target}"`))).toHaveLength(1);
    }
  });

  it('hears of errors of every function once, and of throttles of every one that somebody waits for', () => {
    const counted = (metric: string): string[] =>
      alarmsOf(plain).flatMap(({ properties }) =>
        (
          (properties.Metrics ?? []) as {
            MetricStat?: { Metric: { MetricName: string; Dimensions: [{ Value: string }] } };
          }[]
        )
          .flatMap(({ MetricStat }) => (MetricStat?.Metric.MetricName === metric ? [MetricStat.Metric] : []))
          .map(({ Dimensions: [{ Value }] }) => Value.replace(`${PREFIX}-`, '')),
      );
    expect(counted('Errors').sort()).toEqual(functionKeys().sort());
    const jobs = ['processBackgroundUpload', 'cleanupUploads', 'reconcileRooms', 'applyRetention', 'eraseUser'];
    expect(counted('Throttles').sort()).toEqual(
      functionKeys()
        .filter(key => !jobs.includes(key))
        .sort(),
    );
  });

  it('sums in one expression what an alarm may look at: ten metrics', () => {
    for (const { id, properties } of alarmsOf(plain)) {
      const metrics = (properties.Metrics ?? []) as { Id: string; ReturnData: boolean; Expression?: string }[];
      if (metrics.length === 0) continue;
      const [total, ...parts] = metrics;
      expect(total, id).toMatchObject({
        Expression: `SUM([${parts.map(part => part.Id).join(', ')}])`,
        ReturnData: true,
      });
      expect(parts.every(part => part.ReturnData === false)).toBe(true);
      expect(parts.length).toBeLessThanOrEqual(9);
    }
  });

  it('looks at metrics that the functions write, in the namespace that they are told', () => {
    const own = alarmsOf(plain).filter(({ properties }) => !String(properties.Namespace ?? 'AWS/').startsWith('AWS/'));
    expect(own).toHaveLength(5);
    const { METRICS_NAMESPACE } = environmentOf(plain.Resources.HealthLambdaFunction?.Properties ?? {});
    for (const { properties } of own) {
      expect(properties.Namespace).toBe(METRICS_NAMESPACE);
      const metric = METRICS[properties.MetricName as keyof typeof METRICS];
      const [service, ...parts] = properties.Dimensions as { Name: string; Value: string }[];
      expect(service).toEqual({ Name: 'Service', Value: 'teleconsultation' });
      for (const { Name, Value } of parts) {
        expect([metric.by, metric.values]).toEqual([Name, expect.arrayContaining([Value])]);
      }
    }
  });

  it('no alarm looks back further than CloudWatch does: a day, or a week where a period has an hour', () => {
    for (const { id, properties } of alarmsOf(plain)) {
      const period = Number(properties.Period ?? 300);
      const span = period * Number(properties.EvaluationPeriods);
      expect(span, id).toBeLessThanOrEqual(period >= 3600 ? 7 * 86_400 : 86_400);
    }
  });
});

describe('somebody who is told', () => {
  it('is told of every alarm and of its end', () => {
    const topic = told.Resources.AlarmsTopic;
    expect(topic).toMatchObject({
      Condition: 'AlarmsAreTold',
      Properties: { Subscription: [{ Protocol: 'email', Endpoint: ADDRESS }] },
    });
    expect(conditionOf(told, 'AlarmsAreTold')).toBe(true);
    const isTold = { 'Fn::If': ['AlarmsAreTold', [{ Ref: 'AlarmsTopic' }], { Ref: 'AWS::NoValue' }] };
    for (const { id, properties } of alarmsOf(told)) {
      expect([properties.AlarmActions, properties.OKActions], id).toEqual([isTold, isTold]);
    }
  });

  it('is nobody unless named: there is no topic then', () => {
    expect(conditionOf(plain, 'AlarmsAreTold')).toBe(false);
    const topics = ofType(plain, 'AWS::SNS::Topic').map(({ Condition }) => Condition);
    expect(topics).toEqual(['AlarmsAreTold']);
  });
});

describe('what nobody could handle', () => {
  it('waits encrypted for 14 days', () => {
    expect(ofType(plain, 'AWS::SQS::Queue').map(({ properties }) => properties)).toEqual([
      { QueueName: `${PREFIX}-failed-runs`, SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 },
    ]);
  });

  it('comes from schedules and from the bucket, and never from an erasure, whose event names a person', () => {
    const destinations = ofType(plain, 'AWS::Lambda::EventInvokeConfig').map(({ properties }) => [
      (properties.FunctionName as { Ref: string }).Ref.replace('LambdaFunction', ''),
      properties.DestinationConfig,
    ]);
    const toQueue = { OnFailure: { Destination: { 'Fn::GetAtt': ['FailedRuns', 'Arn'] } } };
    expect(Object.fromEntries(destinations)).toEqual({
      ProcessBackgroundUpload: toQueue,
      CleanupUploads: toQueue,
      ReconcileRooms: toQueue,
      ApplyRetention: toQueue,
      EraseUser: {},
    });
  });
});

describe('traces', () => {
  const modes = (template: Template) =>
    ofType(template, 'AWS::Lambda::Function').map(({ properties }) => properties.TracingConfig);
  const onEverything = (template: Template) =>
    statementsIn(template.Resources).filter(
      ({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().includes('*'),
    );

  it('are not made unless asked for, and no role may do anything on everything', () => {
    expect(new Set(modes(plain))).toEqual(new Set([undefined]));
    expect(onEverything(plain)).toEqual([]);
  });

  it('are made of every function, each of whose roles gets the two actions that exist on * alone', () => {
    expect(modes(told)).toEqual(functionKeys().map(() => ({ Mode: 'Active' })));
    expect(onEverything(told)).toEqual(
      functionKeys().map(() => ({
        Effect: 'Allow',
        Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        Resource: '*',
      })),
    );
    for (const { id, properties } of ofType(told, 'AWS::IAM::Role')) {
      expect(JSON.stringify(properties).match(/xray:PutTraceSegments/g), id).toHaveLength(1);
    }
  });
});

describe('the dashboard', () => {
  const widgets = () => {
    const { Properties } = plain.Resources.Dashboard ?? {};
    const body = JSON.parse(textIn(Properties?.DashboardBody).replaceAll(/\$\{[A-Za-z:.]+\}/g, 'known-at-deployment'));
    return body.widgets as { x: number; y: number; width: number; properties: { metrics: unknown[][] } }[];
  };

  it('shows every metric of the service, by every part', () => {
    const shown = JSON.stringify(widgets());
    const missing = Object.entries(METRICS).flatMap(([name, { values = [] }]) =>
      [name, ...values].filter(text => !shown.includes(`"${text}"`)),
    );
    expect(missing).toEqual([]);
  });

  it('names in its own namespace nothing that no function writes', () => {
    const own = widgets()
      .flatMap(({ properties }) => properties.metrics)
      .filter(([namespace]) => namespace === 'teleconsultation/dev');
    expect(own.length).toBeGreaterThan(5);
    for (const [, name, dimension, service] of own) {
      expect([name, dimension, service]).toEqual([
        expect.toSatisfy(one => one in METRICS),
        'Service',
        'teleconsultation',
      ]);
    }
  });

  it('has no widget over another', () => {
    const places = widgets().flatMap(({ x, y, width }) =>
      Array.from({ length: width }, (_, index) => `${x + index} ${y}`),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(widgets().every(({ x, width }) => x + width <= 24)).toBe(true);
  });
});

describe('docs/operations.md', () => {
  const names = alarmSections.flatMap(section =>
    [...(section.split('\n')[0] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name),
  );

  it('has a paragraph for every alarm, once, and none for an alarm that is not there', () => {
    expect([...names].sort()).toEqual(
      alarmsOf(plain)
        .map(({ properties }) => nameOf(properties))
        .sort(),
    );
  });

  it('is where every alarm says it is', () => {
    for (const { properties } of alarmsOf(plain)) {
      expect(String(properties.AlarmDescription)).toMatch(
        new RegExp(`\\. docs/operations\\.md: ${nameOf(properties)}$`),
      );
    }
  });

  it.each(alarmSections.map(section => [section.split('\n')[0] ?? '', section]))(
    '%s: says what it means, where to look, what to do',
    (_, section) => {
      for (const part of [/^\*Means\* \S/m, /^\*Look\*: \S|^\*Look\*:$/m, /^\*Do\*: \S/m])
        expect(section).toMatch(part);
    },
  );

  /** Events that our code logs, with the level at which it does. */
  const logged = filesUnder('lib').flatMap(file =>
    [...textOf(file).matchAll(/\blog\.(debug|info|warn|error)\(\s*'([a-z_]+\.[a-z_]+)'/g)].map(([, level, event]) => ({
      level: level ?? '',
      event: event ?? '',
    })),
  );
  const events = new Set(logged.map(({ event }) => event));
  const queries = [...page.matchAll(/```\n([\s\S]*?)```/g)].map(([, query]) => query ?? '');

  it('names only events that the code writes', () => {
    const inQueries = queries.flatMap(query =>
      [...query.matchAll(/event (?:= |in \[)((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, list]) =>
        [...(list ?? '').matchAll(/"([^"]+)"/g)].map(([, event]) => event ?? ''),
      ),
    );
    const kinds = new Set([...events].map(event => event.split('.')[0]));
    const inWords = [...page.matchAll(/`([a-z_]+)\.([a-z_]+)`/g)]
      .filter(([, kind]) => kinds.has(kind))
      .map(([, kind, what]) => `${kind}.${what}`);
    expect(inQueries.length).toBeGreaterThan(20);
    expect(inWords.length).toBeGreaterThan(20);
    expect([...inQueries, ...inWords].filter(event => !events.has(event))).toEqual([]);
  });

  it('explains every event that the code writes as a warning or an error', () => {
    const loud = logged.filter(({ level }) => level === 'warn' || level === 'error').map(({ event }) => event);
    expect([...new Set(loud)].filter(event => !page.includes(event)).sort()).toEqual([]);
  });

  it('asks in its queries only for fields that a line can have', () => {
    const ofTheLogger = [...textOf('lib/log.ts').matchAll(/^ {2}(\w+)\??: /gm)].map(([, field]) => field ?? '');
    const known = [
      ...ofTheLogger,
      ...['time', 'level', 'event', 'requestId', 'function'],
      // Of the access log.
      ...['routeKey', 'errorType', 'integrationStatus'],
      // Made by the query itself.
      'bin',
      ...[...page.matchAll(/ as (\w+)/g)].map(([, alias]) => alias ?? ''),
    ];
    const asked = queries.flatMap(query =>
      query
        .split('\n')
        .flatMap(line => /^(?:\| )?(?:fields|sort) (.+)$/.exec(line)?.[1]?.split(/, | (?:asc|desc)/) ?? [])
        .concat(query.match(/ by ([\w., ]+)/)?.[1]?.split(', ') ?? []),
    );
    const fields = asked.map(field => field.trim().split('.')[0] ?? '').filter(field => field !== '');
    expect(fields.length).toBeGreaterThan(30);
    expect([...new Set(fields)].filter(field => !field.startsWith('@') && !known.includes(field))).toEqual([]);
  });

  it('lists every metric with every part of it', () => {
    const table = sections.find(text => text.startsWith('Metrics\n')) ?? '';
    const listed = [...table.matchAll(/^\| (.+?) \|.*\|.*\|$/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''),
    );
    expect(listed.filter(name => !['Reason', 'Kind'].includes(name)).sort()).toEqual(Object.keys(METRICS).sort());
    for (const value of Object.values(METRICS).flatMap(({ values = [] }) => values))
      expect(table).toContain(`\`${value}\``);
  });
});
