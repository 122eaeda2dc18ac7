import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Debian's Chromium. Where it is missing it is installed, or the suite fails and says why: it never passes without one. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends chromium';

export default (): void => {
  if (existsSync(CHROMIUM)) return;
  const advice = `install it (${INSTALL}), or say where one is: CHROMIUM=/path npm run test:browser`;
  if (process.env.CHROMIUM !== undefined) throw new Error(`there is no Chromium at ${CHROMIUM}`);
  if (process.getuid?.() !== 0) throw new Error(`there is no Chromium at ${CHROMIUM}: ${advice}`);
  console.log(`there is no Chromium at ${CHROMIUM}: ${INSTALL}`);
  const { status, stderr, error } = spawnSync('sh', ['-c', INSTALL], { encoding: 'utf8' });
  if (status === 0 && existsSync(CHROMIUM)) return;
  const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  throw new Error(`there is no Chromium at ${CHROMIUM}, and installing it failed (${why}): ${advice}`);
};
