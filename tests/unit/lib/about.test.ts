import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { about } from '../../../lib/about.ts';

it('what the status routes call this build is what package.json calls it', () => {
  const card = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(about).toEqual({ name: card.name, version: card.version });
});
