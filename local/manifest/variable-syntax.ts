/**
 * The grammar of the Serverless Framework's variables: `${type:address, fallback, ...}`, where an address may hold further
 * variables and a fallback is a source (`self:a.b`), a literal (`'text'`, `12`, `true`, `null`) or another `${...}`.
 */
type Literal = { readonly literal: string | number | boolean | null };
type Reference = { readonly type: string; readonly address: Template };
/** Text that is no known form, such as CloudFormation's `${AWS::Region}`: an error only for whoever needs its value. */
type Unknown = { readonly unknown: string };
export type Source = Literal | Reference | Unknown | Variable;

export interface Variable {
  readonly text: string;
  readonly sources: readonly Source[];
}

/** Literal text and variables, in the order written. */
export type Template = readonly (string | Variable)[];

export function parseTemplate(text: string): Template {
  const parts: (string | Variable)[] = [];
  let from = 0;
  for (let open = text.indexOf('${'); open !== -1; open = text.indexOf('${', from)) {
    if (open > from) parts.push(text.slice(from, open));
    const { variable, end } = parseVariable(text, open);
    parts.push(variable);
    from = end;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** Reads the variable that opens at `start`; `end` is the position after its closing brace. */
function parseVariable(text: string, start: number): { variable: Variable; end: number } {
  const sources: Source[] = [];
  let at = start + 2;
  for (;;) {
    const end = endOfSource(text, at, start);
    sources.push(toSource(text.slice(at, end).trim()));
    at = end + 1;
    if (text[end] === '}') return { variable: { text: text.slice(start, at), sources }, end: at };
  }
}

/** The position of the comma or brace that ends a source, stepping over quotes, parentheses and nested variables. */
function endOfSource(text: string, from: number, start: number): number {
  let depth = 0;
  let quote: string | undefined;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (quote !== undefined) quote = char === quote ? undefined : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '(' || (char === '{' && text[at - 1] === '$')) depth += 1;
    else if (depth === 0 && (char === ',' || char === '}')) return at;
    else if (char === ')' || char === '}') depth -= 1;
  }
  throw new Error(`the variable ${text.slice(start)} is not closed`);
}

function toSource(text: string): Source {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return { literal: quoted[2] ?? '' };
  if (text.startsWith('${')) {
    const { variable, end } = parseVariable(text, 0);
    if (end === text.length) return variable;
  }
  if (text === 'null') return { literal: null };
  if (text === 'true' || text === 'false') return { literal: text === 'true' };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { literal: Number(text) };
  const reference = /^([a-z]\w*):([^:].*)?$/is.exec(text);
  return reference ? { type: reference[1] ?? '', address: parseTemplate(reference[2] ?? '') } : { unknown: text };
}
