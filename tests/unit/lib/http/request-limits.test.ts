import { describe, expect, it } from 'vitest';
import { refuseOversized } from '../../../../lib/http/request-limits.ts';

const verdict = (parts: Partial<Parameters<typeof refuseOversized>[0]>): string => {
  try {
    refuseOversized({ headers: {}, rawPath: '/', rawQueryString: '', ...parts });
    return 'taken';
  } catch (error) {
    const { status, message } = error as { status: number; message: string };
    return `${status} ${message}`;
  }
};

const numbered = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, '']));

describe('a request', () => {
  it('may have 100 headers, its cookies among them as one', () => {
    expect(verdict({ headers: numbered(100) })).toBe('taken');
    expect(verdict({ headers: numbered(101) })).toBe('431 there are more than 100 headers');
    expect(verdict({ headers: numbered(100), cookies: ['a=1', 'b=2'] })).toBe('431 there are more than 100 headers');
  });

  it('may have headers of 8192 characters each', () => {
    expect(verdict({ headers: { a: 'x'.repeat(8192), b: 'x'.repeat(8192) } })).toBe('taken');
    expect(verdict({ headers: { a: 'x'.repeat(8193) } })).toBe('431 a header is longer than 8192 characters');
    expect(verdict({ cookies: ['a'.repeat(5000), 'b'.repeat(5000)] })).toBe(
      '431 a header is longer than 8192 characters',
    );
  });

  it('may have a path and a query of 2048 characters', () => {
    expect(verdict({ rawPath: 'x'.repeat(2048), rawQueryString: 'x'.repeat(2048) })).toBe('taken');
    expect(verdict({ rawPath: 'x'.repeat(2049) })).toBe('414 the path is longer than 2048 characters');
    expect(verdict({ rawQueryString: 'x'.repeat(2049) })).toBe('414 the query is longer than 2048 characters');
  });

  it('may have 32 parameters in its query', () => {
    expect(verdict({ queryStringParameters: numbered(32) })).toBe('taken');
    expect(verdict({ queryStringParameters: numbered(33) })).toBe('414 the query has more than 32 parameters');
  });
});
