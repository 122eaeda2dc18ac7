/** What X-Ray needs of a role. Its two actions exist on `*` alone, so they are only there where tracing is asked for. */
import type { Statement } from './secret-rights.ts';

export const TRACES: Statement = {
  Effect: 'Allow',
  Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  Resource: '*',
};
