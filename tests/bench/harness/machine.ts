/** Where figures come from, as docs/performance.md says it. */
import { cpus, loadavg, release, totalmem } from 'node:os';

export const machine = (): string => {
  const all = cpus();
  const gigabytes = (totalmem() / 1024 ** 3).toFixed(0);
  const [load = 0] = loadavg();
  return (
    `${all.length} CPUs (${all[0]?.model ?? 'unknown'}), ${gigabytes} GB, ${process.platform} ${release()} ${process.arch}, ` +
    `Node ${process.versions.node}; load at the beginning ${load.toFixed(1)}`
  );
};
