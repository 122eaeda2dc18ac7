import { expect, it, onTestFinished, vi } from 'vitest';
import { applyEnvironment } from '../../../local/process-environment.ts';

it('is put back once, so that a later stack keeps its own', () => {
  vi.stubEnv('CLINIC', 'mine');
  onTestFinished(() => void vi.unstubAllEnvs());
  const restoreFirst = applyEnvironment({ CLINIC: 'first' });
  expect(process.env.CLINIC).toBe('first');
  restoreFirst();
  expect(process.env.CLINIC).toBe('mine');
  const restoreSecond = applyEnvironment({ CLINIC: 'second' });
  restoreFirst();
  expect(process.env.CLINIC).toBe('second');
  restoreSecond();
});
