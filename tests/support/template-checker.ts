/**
 * Checks a CloudFormation template against the published resource types, as a deployment would: every type, property,
 * required property, value type, and everything that one part of the template names in another.
 */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { isRecord, type Json, referencesIn, type Template } from './template-references.ts';

const specification = loadAwsServiceSpecSync();

type ResourceType = ReturnType<typeof resourceType> & {};
type Properties = ResourceType['properties'];
type PropertyType = Properties[string]['type'];

const resourceKeys = new Set(
  'Type Properties DependsOn Condition DeletionPolicy UpdateReplacePolicy UpdatePolicy CreationPolicy Metadata'.split(
    ' ',
  ),
);
const policies = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];

/** Every fault of the template, each with its path; an empty list is a sound template. */
export function checkTemplate(template: Template): string[] {
  const faults = Object.entries(template.Resources).flatMap(([id, resource]) => checkResource(id, resource));
  return [...faults, ...checkReferences(template)];
}

function resourceType(name: string) {
  return specification.lookup('resource', 'cloudFormationType', 'equals', name)[0];
}

function checkResource(id: string, resource: Template['Resources'][string]): string[] {
  const type = resourceType(resource.Type);
  if (!type) return [`${id}: no resource type ${resource.Type}`];
  return [
    ...Object.keys(resource)
      .filter(key => !resourceKeys.has(key))
      .map(key => `${id}: a resource has no ${key}`),
    ...[resource.DeletionPolicy, resource.UpdateReplacePolicy]
      .filter(policy => policy !== undefined && !policies.includes(policy))
      .map(policy => `${id}: no policy ${policy}`),
    ...checkProperties(id, type.properties, resource.Properties ?? {}),
  ];
}

function checkProperties(path: string, properties: Properties, value: Record<string, Json>): string[] {
  const missing = Object.entries(properties)
    .filter(([name, property]) => property.required === true && !(name in value))
    .map(([name]) => `${path}: ${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, content]) => {
    const property = properties[name];
    return property ? checkValue(`${path}.${name}`, property.type, content) : [`${path}: no property ${name}`];
  });
  return [...missing, ...wrong];
}

function checkValue(path: string, type: PropertyType, value: Json): string[] {
  const expected = (what: string) => [`${path}: ${what} expected, not ${JSON.stringify(value)}`];
  if (isIntrinsic(value)) return isComposite(type) && isText(value) ? expected(type.type) : [];
  switch (type.type) {
    case 'string':
      if (typeof value !== 'string') return expected('string');
      return type.allowedValues && !type.allowedValues.includes(value) ? expected(type.allowedValues.join(' or ')) : [];
    case 'date-time':
      return typeof value === 'string' ? [] : expected(type.type);
    case 'boolean':
      return typeof value === 'boolean' ? [] : expected(type.type);
    case 'number':
      return typeof value === 'number' ? [] : expected(type.type);
    case 'integer':
      return Number.isInteger(value) ? [] : expected(type.type);
    case 'null':
      return value === null ? [] : expected(type.type);
    case 'json':
      return isRecord(value) || Array.isArray(value) || typeof value === 'string' ? [] : expected(type.type);
    case 'tag':
      return isRecord(value) && typeof value.Key === 'string' && 'Value' in value ? [] : expected(type.type);
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, index) => checkValue(`${path}[${index}]`, type.element, item))
        : expected(type.type);
    case 'map':
      return isRecord(value)
        ? Object.entries(value).flatMap(([key, item]) => checkValue(`${path}.${key}`, type.element, item))
        : expected(type.type);
    case 'ref':
      return isRecord(value)
        ? checkProperties(path, specification.get('typeDefinition', type.reference).properties, value)
        : expected('object');
    case 'union':
      return closest(typed(type.types).map(alternative => checkValue(path, alternative, value)));
  }
}

/** Where free JSON stands beside a written shape, it is what older templates were allowed: the shape decides. */
function typed(alternatives: PropertyType[]): PropertyType[] {
  return alternatives.some(isComposite) ? alternatives.filter(({ type }) => type !== 'json') : alternatives;
}

/** The faults of the alternative that the value comes nearest to. */
function closest(alternatives: string[][]): string[] {
  return alternatives.reduce((best, faults) => (faults.length < best.length ? faults : best));
}

function isComposite(type: PropertyType): boolean {
  return type.type === 'array' || type.type === 'map' || type.type === 'ref';
}

function isIntrinsic(value: Json): value is Record<string, Json> {
  if (!isRecord(value)) return false;
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
}

/** Functions whose result is always one text; the others may give a list or an object. */
function isText(intrinsic: Record<string, Json>): boolean {
  return ['Ref', 'Fn::Sub', 'Fn::Join', 'Fn::Base64'].some(name => name in intrinsic);
}

function checkReferences(template: Template): string[] {
  return referencesIn(template).flatMap(({ path, kind, target, attribute }) => {
    const resource = template.Resources[target];
    if (kind === 'condition') return target in (template.Conditions ?? {}) ? [] : [`${path}: no condition ${target}`];
    if (kind === 'value' && (target in (template.Parameters ?? {}) || target.startsWith('AWS::'))) return [];
    if (!resource) return [`${path}: no resource ${target}`];
    if (attribute === undefined) return [];
    const attributes = resourceType(resource.Type)?.attributes ?? {};
    return attribute in attributes ? [] : [`${path}: ${resource.Type} has no attribute ${attribute}`];
  });
}
