/** Questions to a packaged template. */
import { isRecord, type Json } from './template-references.ts';

/** Every statement of every policy document inside, however deep. */
export function statementsIn(value: unknown): Record<string, Json>[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isRecord(value)) return [];
  const own = 'Effect' in value ? [value] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

/** The variables that Lambda would set for a function, each reference to a secret replaced by `secret`. */
export function resolvedEnvironment(functionProperties: Record<string, Json>, secret: string): Record<string, string> {
  const { Environment } = functionProperties;
  const variables = isRecord(Environment) && isRecord(Environment.Variables) ? Environment.Variables : {};
  const resolved = (value: Json) => String(value).replace(/^\{\{resolve:.*\}\}$/, secret);
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, resolved(value)]));
}
