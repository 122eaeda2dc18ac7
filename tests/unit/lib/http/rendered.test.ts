import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesIn, structureIn } from '../../../../lib/http/rendered.ts';
import { renderClaims } from '../../../../local/tokens/render.ts';

describe('a claim that was a list or an object', () => {
  it.each([
    ['[doctor admin]', ['doctor', 'admin']],
    ['[doctor]', ['doctor']],
    ['[]', []],
    ['[true]', [true]],
    ['[null]', [null]],
    ['[false true]', ['false', 'true']],
    ['[nurse]', ['nurse']],
    ['[map]', ['map']],
    ['["doctor","head doctor"]', ['doctor', 'head doctor']],
    ['[doctor, admin]', ['doctor', 'admin']],
    ['[auth0|7 eu:west https://a.example/b]', ['auth0|7', 'eu:west', 'https://a.example/b']],
    ['map[]', {}],
    ['map[id:auth0|7]', { id: 'auth0|7' }],
    ['map[roles:[doctor offline_access]]', { roles: ['doctor', 'offline_access'] }],
    ['{"roles":["doctor","offline_access"]}', { roles: ['doctor', 'offline_access'] }],
    [
      'map[account:map[roles:[manage-account view-profile]] clinic:map[roles:[doctor]]]',
      { account: { roles: ['manage-account', 'view-profile'] }, clinic: { roles: ['doctor'] } },
    ],
  ])('is read from %s', (text, value) => {
    expect(structureIn(text)).toEqual(value);
  });

  it.each([
    ['a text', 'doctor'],
    ['a text with an end of a list', 'doctor]'],
    ['a list without an end', '[doctor'],
    ['more than a list', '[doctor] admin'],
    ['an object without an end', 'map[roles:[doctor]'],
    ['a value with a blank, whose rest could be a key', 'map[name:Ada Example roles:[patient]]'],
    ['a text beside a key that may be a part of it', 'map[name:x roles:[doctor]]'],
    ['the same the other way round', 'map[a:[doctor] note:x]'],
    ['the same further inside', 'map[clinic:map[name:x roles:[doctor]]]'],
    ['a text that pretends to be a key', 'map[name:x roles:[doctor] z:y roles:[patient]]'],
    ['a value that pretends to open an object', 'map[name:map[x roles:[doctor]]]'],
    ['nesting without end', `${'['.repeat(5000)}`],
    ['deeper nesting than claims have', `${'['.repeat(9)}a${']'.repeat(9)}`],
    ['JSON that is no structure', '"[doctor]"'],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(structureIn(text)).toBeUndefined();
  });

  it('is what it was before it was written, for names that can be told apart', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_|.@/-]{1,12}$/).filter(text => !/^-?\d/.test(text));
    const key = fc.stringMatching(/^[a-z_]{1,8}$/).filter(text => text !== '__proto__');
    const claim = fc.oneof(
      fc.array(name, { minLength: 2 }),
      fc.dictionary(key, fc.array(name, { minLength: 2 })),
      fc.dictionary(key, fc.dictionary(key, name, { maxKeys: 1 })),
    );
    fc.assert(
      fc.property(claim, value => {
        expect(structureIn(renderClaims({ claim: value }).claim ?? '')).toEqual(value);
      }),
    );
  });

  it('is never an exception, whatever stands there', () => {
    const parts = fc.array(fc.constantFrom('[', ']', 'map[', ':', ' ', ',', 'a', '{', '}', '"', '__proto__'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(parts, list => {
        expect(['object', 'undefined']).toContain(typeof structureIn(list.join('')));
      }),
    );
  });
});

it('JSON is what JSON says, however it is set', () => {
  const structure = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(structure, fc.constantFrom('', ' ', '\n\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(structureIn(text)).toEqual(JSON.parse(text));
    }),
  );
});

describe('the names in a claim', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['doctor', ['doctor']],
    ['openid profile  teleconsultation:manage', ['openid', 'profile', 'teleconsultation:manage']],
    ['doctor,admin', ['doctor', 'admin']],
    ['[doctor admin]', ['doctor', 'admin']],
    ['["doctor","head doctor"]', ['doctor', 'head doctor']],
    [['doctor', '', 7], ['doctor']],
    ['map[doctor:true]', []],
    ['{"doctor":true}', []],
    ['[doctor [admin]]', ['doctor']],
    ['[doctor', []],
    [7, []],
  ])('%j are %j', (claim, names) => {
    expect(namesIn(claim)).toEqual(names);
  });
});
