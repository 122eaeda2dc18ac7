import { describe, expect, it } from 'vitest';
import { toResponse } from '../../../../local/gateway/response.ts';

function responseOf(result: unknown) {
  const { statusCode, headers, body } = toResponse(result);
  return { statusCode, headers, body: body.toString('latin1') };
}

describe('what a function returned', () => {
  it('is the response when it has a status', () => {
    expect(
      responseOf({ statusCode: 201, headers: { 'content-type': 'application/json', 'x-n': 3 }, body: '{}' }),
    ).toEqual({
      statusCode: 201,
      headers: [
        ['content-type', 'application/json'],
        ['x-n', '3'],
      ],
      body: '{}',
    });
  });

  it('is JSON with status 200 when it has none', () => {
    const headers = [['content-type', 'application/json']];
    expect(responseOf({ ok: true })).toEqual({ statusCode: 200, headers, body: '{"ok":true}' });
    expect(responseOf([1])).toEqual({ statusCode: 200, headers, body: '[1]' });
    expect(responseOf(null)).toEqual({ statusCode: 200, headers, body: 'null' });
    expect(responseOf('{"made":"by hand"}')).toEqual({ statusCode: 200, headers, body: '{"made":"by hand"}' });
  });

  it('sends each cookie as a header of its own', () => {
    expect(responseOf({ statusCode: 204, cookies: ['a=1; Path=/', 'b=2'] })).toEqual({
      statusCode: 204,
      headers: [
        ['set-cookie', 'a=1; Path=/'],
        ['set-cookie', 'b=2'],
      ],
      body: '',
    });
  });

  it('is decoded when it says that it is base64', () => {
    const result = { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'iVBO', isBase64Encoded: true };
    expect(responseOf(result).body).toBe('\x89PN');
  });

  it('is plain text when it names no type', () => {
    expect(responseOf({ statusCode: 200, body: 'hello' }).headers).toEqual([
      ['content-type', 'text/plain;charset=UTF-8'],
    ]);
  });

  it('has no say in headers of the connection', () => {
    expect(responseOf({ statusCode: 204, headers: { Connection: 'upgrade', 'Content-Length': '9' } }).headers).toEqual(
      [],
    );
  });

  it.each([
    [{ statusCode: 'many' }, 'statusCode "many" is not an HTTP status'],
    [{ statusCode: 99 }, 'statusCode 99 is not'],
    [{ statusCode: null }, 'statusCode null is not'],
    [{ statusCode: 200, body: { a: 1 } }, 'body is not a string'],
    [{ statusCode: 200, headers: ['a'] }, 'headers is not a map'],
    [{ statusCode: 200, headers: { a: ['b'] } }, 'header a is not text'],
    [{ statusCode: 200, headers: { a: 'b\r\nc: d' } }, 'Invalid character in header content'],
    [{ statusCode: 200, headers: { 'a b': 'c' } }, 'Header name must be a valid HTTP token'],
    [{ statusCode: 200, cookies: 'a=1' }, 'cookies is not a list'],
  ])('%j makes no response', (result, message) => {
    expect(() => toResponse(result)).toThrow(message);
  });
});
