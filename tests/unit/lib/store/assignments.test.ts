import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomIds } from '../../../../lib/clock.ts';
import { assignments } from '../../../../lib/store/assignments.ts';

/** Attributes that no write has named before: what was made once is kept. */
const fresh = (): [string, string, string] => [randomIds.recordId(), randomIds.recordId(), randomIds.recordId()];

describe('the attributes that a write owns', () => {
  it('are set, each under a placeholder of its own, whatever they hold', () => {
    const [first, second, third] = fresh();
    expect(assignments({ [first]: 1, [second]: null, [third]: '' })).toEqual({
      expression: `SET #${first} = :${first}, #${second} = :${second}, #${third} = :${third}`,
      names: { [`#${first}`]: first, [`#${second}`]: second, [`#${third}`]: third },
      values: { [`:${first}`]: 1, [`:${second}`]: null, [`:${third}`]: '' },
    });
  });

  it('are removed where they hold nothing', () => {
    const [gone, kept, lost] = fresh();
    expect(assignments({ [gone]: undefined, [kept]: 1, [lost]: undefined })).toEqual({
      expression: `SET #${kept} = :${kept} REMOVE #${gone}, #${lost}`,
      names: { [`#${gone}`]: gone, [`#${kept}`]: kept, [`#${lost}`]: lost },
      values: { [`:${kept}`]: 1 },
    });
  });

  it('are written by what they hold now, not by what an earlier write had in them', () => {
    const [kept, more] = fresh();
    assignments({ [kept]: 1, [more]: 2 });
    expect(assignments({ [kept]: 3 })).toEqual({
      expression: `SET #${kept} = :${kept}`,
      names: { [`#${kept}`]: kept },
      values: { [`:${kept}`]: 3 },
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
