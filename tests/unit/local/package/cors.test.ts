import { describe, expect, it } from 'vitest';
import { corsOf } from '../../../../local/package/cors.ts';

const settings = { allowedMethods: ['GET'], allowedHeaders: ['a'], exposedResponseHeaders: ['b'], maxAge: 60 };

describe('origins for CORS', () => {
  it.each(['', ' ', ',', ' , '])('none are listed by "%s"', allowedOrigins => {
    expect(corsOf({ ...settings, allowedOrigins })).toBeUndefined();
  });

  it('are off where the manifest says nothing of them', () => {
    expect(corsOf(undefined)).toBeUndefined();
  });

  it('are a comma list, blanks do not count', () => {
    const allowedOrigins =
      ' https://a.example.com,https://b.example.com:8443 , http://localhost:5173,http://[::1]:3000';
    expect(corsOf({ ...settings, allowedOrigins })).toEqual({
      ...settings,
      allowedOrigins: [
        'https://a.example.com',
        'https://b.example.com:8443',
        'http://localhost:5173',
        'http://[::1]:3000',
      ],
    });
  });

  it.each([
    '*',
    'https://*',
    'https://*.example.com',
    'http://a.example.com',
    'http://localhost.example.com',
    'https://a.example.com/',
    'https://a.example.com/path',
    'https://a.example.com:443',
    'https://A.example.com',
    'https://user@a.example.com',
    'a.example.com',
    'null',
    'file://',
    'data:x',
  ])('are exactly what a browser sends, which "%s" is not', origin => {
    expect(() => corsOf({ ...settings, allowedOrigins: `https://fine.example.com,${origin}` })).toThrow(
      `CORS_ORIGINS: "${origin}" is not an origin such as https://app.example.com, without path or *`,
    );
  });
});
