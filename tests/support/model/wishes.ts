import fc from 'fast-check';
import type { Member } from './reference.ts';

/** What callers of the model wish for: mostly what can be had, and some of what cannot. */

const MINUTE = 60_000;
const iso = (at: number): string => new Date(at).toISOString();

const CAST: readonly { userId: string; usual: string }[] = [
  { userId: 'dr-one', usual: 'doctor' },
  { userId: 'dr-two', usual: 'doctor' },
  { userId: 'patient-one', usual: 'patient' },
  { userId: 'patient-two', usual: 'customer' },
  { userId: 'auth0|three', usual: 'patient' },
  { userId: 'four@example.org', usual: 'patient' },
];

export const anyUserId = fc.constantFrom(...CAST.map(({ userId }) => userId));

/** Who asks: somebody who takes part (which of them), anybody else, or nobody. */
export type Caller = { participant: number } | { userId: string | undefined };

export const anyCaller: fc.Arbitrary<Caller> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ participant: fc.nat({ max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ userId: anyUserId }) },
  { weight: 1, arbitrary: fc.constantFrom({ userId: 'a-stranger' }, { userId: undefined }) },
);

export const callerIn = (caller: Caller, people: readonly Member[] = []): string | undefined =>
  'userId' in caller ? caller.userId : (people[caller.participant % Math.max(1, people.length)]?.userId ?? 'dr-one');

const anyMember: fc.Arbitrary<Member> = fc
  .record({
    who: fc.constantFrom(...CAST),
    otherwise: fc.oneof(
      { weight: 36, arbitrary: fc.constant(undefined) },
      { weight: 5, arbitrary: fc.constantFrom(['doctor'], ['patient', 'ward-7'], ['customer', 'doctor']) },
      { weight: 1, arbitrary: fc.constantFrom(['ward-7'], []) },
    ),
    name: fc.constantFrom('Invented', 'Renamed'),
    language: fc.constantFrom(undefined, undefined, 'it', 'en', 'xx'),
  })
  .map(({ who, otherwise, name, language }) => ({
    userId: who.userId,
    groups: otherwise ?? [who.usual],
    fullName: `${name} ${who.userId}`,
    ...(language !== undefined && { language }),
  }));

/** One member, or one of whom something is missing. */
export const anyAddition: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 9, arbitrary: anyMember.map(member => ({ ...member })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyMember, fc.constantFrom('userId', 'groups', 'fullName'))
      .map(([member, missing]) => Object.fromEntries(Object.entries(member).filter(([key]) => key !== missing))),
  },
);

/** A doctor and somebody else, so that most lists can be had. */
const aUsualList = fc
  .tuple(
    anyMember.filter(({ groups }) => groups.includes('doctor')),
    fc.uniqueArray(anyMember, { minLength: 1, maxLength: 3, selector: ({ userId }) => userId }),
  )
  .map(([doctor, others]) => [doctor, ...others.filter(({ userId }) => userId !== doctor.userId)]);

const anyList = fc.oneof(
  { weight: 16, arbitrary: aUsualList },
  {
    weight: 2,
    arbitrary: fc.uniqueArray(anyMember, { minLength: 0, maxLength: 4, selector: ({ userId }) => userId }),
  },
  { weight: 1, arbitrary: fc.array(anyMember, { minLength: 2, maxLength: 3 }) },
);

export const anyParticipants: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc
      .tuple(anyList, fc.constantFrom(0, 0, 0, 0, 1, 2))
      .map(([data, missing]) => ({ number: data.length + missing, data })),
  },
  { weight: 1, arbitrary: anyList.map(data => ({ number: data.length - 1, data })) },
  // Needs a directory.
  { weight: 1, arbitrary: fc.constant(['dr-one', 'patient-one']) },
);

/** In minutes from the moment of the request. */
export interface Times {
  startsIn?: number | undefined;
  lasts?: number | undefined;
  endsBy: 'end' | 'duration' | 'both' | 'neither';
}

const startsIn = fc.constantFrom(-90, -5, 5, 12, 45, 300, 1500);
const lasts = fc.constantFrom(60, 60, 30, 5, 4, 0, -10, 1500);
const endsBy = fc.constantFrom<Times['endsBy'][]>(
  'end',
  'end',
  'end',
  'duration',
  'duration',
  'duration',
  'both',
  'neither',
);

export const bookedTimes: fc.Arbitrary<Times> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ startsIn, lasts: fc.constantFrom(60, 30, 90), endsBy: fc.constant('end' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ startsIn, lasts, endsBy }) },
);

/** For changes: each of them alone, or together. */
export const changedTimes: fc.Arbitrary<Times> = fc.record({
  startsIn: fc.option(startsIn, { nil: undefined }),
  lasts: fc.option(lasts, { nil: undefined }),
  endsBy,
});

export const timesBody = (now: number, wish: Times): Record<string, unknown> => {
  const start = wish.startsIn === undefined ? undefined : now + wish.startsIn * MINUTE;
  const { lasts = 60 } = wish;
  const ends = wish.lasts === undefined ? 'neither' : wish.endsBy;
  return {
    ...(start !== undefined && { start_date: iso(start) }),
    ...(['end', 'both'].includes(ends) && { end_date: iso((start ?? now) + lasts * MINUTE) }),
    // What is no duration at all is refused as such.
    ...(['duration', 'both'].includes(ends) && { duration_in_seconds: lasts * 60 }),
  };
};
