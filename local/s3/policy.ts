/** The policy of a form: what may be posted, how large, and until when. */
import { denied, malformedPost, S3Error } from './errors.ts';

interface Policy {
  readonly expiration: string;
  readonly conditions: readonly unknown[];
}

/** Not to be named by a condition: they carry the policy itself, or the file. */
const UNCONDITIONED = new Set(['policy', 'x-amz-signature', 'file']);

function parsePolicy(base64: string): Policy {
  try {
    const policy = JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as Partial<Policy>;
    if (typeof policy.expiration === 'string' && Array.isArray(policy.conditions)) return policy as Policy;
  } catch {
    // Said below: whatever it is, it is no policy.
  }
  throw new S3Error(400, 'InvalidPolicyDocument', 'Invalid Policy: it must be JSON with expiration and conditions.');
}

/** `{ "key": "x" }` is short for `["eq", "$key", "x"]`. */
function inLongForm(condition: unknown): readonly unknown[] {
  if (Array.isArray(condition)) return condition;
  return Object.entries(condition ?? {}).flatMap(([name, value]) => ['eq', `$${name}`, value]);
}

/** @returns the name of the field that it is about; undefined for the one about the size */
function check(condition: unknown, fields: ReadonlyMap<string, string>, size: number): string | undefined {
  const [operator, first, second] = inLongForm(condition);
  if (operator === 'content-length-range') {
    if (size > Number(second)) {
      throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    }
    if (size < Number(first)) {
      throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return undefined;
  }
  const name = String(first).slice(1).toLowerCase();
  const sent = fields.get(name);
  const holds = operator === 'eq' ? sent === second : operator === 'starts-with' && sent?.startsWith(String(second));
  if (!holds) throw denied(`Invalid according to Policy: Policy Condition failed: ${JSON.stringify(condition)}`);
  return name;
}

/**
 * @param fields by their names in lower case, the bucket that was addressed among them
 * @param size of the file, in bytes
 * @throws S3Error for the first thing that the policy does not allow
 */
export function enforcePolicy(fields: ReadonlyMap<string, string>, size: number, now: number): void {
  const base64 = fields.get('policy');
  if (base64 === undefined) throw malformedPost('the form has no policy');
  const { expiration, conditions } = parsePolicy(base64);
  if (!(Date.parse(expiration) > now)) throw denied('Invalid according to Policy: Policy expired.');
  const named = new Set(conditions.map(condition => check(condition, fields, size)));
  const extra = [...fields.keys()].filter(
    name => !named.has(name) && !UNCONDITIONED.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra.length > 0) throw denied(`Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
}
