import { describe, expect, it } from 'vitest';
import { expectDocumented, undocumentedIn } from '../../support/documented.ts';

/** Answers that no test may let pass. */

const JSON_HEADERS = { 'content-type': 'application/json' };
const reply = (status: number, body: unknown, headers: Record<string, string> = JSON_HEADERS) => ({
  status,
  headers,
  text: body === undefined ? '' : JSON.stringify(body),
  body,
});
const asked = (method: string, url: string, ...rest: Parameters<typeof reply>) =>
  undocumentedIn({ method, url }, reply(...rest));

describe('an answer that is not documented is found out:', () => {
  it.each<[string, ReturnType<typeof asked>, string[]]>([
    [
      'a status',
      asked('GET', '/teleconsultation/1', 418, {}),
      ['GET /teleconsultation/{id} answered 418: the status is not documented'],
    ],
    [
      'a key that is missing',
      asked('POST', '/teleconsultation', 201, {}),
      ['POST /teleconsultation answered 201: body.roomId: Invalid input: expected string, received undefined'],
    ],
    [
      'a key too many, in one of two forms',
      asked('GET', '/api/v1/telecons-be/teleconsultation/1/status?x=1', 200, {
        status: 'ended',
        link: 'https://a.example',
      }),
      [expect.stringContaining('GET /teleconsultation/{id}/status answered 200: body')],
    ],
    [
      'a key too many, deep inside',
      asked('GET', '/settings/background-image', 200, {
        virtual_backgrounds: [{ background_alias: 'a', url: null, creation_date: null, owner: 'x' }],
      }),
      ['GET /settings/background-image answered 200: body.virtual_backgrounds.0: Unrecognized key: "owner"'],
    ],
    [
      'a body where there is none',
      asked('DELETE', '/teleconsultation/1', 204, { deleted: true }),
      ['DELETE /teleconsultation/{id} answered 204: a body where none is documented'],
    ],
    [
      'a content type',
      asked('POST', '/teleconsultation', 201, { roomId: 'a' }, { 'content-type': 'text/html; charset=utf-8' }),
      ['POST /teleconsultation answered 201: content type text/html is not documented'],
    ],
    [
      'a header',
      asked('DELETE', '/teleconsultation/1', 204, undefined, { 'x-request-id': '1', 'x-powered-by': 'something' }),
      ['DELETE /teleconsultation/{id} answered 204: header x-powered-by is not documented'],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('and fails the test that asked', () => {
    const wrong = reply(418, {});
    expect(() => expectDocumented({ method: 'GET', url: '/-/ready' }, wrong)).toThrow(
      'not as in docs/openapi.json:\nGET /-/ready answered 418: the status is not documented',
    );
  });
});

it('a documented one passes, and what is no route is nobody’s business', () => {
  const booked = reply(201, { roomId: '0'.repeat(24) }, { ...JSON_HEADERS, 'x-request-id': '1', date: 'now' });
  expect(expectDocumented({ method: 'POST', url: '/teleconsultation' }, booked)).toBe(booked);
  expect(asked('GET', '/elsewhere', 418, {})).toEqual([]);
  expect(asked('GET', '/teleconsultation/..', 404, { message: 'Not Found' })).toEqual([]);
});
