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
