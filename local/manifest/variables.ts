/**
 * Values of serverless.yml with their variables resolved: `self`, `sls:stage`, `param` and `env`. Resolution is lazy: what
 * nobody asks for (outputs, policies) may hold forms that only a deployment knows.
 */
import { parseTemplate, type Source, type Template, type Variable } from './variable-syntax.ts';

export interface VariableSources {
  readonly stage: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Over `params.<stage>` and `params.default` of the file itself. */
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface Resolver {
  /** The value at a dotted address with everything in it resolved, `undefined` where the file has none. */
  at(address: string): unknown;
  /** A value of the file, resolved; `where` names it in errors. */
  resolve(value: unknown, where: string): unknown;
  /** Only the outermost variable of a value is resolved, what is inside stays as written. */
  open(value: unknown, where: string): unknown;
}

/** Where a value stands, and which addresses led to it: the one for messages, the other against circles. */
interface Place {
  readonly where: string;
  readonly trail: readonly string[];
}

export function createResolver(document: unknown, sources: VariableSources): Resolver {
  function deep(value: unknown, place: Place): unknown {
    if (typeof value === 'string') return ofTemplate(parse(value, place), place, deep);
    if (Array.isArray(value)) return value.map((item, index) => deep(item, inside(place, index)));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deep(item, inside(place, key))]));
  }

  function shallow(value: unknown, place: Place): unknown {
    return typeof value === 'string' ? ofTemplate(parse(value, place), place, shallow) : value;
  }

  function ofTemplate(template: Template, place: Place, inner: typeof deep): unknown {
    const [first] = template;
    if (template.length === 1 && typeof first === 'object') return required(first, place, inner);
    return template.map(part => (typeof part === 'string' ? part : asText(part, place))).join('');
  }

  function asText(variable: Variable, place: Place): string {
    const value = required(variable, place, deep);
    if (typeof value === 'object') throw new Error(`${variable.text} in ${place.where} is not text`);
    return String(value);
  }

  function required(variable: Variable, place: Place, inner: typeof deep): unknown {
    const value = ofVariable(variable, place, inner);
    if (value === undefined) throw new Error(`cannot resolve ${variable.text} in ${place.where}`);
    return value;
  }

  /** The first source that has a value; `undefined` when none has. */
  function ofVariable(variable: Variable, place: Place, inner: typeof deep): unknown {
    for (const source of variable.sources) {
      const value = ofSource(source, variable, place, inner);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  function ofSource(source: Source, variable: Variable, place: Place, inner: typeof deep): unknown {
    if ('literal' in source) return source.literal;
    if ('sources' in source) return ofVariable(source, place, inner);
    if ('unknown' in source) throw unknownForm(variable, place);
    const address = String(ofTemplate(source.address, place, deep));
    switch (source.type) {
      case 'self':
        return ofAddress(address, place, inner);
      case 'env':
        return Object.hasOwn(sources.env, address) ? sources.env[address] : undefined;
      case 'param':
        return ofParam(address, place, inner);
      case 'sls':
        if (address === 'stage') return sources.stage;
        throw unknownForm(variable, place);
      default:
        throw unknownForm(variable, place);
    }
  }

  function ofAddress(address: string, place: Place, inner: typeof deep): unknown {
    if (place.trail.includes(address)) throw new Error(`\${self:${address}} in ${place.where} refers to itself`);
    const next = { where: place.where, trail: [...place.trail, address] };
    let value = document;
    for (const key of address === '' ? [] : address.split('.')) {
      const holder = shallow(value, next);
      value =
        isRecord(holder) || Array.isArray(holder) ? Object.entries(holder).find(([k]) => k === key)?.[1] : undefined;
    }
    return value === null || value === undefined ? undefined : inner(value, next);
  }

  function ofParam(name: string, place: Place, inner: typeof deep): unknown {
    return (
      (sources.params && Object.hasOwn(sources.params, name) ? sources.params[name] : undefined) ??
      ofAddress(`params.${sources.stage}.${name}`, place, inner) ??
      ofAddress(`params.default.${name}`, place, inner)
    );
  }

  return {
    at: address => ofAddress(address, { where: address, trail: [] }, deep),
    resolve: (value, where) => deep(value, { where, trail: [] }),
    open: (value, where) => shallow(value, { where, trail: [] }),
  };
}

function parse(text: string, place: Place): Template {
  try {
    return parseTemplate(text);
  } catch (error) {
    throw new Error(`${(error as Error).message} in ${place.where}`);
  }
}

function unknownForm(variable: Variable, place: Place): Error {
  return new Error(`${variable.text} in ${place.where} is a form of variable that the embedded stack does not know`);
}

function inside(place: Place, key: string | number): Place {
  return { where: `${place.where}.${key}`, trail: place.trail };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
