import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStoredAs, type Plan, planChange } from '../../../../lib/domain/planning.ts';
import type { Participant, Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import type { UpdateRequest } from '../../../../lib/schemas/requests.ts';
import { aConfig } from '../../../support/configs.ts';
import { aScope } from '../../../support/scopes.ts';
import { anyCompleteRecord, anyOrderOf } from '../../../support/teleconsultations.ts';

const limited = aScope({ config: aConfig({ UNLIMITED_TELECONSULTATION: 'false' }) });

const listOf = (people: readonly Participant[]): UpdateRequest['participants'] => ({
  expected: people.length,
  data: people.map(({ externalId, groups, fullName, language }) => ({
    externalId,
    groups: [...groups],
    fullName: fullName ?? undefined,
    language: language ?? undefined,
  })),
  form: 'numbered list',
});

describe('a plan that equals what is stored', () => {
  const shuffled = anyCompleteRecord.chain(record =>
    fc.tuple(
      fc.constant(record),
      anyOrderOf(record.participants).chain(people =>
        fc.tuple(
          ...people.map(one =>
            fc.tuple(anyOrderOf(one.groups), fc.subarray([...one.groups])).map(([groups, again]) => ({
              ...one,
              groups: [...groups, ...again],
            })),
          ),
        ),
      ),
    ),
  );
  const planOf = (record: Teleconsultation, invitees: Plan['invitees'] = record.participants): Plan => ({
    startDate: record.startDate,
    endDate: record.endDate,
    expected: record.expected,
    invitees,
  });

  it('is one in any order of people and of groups, also with a group twice', () => {
    fc.assert(
      fc.property(shuffled, ([record, people]) => {
        expect(isStoredAs(planOf(record, people), record)).toBe(true);
      }),
    );
  });

  it('is one when the request repeats the record, whole or in parts', async () => {
    const repeats = shuffled.filter(([, people]) => people.every(one => one.fullName !== null));
    await fc.assert(
      fc.asyncProperty(repeats, fc.boolean(), async ([record, people], whole) => {
        const plus = people.some(one => one.groups.includes('doctor'));
        fc.pre(plus);
        const body: UpdateRequest = {
          participants: listOf(people),
          ...(whole && { start_date: record.startDate, end_date: record.endDate ?? undefined }),
        };
        expect(isStoredAs(await planChange(limited, record, body), record)).toBe(true);
        expect(isStoredAs(await planChange(limited, record, {}), record)).toBe(true);
      }),
    );
  });

  it('is none as soon as anything differs', () => {
    fc.assert(
      fc.property(shuffled, fc.nat(), ([record, people], pick) => {
        const at = pick % people.length;
        const withOne = (part: Partial<Participant>): Plan =>
          planOf(
            record,
            people.map((one, index) => (index === at ? { ...one, ...part } : one)),
          );
        const one = people[at];
        const plan = planOf(record, people);
        const different: Plan[] = [
          { ...plan, startDate: plan.startDate + 1 },
          { ...plan, endDate: (plan.endDate ?? 0) - 1 },
          { ...plan, endDate: null },
          { ...plan, expected: plan.expected + 1 },
          { ...plan, invitees: people.toSpliced(at, 1) },
          withOne({ externalId: `${one?.externalId} of somebody else` }),
          withOne({ fullName: `${one?.fullName}!` }),
          withOne({ language: one?.language === 'it' ? 'en' : 'it' }),
          withOne({ groups: [...(one?.groups ?? []), 'one more'] }),
          withOne({ groups: [] }),
        ];
        expect(different.map(other => isStoredAs(other, record))).toEqual(different.map(() => false));
      }),
    );
  });
});
