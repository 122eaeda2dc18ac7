import { expect, it } from 'vitest';
import { run } from '../support/commands.ts';

/** Fifteen seconds of `npm run soak`; what it does for longer is the same. */
it('nothing acknowledged is lost while parts are killed and restarted under load', { timeout: 300_000 }, async () => {
  const command = run('tests/soak/main.ts', ['--seconds', '15']);
  const code = await command.ended;
  const printed = command.printed();
  expect(printed).toMatch(/\d+ requests, \d+ errors, 0 violations$/m);
  expect(printed).toMatch(/functions killed +│ +[1-9]/);
  expect(printed).toMatch(/restarted +│ +[1-9]/);
  expect(Number(/^(\d+) bookings acknowledged/m.exec(printed)?.[1])).toBeGreaterThan(0);
  expect(code).toBe(0);
});
