/** Finds what the parts of a CloudFormation template name in each other. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Template {
  readonly Parameters?: Record<string, Json>;
  readonly Conditions?: Record<string, Json>;
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs?: Record<string, Json>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, Json>;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface TemplateReference {
  /** Where it stands. */
  readonly path: string;
  /** `resource`: a resource and nothing else will do; `value`: a parameter or pseudo parameter will do as well. */
  readonly kind: 'resource' | 'value' | 'condition';
  readonly target: string;
  readonly attribute?: string;
}

export function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function referencesIn(template: Template): TemplateReference[] {
  const own = Object.entries(template.Resources).flatMap(([id, { DependsOn = [], Condition, Properties = {} }]) => [
    ...[DependsOn].flat().map(target => ({ path: `${id}.DependsOn`, kind: 'resource' as const, target })),
    ...(Condition ? [{ path: `${id}.Condition`, kind: 'condition' as const, target: Condition }] : []),
    ...referencesOf(id, Properties),
  ]);
  const outputs = Object.entries(template.Outputs ?? {}).flatMap(([name, output]) => [
    ...(isRecord(output) && typeof output.Condition === 'string'
      ? [{ path: `Outputs.${name}`, kind: 'condition' as const, target: output.Condition }]
      : []),
    ...referencesOf(`Outputs.${name}`, output),
  ]);
  return [...own, ...outputs];
}

function referencesOf(path: string, value: Json): TemplateReference[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => referencesOf(`${path}[${index}]`, item));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, content]) => {
    const here = `${path}.${key}`;
    if (key === 'Ref' && typeof content === 'string') return [{ path: here, kind: 'value' as const, target: content }];
    if (key === 'Fn::GetAtt') return [getAtt(here, content)];
    if (key === 'Fn::Sub') return substitutions(here, content);
    if (key === 'Fn::If' && Array.isArray(content) && typeof content[0] === 'string') {
      return [{ path: here, kind: 'condition' as const, target: content[0] }, ...referencesOf(here, content.slice(1))];
    }
    return referencesOf(here, content);
  });
}

function getAtt(path: string, content: Json): TemplateReference {
  const [target = '', ...attribute] = Array.isArray(content) ? content.map(String) : String(content).split('.');
  return { path, kind: 'resource', target, attribute: attribute.join('.') };
}

/** `${Name}` and `${Name.Attribute}`, but neither `${!Literal}` nor the names that the substitution brings itself. */
function substitutions(path: string, content: Json): TemplateReference[] {
  const [text, variables] = Array.isArray(content) ? content : [content];
  const own = isRecord(variables) ? variables : {};
  const named = [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)].flatMap(([, name = '']): TemplateReference[] => {
    if (name in own) return [];
    return name.includes('.') ? [getAtt(path, name)] : [{ path, kind: 'value', target: name }];
  });
  return [...named, ...referencesOf(path, own)];
}
