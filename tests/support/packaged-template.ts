/** Questions to a packaged template. */
import { isRecord, type Json } from './template-references.ts';

/** Every statement of every policy document inside, however deep. */
export function statementsIn(value: unknown): Record<string, Json>[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isRecord(value)) return [];
  const own = 'Effect' in value ? [value] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

/** The variables that Lambda would set for a function; what only CloudFormation knows stands there as it is written. */
export function environmentOf(functionProperties: Record<string, Json>): Record<string, string> {
  const { Environment } = functionProperties;
  const variables = isRecord(Environment) && isRecord(Environment.Variables) ? Environment.Variables : {};
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
