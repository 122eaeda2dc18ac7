import type { Scope } from '../../../../lib/domain/ports.ts';

/** The same scope, with what it writes to the log: how loud, the event, and its fields. */
export const listening = (scope: Scope) => {
  const told: [string, string, object][] = [];
  const at =
    (level: string) =>
    (event: string, fields: object = {}): void =>
      void told.push([level, event, fields]);
  const log = { ...scope.log, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { scope: { ...scope, log }, told };
};
