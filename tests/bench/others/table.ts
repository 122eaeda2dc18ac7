/**
 * One table in memory, as fast as the loop lets it be: what is measured is the work and the waiting of whoever calls it.
 * Not an emulator: it knows what the service and its peers ask for, and refuses the rest by name. Held against dynalite in
 * tests/unit/bench/fast-table.test.ts.
 */
import { type Attribute, type Attributes, sizeOf } from './attributes.ts';
import { type Placeholders, satisfies, UnknownExpression, updated } from './expressions.ts';

export interface Counts {
  /** Calls by operation. */
  calls: Record<string, number>;
  readUnits: number;
  writeUnits: number;
}

export interface Asked extends Placeholders {
  readonly TableName?: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly IndexName?: string;
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
  readonly ReturnValues?: string;
  readonly ExclusiveStartKey?: Attributes;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Attributes[] }>>;
}

export type Told = { status: 200; body: object } | { status: 400; body: { __type: string; message: string } };

const FAILED: Told = {
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    message: 'The conditional request failed',
  },
};

const text = (attribute: Attribute | undefined): string => (attribute && 'S' in attribute ? attribute.S : '');
const number = (attribute: Attribute | undefined): number =>
  attribute && 'N' in attribute ? Number(attribute.N) : Number.NaN;

const keyOf = (item: Attributes): string => `${text(item.pk)}\n${text(item.sk)}`;

const noCounts = (): Counts => ({ calls: {}, readUnits: 0, writeUnits: 0 });

const UNIT_READ_BYTES = 4096;
const UNIT_WRITE_BYTES = 1024;

export class FastTable {
  /** By partition key, then by sort key. */
  readonly #items = new Map<string, Map<string, Attributes>>();
  /** By shard of the work index, then by both keys: a query looks at its own shard, as DynamoDB's does. */
  readonly #work = new Map<string, Map<string, Attributes>>();
  counts = noCounts();

  forgetCounts(): void {
    this.counts = noCounts();
  }

  clear(): void {
    this.#items.clear();
    this.#work.clear();
  }

  put(item: Attributes): void {
    const pk = text(item.pk);
    const below = this.#items.get(pk) ?? new Map<string, Attributes>();
    this.#leaveWork(below.get(text(item.sk)));
    this.#items.set(pk, below.set(text(item.sk), item));
    const shard = text(item.workShard);
    if (shard === '') return;
    const work = this.#work.get(shard) ?? new Map<string, Attributes>();
    this.#work.set(shard, work.set(keyOf(item), item));
  }

  #leaveWork(item: Attributes | undefined): void {
    if (item !== undefined) this.#work.get(text(item.workShard))?.delete(keyOf(item));
  }

  /** Sorted by key. */
  all(): Attributes[] {
    return [...this.#items.values()]
      .flatMap(below => [...below.values()])
      .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  /** @throws UnknownExpression */
  answer(operation: string, asked: Asked): Told {
    this.counts.calls[operation] = (this.counts.calls[operation] ?? 0) + 1;
    switch (operation) {
      case 'GetItem':
        return this.#get(asked);
      case 'Query':
        return asked.IndexName === undefined ? this.#query(asked) : this.#queryDue(asked);
      case 'BatchGetItem':
        return this.#batch(asked);
      case 'PutItem':
        return this.#write(asked, asked.Item ?? {}, () => asked.Item ?? {});
      case 'UpdateItem':
        return this.#write(asked, asked.Key ?? {}, before =>
          updated(asked.UpdateExpression ?? '', { ...asked.Key, ...before }, asked),
        );
      case 'DeleteItem':
        return this.#write(asked, asked.Key ?? {}, () => undefined);
      default:
        throw new UnknownExpression(`no operation ${operation}`);
    }
  }

  #find(key: Attributes): Attributes | undefined {
    return this.#items.get(text(key.pk))?.get(text(key.sk));
  }

  /** What a read of so many bytes is charged, for one item or for a page of them. */
  #charge(bytes: number, consistent: boolean): void {
    this.counts.readUnits += Math.max(1, Math.ceil(bytes / UNIT_READ_BYTES)) * (consistent ? 1 : 0.5);
  }

  #get({ Key = {}, ConsistentRead = false }: Asked): Told {
    const item = this.#find(Key);
    this.#charge(item === undefined ? 0 : sizeOf(item), ConsistentRead);
    return { status: 200, body: item === undefined ? {} : { Item: item } };
  }

  #query(asked: Asked): Told {
    const { KeyConditionExpression = '', ExpressionAttributeValues: values = {}, ConsistentRead = false } = asked;
    const placeholder = /^#?\w+ = (:\w+)$/.exec(KeyConditionExpression)?.[1];
    if (placeholder === undefined) throw new UnknownExpression(KeyConditionExpression);
    const below = this.#items.get(text(values[placeholder])) ?? new Map<string, Attributes>();
    const found = [...below].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
    this.#charge(
      found.reduce((sum, item) => sum + sizeOf(item), 0),
      ConsistentRead,
    );
    return { status: 200, body: { Items: found, Count: found.length } };
  }

  /** The work index: keys only, earliest first. */
  #queryDue({
    ExpressionAttributeValues: values = {},
    Limit = Number.POSITIVE_INFINITY,
    ExclusiveStartKey,
  }: Asked): Told {
    const shard = text(values[':shard']);
    const until = number(values[':until']);
    const order = (item: Attributes): [number, string] => [number(item.workDue), keyOf(item)];
    const after = ExclusiveStartKey === undefined ? undefined : order(ExclusiveStartKey);
    const isBefore = (one: [number, string], other: [number, string]): boolean =>
      one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
    const due = [...(this.#work.get(shard)?.values() ?? [])];
    const rest = due
      .filter(item => number(item.workDue) <= until)
      .filter(item => after === undefined || isBefore(after, order(item)))
      .sort((one, other) => (isBefore(order(one), order(other)) ? -1 : 1));
    const page = rest.slice(0, Limit).map(({ pk, sk, workShard, workDue }) => ({ pk, sk, workShard, workDue }));
    this.#charge(
      page.reduce((sum, item) => sum + sizeOf(item as Attributes), 0),
      false,
    );
    const last = rest.length > page.length ? page.at(-1) : undefined;
    return { status: 200, body: { Items: page, Count: page.length, ...(last && { LastEvaluatedKey: last }) } };
  }

  #batch({ RequestItems = {} }: Asked): Told {
    const responses = Object.entries(RequestItems).map(([table, { Keys }]) => {
      const found = Keys.map(key => this.#find(key)).filter(item => item !== undefined);
      for (const item of found) this.#charge(sizeOf(item), true);
      return [table, found] as const;
    });
    return { status: 200, body: { Responses: Object.fromEntries(responses), UnprocessedKeys: {} } };
  }

  #write(asked: Asked, key: Attributes, change: (before: Attributes) => Attributes | undefined): Told {
    const before = this.#find(key) ?? {};
    const { ConditionExpression: condition, ReturnValues } = asked;
    if (condition !== undefined && !satisfies(condition, before, asked)) return FAILED;
    const after = change(before);
    const bytes = Math.max(sizeOf(before), after === undefined ? 0 : sizeOf(after));
    this.counts.writeUnits += Math.max(1, Math.ceil(bytes / UNIT_WRITE_BYTES));
    if (after === undefined) {
      this.#leaveWork(before);
      this.#items.get(text(key.pk))?.delete(text(key.sk));
    } else this.put(after);
    return { status: 200, body: ReturnValues === 'ALL_NEW' && after !== undefined ? { Attributes: after } : {} };
  }
}
