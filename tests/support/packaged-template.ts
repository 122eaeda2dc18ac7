/** Questions to a packaged template. */
import { isRecord, type Json, type Template } from './template-references.ts';

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

/** Whether a condition of the template holds; of what is known before the deployment, which is all that ours ask. */
export function conditionOf(template: Template, name: string): boolean {
  return holds(template, template.Conditions?.[name] ?? null);
}

function holds(template: Template, condition: Json): boolean {
  const [[kind, content] = []] = isRecord(condition) ? Object.entries(condition) : [];
  const parts = Array.isArray(content) ? content : [];
  switch (kind) {
    case 'Fn::Equals':
      return parts[0] === parts[1];
    case 'Fn::Not':
      return !holds(template, parts[0] ?? null);
    case 'Fn::And':
      return parts.every(part => holds(template, part));
    case 'Condition':
      return conditionOf(template, String(content));
    default:
      throw new Error(`${JSON.stringify(condition)} is no condition that can be decided here`);
  }
}
