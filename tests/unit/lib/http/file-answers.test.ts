import { expect, it } from 'vitest';
import { file, redirect, SECURITY_HEADERS, toResponse } from '../../../../lib/http/answers.ts';

it('a file is base64, with its type, to be kept', () => {
  expect(toResponse(file(Buffer.from([0, 255, 34]), 'application/zip'), 'r-1')).toEqual({
    statusCode: 200,
    headers: {
      ...SECURITY_HEADERS,
      'x-request-id': 'r-1',
      'content-type': 'application/zip',
      'content-disposition': 'attachment',
    },
    body: 'AP8i',
    isBase64Encoded: true,
  });
});

it('the largest file that is passed through fits into what Lambda returns, whatever is in it', () => {
  const response = toResponse(file(Buffer.alloc(4 * 1024 * 1024, '"'), 'application/json'), 'r'.repeat(64));
  expect(Buffer.byteLength(JSON.stringify(response))).toBeLessThan(6 * 1024 * 1024);
});

it('a redirect has the address in its headers and nothing else to say', () => {
  expect(toResponse(redirect('https://files.bandyer.com/x'), 'r-2')).toEqual({
    statusCode: 302,
    headers: { ...SECURITY_HEADERS, 'x-request-id': 'r-2', location: 'https://files.bandyer.com/x' },
  });
});
