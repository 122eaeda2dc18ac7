import httpJsonBodyParser from '@middy/http-json-body-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainJsonIn } from '../../../../lib/http/plain-json.ts';

const sent = (body: string, contentType = 'application/json', isBase64Encoded = false) => ({
  headers: { 'content-type': contentType },
  body,
  isBase64Encoded,
});

/** What the stack's parser makes of it. */
const parsed = (event: ReturnType<typeof sent>): unknown => {
  const request = { event: { ...event } };
  httpJsonBodyParser().before?.(request as never);
  return request.event.body;
};

describe('a body of the usual type', () => {
  it('has the value that the parser gives', () => {
    fc.assert(
      fc.property(fc.json(), body => {
        const value = plainJsonIn(sent(body));
        fc.pre(value !== undefined);
        expect(value).toEqual(parsed(sent(body)));
      }),
    );
  });

  it('may name a character set, and be null', () => {
    expect(plainJsonIn(sent('{"a":[1]}', 'Application/JSON; charset=utf-8'))).toEqual({ a: [1] });
    expect(plainJsonIn(sent('null'))).toBeNull();
  });
});

describe('what is left to the parser', () => {
  it.each([
    ['a key that would become a prototype', sent('{"a":{"__proto__":{}}}')],
    ['one that leads to a prototype', sent('{"constructor":{"prototype":{}}}')],
    ['one that is written with escapes', sent('{"\\u005f_proto__":{}}')],
    ['what is no JSON', sent('{"a":')],
    ['no text at all', sent('')],
    ['another type', sent('{}', 'application/jsonp')],
    ['a type that only holds the usual one', sent('{}', 'text/plain; application/json')],
    ['base64', sent(Buffer.from('{}').toString('base64'), 'application/json', true)],
    ['digits that are base64', sent('1234', 'application/json', true)],
  ])('%s', (_, event) => {
    expect(plainJsonIn(event)).toBeUndefined();
  });

  it('a body without a type', () => {
    expect(plainJsonIn({ headers: {}, body: '{}', isBase64Encoded: false })).toBeUndefined();
  });

  it.each(['{"a":{"__proto__":{}}}', '{"constructor":{"prototype":{}}}', '{"\\u005f_proto__":{}}'])(
    '%s, which it refuses',
    body => {
      expect(() => parsed(sent(body))).toThrow('Forbidden key');
    },
  );
});
