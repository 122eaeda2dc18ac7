import { expect, it } from 'vitest';
import { inertContentType } from '../../../../lib/http/content-type.ts';

it.each([
  ['application/json', 'application/json'],
  [' Application/JSON ; charset=UTF-8 ', 'application/json; charset=utf-8'],
  ['application/ld+json', 'application/ld+json'],
  ['text/plain;charset="utf-8";format=flowed', 'text/plain; charset=utf-8'],
  ['text/csv; charset=windows-1252', 'text/csv; charset=windows-1252'],
  ['application/x-subrip', 'application/x-subrip'],
])('%j passes as %j', (sent, told) => {
  expect(inertContentType(sent)).toBe(told);
});

it.each([
  null,
  '',
  'text',
  'text/html',
  'TEXT/HTML',
  'text/xml',
  'application/xml',
  'application/xhtml+xml',
  'image/svg+xml',
  'application/javascript',
  'text/html+json',
  'application/html/+json',
  'text/plain\r\nset-cookie: a=b',
  'application/json,text/html',
  'binary/octet-stream',
])('%j is plain bytes', sent => {
  expect(inertContentType(sent)).toBe('application/octet-stream');
});

it.each(['utf-7', 'utf-8\r\nx: y', 'x'.repeat(1000), ''])('the charset %j is left out', charset => {
  expect(inertContentType(`text/plain; charset=${charset}`)).toBe('text/plain');
});
