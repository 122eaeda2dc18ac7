/** What a request to DynamoDB is about: its operation, and the keys of the items that it names. */
import type { IncomingHttpHeaders } from 'node:http';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Asked } from './faults.ts';

type Attributes = Readonly<Record<string, { readonly S?: string; readonly N?: string } | undefined>>;

interface Body {
  readonly TableName?: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Attributes;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Attributes[] } | undefined>>;
}

/** Of a header such as `DynamoDB_20120810.PutItem`. */
export const operationOf = (headers: IncomingHttpHeaders): string =>
  String(headers['x-amz-target'] ?? '').replace(/^.*\./, '');

/** @param tables where the names of the keys come from */
export function askedBy(operation: string, body: Buffer, tables: readonly CreateTableCommandInput[]): Asked {
  const asked = parsed(body);
  const keyOf = (table: string | undefined, attributes: Attributes) => {
    const schema = tables.find(({ TableName }) => TableName === table)?.KeySchema ?? [];
    const keyPart = (type: string): string | undefined => {
      const name = schema.find(({ KeyType }) => KeyType === type)?.AttributeName ?? '';
      return textOf(attributes[name]);
    };
    return { partition: keyPart('HASH') ?? '', sort: keyPart('RANGE') };
  };
  const single = asked.Key ?? asked.Item;
  const keys = [
    ...(single === undefined ? [] : [keyOf(asked.TableName, single)]),
    ...Object.entries(asked.RequestItems ?? {}).flatMap(([table, of]) =>
      (of?.Keys ?? []).map(key => keyOf(table, key)),
    ),
    ...queried(asked),
  ];
  return { operation, keys, conditional: asked.ConditionExpression !== undefined };
}

/** Of a query, whatever its key is compared with for equality: the partition key of the table or of an index. */
function queried({ KeyConditionExpression, ExpressionAttributeValues = {} }: Body): Asked['keys'] {
  const placeholder = /[^<>]=\s*(:\w+)/.exec(KeyConditionExpression ?? '')?.[1];
  const partition = placeholder === undefined ? undefined : textOf(ExpressionAttributeValues[placeholder]);
  return partition === undefined ? [] : [{ partition, sort: undefined }];
}

const textOf = (value: Attributes[string]): string | undefined => value?.S ?? value?.N;

function parsed(body: Buffer): Body {
  try {
    return JSON.parse(body.toString('utf8')) as Body;
  } catch {
    return {};
  }
}
