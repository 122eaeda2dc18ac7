import { describe, expect, it } from 'vitest';
import { createLoggedPath } from '../../../../local/gateway/logged-path.ts';
import type { Manifest } from '../../../../local/manifest.ts';

const functions = {
  open: { key: 'open', routes: [{ method: 'GET', path: '/teleconsultation/{id}/uploads' }] },
} as unknown as Manifest['functions'];

describe('a path in the log', () => {
  const shown = createLoggedPath(functions);

  it.each([
    ['/teleconsultation/0123456789abcdef01234567/uploads', '/teleconsultation/0123456789abcdef01234567/uploads'],
    ['/teleconsultation/Ada-Rossi-Example/uploads', '/teleconsultation/*/uploads'],
    ['/auth0%7Cdr-rossi', '/*'],
    ['/_local/invoke/open', '/_local/invoke/open'],
    ['/', '/'],
  ])('%s is %s', (path, logged) => {
    expect(shown(path)).toBe(logged);
  });

  it('has an end', () => {
    expect(shown('/a'.repeat(5000))).toBe(`${'/*'.repeat(11)}`);
  });
});
