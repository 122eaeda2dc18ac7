/** What the doctor says: one thing that was looked at, how it is, and in words what to do about it. */

/**
 * - `well`: as it should be
 * - `wrong`: has to be put right
 * - `note`: is so for a reason that should be known
 * - `unseen`: could not be looked at from here
 */
export type Outcome = 'well' | 'wrong' | 'note' | 'unseen';

export interface Finding {
  what: string;
  outcome: Outcome;
  words: string;
}

export const well = (what: string, words: string): Finding => ({ what, outcome: 'well', words });
export const wrong = (what: string, words: string): Finding => ({ what, outcome: 'wrong', words });
export const note = (what: string, words: string): Finding => ({ what, outcome: 'note', words });
export const unseen = (what: string, words: string): Finding => ({ what, outcome: 'unseen', words });

const WIDTH = 14;

/** A line for each, and one that sums them up. */
export const described = (findings: readonly Finding[]): string[] => {
  const lines = findings.map(({ what, outcome, words }) => `  ${outcome.padEnd(7)} ${what.padEnd(WIDTH)} ${words}`);
  const count = (outcome: Outcome): number => findings.filter(one => one.outcome === outcome).length;
  const unknown = count('unseen') === 0 ? '' : `; ${count('unseen')} could not be looked at`;
  const bad = count('wrong');
  return [...lines, `${bad === 0 ? 'nothing is wrong' : `${bad} to put right`}${unknown}`];
};
