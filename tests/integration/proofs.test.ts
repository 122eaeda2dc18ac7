import { expect, it } from 'vitest';
import { run } from '../support/commands.ts';

/** The commands of the longer proofs, for as short as they can be: what they do for longer is tested in this process. */
it.each([
  ['tests/fuzz/main.ts', ['--seconds', '2', '--seed', '1'], /^\d+ inputs over \d+ routes, seed 1$/m],
  ['tests/model/main.ts', ['--runs', '1', '--seed', '1'], /^1 histories, \d+ requests, 0 disagreements \(seed 1\)$/m],
])('%s says what it did', async (program, args, said) => {
  const command = run(program, args);
  expect(await command.ended).toBe(0);
  expect(command.printed()).toMatch(said);
});
