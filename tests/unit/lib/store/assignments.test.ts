import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignments } from '../../../../lib/store/assignments.ts';

describe('the attributes that a write owns', () => {
  it('are set, each under a placeholder of its own, whatever they hold', () => {
    expect(assignments({ first: 1, second: null, third: '', fourth: [] })).toEqual({
      expression: 'SET #first = :first, #second = :second, #third = :third, #fourth = :fourth',
      names: { '#first': 'first', '#second': 'second', '#third': 'third', '#fourth': 'fourth' },
      values: { ':first': 1, ':second': null, ':third': '', ':fourth': [] },
    });
  });

  it('are removed where they hold nothing', () => {
    expect(assignments({ gone: undefined, kept: 1, lost: undefined })).toEqual({
      expression: 'SET #kept = :kept REMOVE #gone, #lost',
      names: { '#gone': 'gone', '#kept': 'kept', '#lost': 'lost' },
      values: { ':kept': 1 },
    });
  });

  it('do not remember what an earlier write had in them', () => {
    assignments({ kept: 1, more: 2 });
    expect(assignments({ kept: 3 })).toEqual({
      expression: 'SET #kept = :kept',
      names: { '#kept': 'kept' },
      values: { ':kept': 3 },
    });
  });
});

it('names, assigns and removes each attribute, whatever was written before', () => {
  const attribute = fc.constantFrom('id', 'state', 'room', 'workShard', 'workDue', '_');
  const content = fc.constantFrom<unknown>(undefined, null, 0, '', 'a', ['b'], { c: 1 });
  const writes = fc.array(fc.dictionary(attribute, content, { minKeys: 1 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(writes, list => {
      for (const owned of list) {
        const all = Object.keys(owned);
        const kept = all.filter(name => owned[name] !== undefined);
        const gone = all.filter(name => owned[name] === undefined);
        const removed = gone.length === 0 ? '' : ` REMOVE ${gone.map(name => `#${name}`).join(', ')}`;
        expect(assignments(owned)).toStrictEqual({
          expression: `SET ${kept.map(name => `#${name} = :${name}`).join(', ')}${removed}`,
          names: Object.fromEntries(all.map(name => [`#${name}`, name])),
          values: Object.fromEntries(kept.map(name => [`:${name}`, owned[name]])),
        });
      }
    }),
  );
});
