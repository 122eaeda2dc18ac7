import { describe, expect, it } from 'vitest';
import { isListedOrigin, isUsableLink } from '../../../../lib/kaleyra/origins.ts';

const listed = (url: string, ...origins: string[]) => isListedOrigin(new URL(url), origins);

describe('a listed origin', () => {
  it.each([
    ['https://eu.bandyer.com/x', true],
    ['https://sandbox.eu.bandyer.com', true],
    ['https://EU.BANDYER.COM', true],
    ['https://bandyer.com', false],
    ['https://evilbandyer.com', false],
    ['https://bandyer.com.evil.example', false],
    ['https://bandyer.com@evil.example', false],
    ['http://eu.bandyer.com', false],
    ['https://eu.bandyer.com:8443', false],
  ])('with a star takes hosts below it alone: %s is %s', (url, expected) => {
    expect(listed(url, 'https://*.bandyer.com')).toBe(expected);
  });

  it.each([
    ['http://127.0.0.1:3001/a', true],
    ['http://127.0.0.1:3002/a', false],
    ['http://127.0.0.1/a', false],
    ['https://127.0.0.1:3001/a', false],
    ['http://127.0.0.1:30010/a', false],
    ['http://129.0.0.1:3001/a', false],
  ])('without a star is scheme, host and port: %s is %s', (url, expected) => {
    expect(listed(url, 'https://*.bandyer.com', 'http://127.0.0.1:3001')).toBe(expected);
  });

  it('with a star and a port takes that port', () => {
    expect(listed('https://eu.video.example:8443', 'https://*.video.example:8443')).toBe(true);
    expect(listed('https://eu.video.example', 'https://*.video.example:8443')).toBe(false);
  });

  it('is none where none is listed, or what is listed is no address', () => {
    expect(listed('https://eu.bandyer.com')).toBe(false);
    expect(listed('https://eu.bandyer.com', '', 'bandyer.com', '*.bandyer.com', 'https://')).toBe(false);
  });
});

describe('a link that may be handed out', () => {
  it.each([
    ['https://anywhere.example/eu/direct-rest-call-handler/abc', true],
    ['https://anywhere.example', true],
    ['http://127.0.0.1:3001/abc', true],
    ['http://anywhere.example/abc', false],
    ['https://user@anywhere.example/abc', false],
    ['https://:word@anywhere.example/abc', false],
    ['http://user:word@127.0.0.1:3001/abc', false],
    ['javascript:alert(1)', false],
    ['data:text/html,hello', false],
    ['blob:https://anywhere.example/abc', false],
    ['file:///etc/hosts', false],
    ['ftp://127.0.0.1:3001/abc', false],
    ['//anywhere.example/abc', false],
    ['/eu/direct-rest-call-handler/abc', false],
    ['anywhere.example/abc', false],
    ['', false],
  ])('%j: %s', (link, expected) => {
    expect(isUsableLink(link, ['http://127.0.0.1:3001'])).toBe(expected);
  });
});
