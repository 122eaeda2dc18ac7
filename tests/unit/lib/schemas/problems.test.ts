import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ServiceError } from '../../../../lib/errors.ts';
import { type Place, parseOrRefuse } from '../../../../lib/schemas/problems.ts';
import { CreateRequest } from '../../../../lib/schemas/requests.ts';

const Thing = z.object(
  { count: z.number('must be a number'), names: z.array(z.string('must be a string')) },
  'must be an object',
);

const refusalOf = (schema: z.ZodMiniType, value: unknown, place: Place): ServiceError => {
  try {
    parseOrRefuse(schema, value, place);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('parsing a request', () => {
  it('gives the parsed value', () => {
    expect(parseOrRefuse(Thing, { count: 1, names: ['a'], more: true }, 'body')).toEqual({ count: 1, names: ['a'] });
  });

  it('is a 400 that names every field that is wrong, by where it came from', () => {
    expect(refusalOf(Thing, { count: 'x', names: ['a', 7] }, 'querystring')).toMatchObject({
      code: 'invalid_input',
      status: 400,
      message: 'querystring.count must be a number',
      details: [
        { path: 'querystring.count', message: 'must be a number' },
        { path: 'querystring.names.1', message: 'must be a string' },
      ],
    });
  });

  it.each(['body', 'querystring', 'params', 'headers'] as const)('names %s itself when the whole is wrong', place => {
    expect(refusalOf(Thing, [], place).details).toEqual([{ path: place, message: 'must be an object' }]);
  });

  it('never repeats a value that was sent', () => {
    const secret = 'Mr Ugo Bianchi-Example';
    const body = {
      participants: {
        number: secret,
        data: [{ userId: `${secret}\n`, groups: { [secret]: 1 }, fullName: [secret] }, secret],
      },
      start_date: secret,
      end_date: [secret],
      duration_in_seconds: secret,
    };
    const { message, details = [] } = refusalOf(CreateRequest, body, 'body');
    expect(details.length).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify({ message, details })).not.toContain('Bianchi');
  });
});
