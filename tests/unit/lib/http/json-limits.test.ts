import { describe, expect, it } from 'vitest';
import { refuseHeavyJson } from '../../../../lib/http/json-limits.ts';

const verdict = (body: string, isBase64Encoded = false): string => {
  try {
    refuseHeavyJson({ body: isBase64Encoded ? Buffer.from(body).toString('base64') : body, isBase64Encoded });
    return 'taken';
  } catch (error) {
    const { status, message } = error as { status: number; message: string };
    return `${status} ${message}`;
  }
};

const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);
const many = (values: number) => `[${Array.from({ length: values - 1 }, () => 0).join(',')}]`;

describe('a JSON body', () => {
  it.each([false, true])('may have 256 KB, counted in bytes and not in characters; base64: %s', base64 => {
    const size = 256 * 1024;
    expect(verdict(`"${'x'.repeat(size - 2)}"`, base64)).toBe('taken');
    expect(verdict(`"${'x'.repeat(size - 1)}"`, base64)).toBe('413 a JSON body may have at most 262144 bytes');
    expect(verdict(`"${'è'.repeat(size / 2)}"`, base64)).toBe('413 a JSON body may have at most 262144 bytes');
  });

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('may be 32 levels of %s deep', (_, open, close) => {
    expect(verdict(nested(32, open, close))).toBe('taken');
    expect(verdict(nested(33, open, close))).toBe('400 body must not be nested deeper than 32 levels');
  });

  it('counts levels that are open, not brackets that there are', () => {
    expect(verdict(`[${Array.from({ length: 40 }, () => '[[]]').join(',')}]`)).toBe('taken');
  });

  it('may hold 5000 values, itself among them', () => {
    expect(verdict(many(5000))).toBe('taken');
    expect(verdict(many(5001))).toBe('400 body must not hold more than 5000 values');
  });

  it('counts nothing that stands in a text, whatever is escaped in it', () => {
    expect(verdict(JSON.stringify({ text: `${nested(40)}${',,'.repeat(5000)}` }))).toBe('taken');
    expect(verdict(`["\\\\"${',"\\""'.repeat(4000)}]`)).toBe('taken');
    expect(verdict(`"\\\\" ${nested(33)}`)).toBe('400 body must not be nested deeper than 32 levels');
  });

  it('leaves it to the parser to say what is no JSON', () => {
    expect([verdict(']]]]'), verdict('"never closed'), verdict('\\')]).toEqual(['taken', 'taken', 'taken']);
  });
});
