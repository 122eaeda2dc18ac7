import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHmacSha256 } from '../../../lib/hmac.ts';

const byNode = (key: string | Uint8Array, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');

describe('HMAC-SHA256', () => {
  it.each([
    // RFC 4231, 4.2, 4.3, 4.7 (a key longer than a block) and 4.8 (a long key, a long text).
    [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    ['Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      Buffer.alloc(131, 0xaa),
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('is what the standard says (%#)', (key, text, digest) => {
    expect(createHmacSha256(key)(text)).toBe(digest);
  });

  it('is what Node makes of any key and any texts, one after the other', () => {
    const unit = fc.constantFrom('a', '\0', 'è', '€', '\u{1f469}', '\ud800');
    const keys = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit, maxLength: 40 }));
    const texts = fc.array(fc.string({ unit, maxLength: 40 }), { maxLength: 3 });
    fc.assert(
      fc.property(keys, texts, (key, list) => {
        const hmac = createHmacSha256(key);
        expect(list.map(hmac)).toEqual(list.map(text => byNode(key, text)));
      }),
    );
  });

  it.each([0, 1, 511, 512, 513, 5000])('is what Node makes of a text of %i characters, of whatever size', length => {
    const hmac = createHmacSha256('a key');
    for (const character of ['a', 'è', '€', '\ud800']) {
      const text = character.repeat(length);
      expect(hmac(text)).toBe(byNode('a key', text));
    }
  });
});
