import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger, type LogFields, type Logger, traceOf } from '../../../lib/log.ts';

const NOW = Date.UTC(2026, 4, 4, 9, 30);

const logging = (level = 'debug', write?: (log: Logger) => void): Record<string, unknown>[] => {
  const lines: string[] = [];
  write?.(
    createLogger(
      level,
      line => lines.push(line),
      () => NOW,
    ),
  );
  return lines.map(line => JSON.parse(line));
};

/** What code that knows nothing of types could hand over. */
const hostile = (fields: Record<string, unknown>): LogFields => fields as LogFields;

const ALLOWED = [
  ...['code', 'status', 'durationMs', 'teleconsultationId', 'roomId', 'kaleyraUserId', 'method', 'route'],
  ...['vendorStatus', 'vendorCode', 'attempts', 'count', 'errorName', 'frames'],
];

describe('a log line', () => {
  it('holds the time, the level, the event and the allowed fields', () => {
    const fields = { status: 201, route: 'GET /teleconsultation/{id}', frames: ['table.ts:12'], durationMs: 3.5 };
    const lines = logging('info', log => log.warn('request.done', fields));
    expect(lines).toEqual([{ time: '2026-05-04T09:30:00.000Z', level: 'warn', event: 'request.done', ...fields }]);
  });

  it('carries the ids of the request on every line of a child, and of its child', () => {
    const lines = logging('debug', log => {
      const child = log.child({ requestId: 'r-1', function: 'health' });
      child.info('one', { count: 1 });
      child.child({ requestId: 'r-2', function: 'health' }).info('two');
      log.info('three');
    });
    expect(lines).toMatchObject([
      { event: 'one', requestId: 'r-1', function: 'health', count: 1 },
      { event: 'two', requestId: 'r-2', function: 'health' },
      { event: 'three' },
    ]);
    expect(lines[2]).not.toHaveProperty('requestId');
  });

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['trace', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['fatal', ['error']],
    ['silent', []],
  ])('is written at level %s for %j', (level, written) => {
    const lines = logging(level, log => {
      for (const at of ['debug', 'info', 'warn', 'error'] as const) log[at]('x');
    });
    expect(lines.map(line => line.level)).toEqual(written);
  });

  it('drops every field that is not on the list', () => {
    const secrets = {
      body: '{}',
      link: 'x',
      fullName: 'Dr Ada Rossi-Example',
      error: new Error('x'),
      cause: 'y',
      time: 'z',
    };
    const [line] = logging('debug', log => log.info('x', hostile({ ...secrets, status: 200 })));
    expect(line).toEqual({ time: '2026-05-04T09:30:00.000Z', level: 'info', event: 'x', status: 200 });
  });

  it.each([
    ['a body', '{"fullName":"Dr Ada Rossi-Example"}'],
    ['several lines', 'one\ntwo'],
    ['a name with an accent', 'Niccolò Esempio'],
    ['a link with its query', 'https://clinic.bandyer.com/x?token=abc'],
    ['a personal link', 'https://clinic.bandyer.com/eu/direct-rest-call-handler/0123456789abcdefghij'],
    ['a text of more than 200 characters', 'a'.repeat(201)],
    ['nothing', ''],
    ['an object', { fullName: 'Dr Ada Rossi-Example' }],
    ['an error', new Error('Dr Ada Rossi-Example')],
    ['null', null],
    ['something that writes itself', { toJSON: () => 'Dr Ada Rossi-Example' }],
  ])('withholds %s in a field that is on the list', (_, value) => {
    const [line] = logging('debug', log => log.info('x', hostile({ vendorCode: value })));
    expect(line?.vendorCode).toBe('(withheld)');
  });

  it.each(ALLOWED)('takes no name, address or link of a person for %s', field => {
    const texts = [
      'Dr Ada Rossi-Example',
      'ada@clinic.example',
      'https://clinic.bandyer.com/x/0123456789',
      'auth0|5f7c8e',
    ];
    const lines = logging('debug', log => {
      for (const text of texts) log.info('x', hostile({ [field]: text }));
    });
    expect(lines.map(line => line[field])).toEqual(texts.map(() => '(withheld)'));
  });

  it('withholds what stands in a list, and cuts the list', () => {
    const frames = ['a.ts:1', 'b\n', { x: 1 }, ...Array.from({ length: 30 }, () => 'c.ts:2')];
    const [line] = logging('debug', log => log.info('x', hostile({ frames })));
    expect(line?.frames).toEqual(['a.ts:1', '(withheld)', '(withheld)', ...Array.from({ length: 17 }, () => 'c.ts:2')]);
  });

  it('holds numbers by kinds of our own making, and nothing else among them', () => {
    const counts = { seen: 3, dryRun: 0, 'Dr Ada': 1, failed: Number.NaN, left: 'secret' };
    const [line] = logging('info', log => log.info('cleanup.done', hostile({ counts })));
    expect(line?.counts).toEqual({ seen: 3, dryRun: 0 });
    for (const odd of [null, 'secret', 7, ['secret']]) {
      const [told] = logging('info', log => log.info('cleanup.done', hostile({ counts: odd })));
      expect(told?.counts ?? {}).toEqual({});
    }
  });

  it('withholds a request id that a child could not take', () => {
    const [line] = logging('debug', log => log.child({ requestId: 'a\nb', function: '"' }).info('x'));
    expect(line).toMatchObject({ requestId: '(withheld)', function: '(withheld)' });
  });

  it('is one line of allowed keys and plain values, whatever it is given', () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 2 });
    const fields = fc.dictionary(fc.oneof(fc.constantFrom(...ALLOWED), fc.string()), anything);
    fc.assert(
      fc.property(fields, given => {
        const lines: string[] = [];
        createLogger(
          'debug',
          line => lines.push(line),
          () => NOW,
        ).error('x', hostile(given));
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toMatch(/[\r\n]/);
        expect(lines[0]).toBe(JSON.stringify(JSON.parse(lines[0] ?? '')));
        const { time, level, event, ...rest } = JSON.parse(lines[0] ?? '');
        expect({ time, level, event }).toEqual({ time: '2026-05-04T09:30:00.000Z', level: 'error', event: 'x' });
        expect(Object.keys(rest).filter(key => !ALLOWED.includes(key))).toEqual([]);
        for (const value of Object.values(rest).flat(Number.POSITIVE_INFINITY)) {
          if (typeof value === 'string') expect(value).toMatch(/^[\x20-\x7e]{1,200}$/);
          else expect(['number', 'boolean', 'object'].includes(typeof value) && Object(value) !== value).toBe(true);
        }
      }),
    );
  });
});

