/** The few forms of DynamoDB's expressions that the service and its peers write; whatever else is refused by name. */
import type { Attribute, Attributes } from './attributes.ts';

export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Attribute>>;
}

export class UnknownExpression extends Error {
  override readonly name = 'UnknownExpression';
}

const nameOf = (text: string, { ExpressionAttributeNames: names = {} }: Placeholders): string => {
  const name = text.startsWith('#') ? names[text] : text;
  if (name === undefined) throw new UnknownExpression(`no name ${text}`);
  return name;
};

const givenValue = (text: string, { ExpressionAttributeValues: values = {} }: Placeholders): Attribute => {
  const value = values[text];
  if (value === undefined) throw new UnknownExpression(`no value ${text}`);
  return value;
};

/** Numbers by size, texts by their order. */
const compare = (one: Attribute | undefined, other: Attribute): number | undefined => {
  if (one === undefined) return undefined;
  if ('N' in one && 'N' in other) return Number(one.N) - Number(other.N);
  if ('S' in one && 'S' in other) return one.S === other.S ? 0 : one.S < other.S ? -1 : 1;
  return JSON.stringify(one) === JSON.stringify(other) ? 0 : undefined;
};

const COMPARISONS: Readonly<Record<string, (difference: number | undefined) => boolean>> = {
  '=': difference => difference === 0,
  '<>': difference => difference !== 0,
  '<': difference => difference !== undefined && difference < 0,
  '<=': difference => difference !== undefined && difference <= 0,
  '>=': difference => difference !== undefined && difference >= 0,
};

const term = (text: string, item: Attributes, placeholders: Placeholders): boolean => {
  const called = /^(attribute_exists|attribute_not_exists)\((\S+)\)$/.exec(text);
  if (called !== null) {
    return (item[nameOf(called[2] ?? '', placeholders)] !== undefined) === (called[1] === 'attribute_exists');
  }
  const compared = /^(\S+) (=|<>|<|<=|>=) (:\S+)$/.exec(text);
  const holds = COMPARISONS[compared?.[2] ?? ''];
  if (compared === null || holds === undefined) throw new UnknownExpression(text);
  return holds(compare(item[nameOf(compared[1] ?? '', placeholders)], givenValue(compared[3] ?? '', placeholders)));
};

/** Terms with AND, and those with OR; parentheses only around terms with AND. */
export const satisfies = (expression: string, item: Attributes, placeholders: Placeholders): boolean =>
  expression.split(' OR ').some(alternative =>
    alternative
      .replace(/^\((?=attribute)|(?<=:\w+)\)$/g, '')
      .split(' AND ')
      .every(text => term(text, item, placeholders)),
  );

const operand = (text: string, item: Attributes, placeholders: Placeholders): Attribute => {
  const guarded = /^if_not_exists\((\S+), (:\S+)\)$/.exec(text);
  if (guarded !== null) {
    return item[nameOf(guarded[1] ?? '', placeholders)] ?? givenValue(guarded[2] ?? '', placeholders);
  }
  if (text.startsWith(':')) return givenValue(text, placeholders);
  const value = item[nameOf(text, placeholders)];
  if (value === undefined) throw new UnknownExpression(`${text} is not there`);
  return value;
};

const sum = (terms: readonly Attribute[]): Attribute => {
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return only;
  return { N: String(terms.reduce((total, one) => total + ('N' in one ? Number(one.N) : Number.NaN), 0)) };
};

/** The item as it is after `SET a = ..., b = ... REMOVE c, d`. */
export const updated = (expression: string, item: Attributes, placeholders: Placeholders): Attributes => {
  const parts = /^(?:SET (.+?))?(?: ?REMOVE (.+))?$/.exec(expression);
  if (parts === null) throw new UnknownExpression(expression);
  const after = { ...item };
  for (const assignment of parts[1]?.split(/, (?![^(]*\))/) ?? []) {
    const [target = '', source = ''] = assignment.split(' = ');
    const terms = source.split(' + ').map(text => operand(text, item, placeholders));
    after[nameOf(target, placeholders)] = sum(terms);
  }
  for (const target of parts[2]?.split(', ') ?? []) delete after[nameOf(target, placeholders)];
  return after;
};
