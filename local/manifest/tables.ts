/** The DynamoDB tables of the manifest as CreateTable takes them. */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { isRecord, type Resolver } from './variables.ts';

/** Deletion protection, encryption and backups are the deployment's; a local table has no use for them. */
const TABLE_PROPERTIES = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
];
const INDEX_PROPERTIES = ['IndexName', 'KeySchema', 'Projection', 'ProvisionedThroughput'];

/** `resources` may be one object or a list of them. */
export function tablesOf(resources: unknown, resolver: Resolver): CreateTableCommandInput[] {
  const parts = [resolver.open(resources, 'resources')].flat();
  return parts.flatMap(part => {
    const resourcesOfPart = isRecord(part) ? resolver.open(part.Resources, 'resources.Resources') : undefined;
    return Object.entries(isRecord(resourcesOfPart) ? resourcesOfPart : {}).flatMap(([id, resource]) => {
      if (!isRecord(resource) || resource.Type !== 'AWS::DynamoDB::Table') return [];
      return [toTable(id, resource.Properties, resolver)];
    });
  });
}

function toTable(id: string, properties: unknown, resolver: Resolver): CreateTableCommandInput {
  const where = `resources.Resources.${id}.Properties`;
  const table = resolver.resolve(pick(resolver.open(properties, where), TABLE_PROPERTIES), where);
  if (!isRecord(table) || typeof table.TableName !== 'string')
    throw new Error(`${where}.TableName is not a literal name`);
  for (const kind of ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes']) {
    const indexes = table[kind];
    if (Array.isArray(indexes)) table[kind] = indexes.map(index => pick(index, INDEX_PROPERTIES));
  }
  return table as unknown as CreateTableCommandInput;
}

function pick(value: unknown, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(isRecord(value) ? value : {}).filter(([key]) => keys.includes(key)));
}