describe('the trace of an error', () => {
  it('is its class and the places it passed', () => {
    const trace = traceOf(new RangeError('of Dr Ada Rossi-Example'));
    expect(trace.errorName).toBe('RangeError');
    expect(trace.frames?.[0]).toMatch(/^log\.test\.ts:\d+$/);
    expect(trace.frames?.length).toBeLessThanOrEqual(6);
  });

  it.each([
    ['a text', 'Dr Ada Rossi-Example', { errorName: 'string' }],
    ['nothing', undefined, { errorName: 'undefined' }],
    ['null', null, { errorName: 'object' }],
    [
      'something like an error',
      { name: 'Rossi', message: 'Rossi', stack: 'Rossi\n    at x (a.ts:1:1)' },
      { errorName: 'object' },
    ],
  ])('of %s is only what kind of value was thrown', (_, thrown, trace) => {
    expect(traceOf(thrown)).toEqual(trace);
  });

  const FORGED = 'secret.rossi.ts:7';
  const frames = fc.constantFrom(`    at ${FORGED}:7`, `    at Ada (${FORGED}:7)`, `    at async ${FORGED}:1`);
  const messages = fc
    .array(fc.oneof(frames, fc.string(), fc.constant('')), { minLength: 1, maxLength: 6 })
    .chain(lines => fc.constantFrom('\n', '\r\n', '\u2028').map(end => lines.join(end)));

  it('never holds the message, also when its lines look like places', () => {
    fc.assert(
      fc.property(messages, message => {
        const trace = traceOf(new TypeError(message));
        expect(JSON.stringify(trace)).not.toContain('secret');
        expect(trace.frames?.[0]).toMatch(/^log\.test\.ts:\d+$/);
      }),
      { examples: [[`boom\n    at Ada (${FORGED}:7)`], [`    at ${FORGED}:7`]] },
    );
  });

  it('never holds the first message of an error whose message was changed afterwards', () => {
    const error = new Error(`boom\n    at Ada (${FORGED}:7)`);
    expect(error.stack).toContain(FORGED);
    error.message = `while booking: ${error.message}`;
    expect(JSON.stringify(traceOf(error))).not.toContain('secret');
  });

  it('never holds what the cause said', () => {
    const error = new Error('outer', { cause: new Error(`inner\n    at Ada (${FORGED}:7)`) });
    expect(JSON.stringify(traceOf(error))).not.toContain('secret');
  });
});
