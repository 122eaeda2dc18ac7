import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Gateway, type GatewayOptions, type Handler, startGateway } from '../../../../local/gateway/index.ts';
import type { Schedule } from '../../../../local/manifest.ts';
import { aManifest } from './manifests.ts';

const opened: Gateway[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map(gateway => gateway.close()));
});

async function scheduled(
  handler: Handler,
  schedule: Partial<Schedule> = {},
  options: Partial<GatewayOptions> = {},
  timeoutMs = 5_000,
): Promise<Gateway> {
  const manifest = aManifest(
    { job: [] },
    { job: { timeoutMs, schedules: [{ rateMs: 40, enabled: true, ...schedule }] } },
  );
  const gateway = await startGateway({
    port: 0,
    manifest,
    handlerFor: async () => handler,
    runSchedules: true,
    ...options,
  });
  opened.push(gateway);
  return gateway;
}

describe('a scheduled function', () => {
  it('runs at its rate, the first time after one interval', async () => {
    const runs: number[] = [];
    const begun = performance.now();
    await scheduled(async () => runs.push(performance.now() - begun));
    await expect.poll(() => runs.length).toBeGreaterThanOrEqual(3);
    expect(runs[0]).toBeGreaterThanOrEqual(35);
    expect(runs[2]).toBeGreaterThanOrEqual(110);
  });

  it('gets an event of EventBridge, or the input that the manifest names', async () => {
    const events: unknown[] = [];
    await scheduled(async event => events.push(event));
    await expect
      .poll(() => events[0])
      .toMatchObject({
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        detail: {},
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
    const inputs: unknown[] = [];
    await scheduled(async event => inputs.push(event), { input: { dryRun: true } });
    await expect.poll(() => inputs[0]).toEqual({ dryRun: true });
  });

  it('never runs twice at once, not even beyond its time', async () => {
    const lines: string[] = [];
    let running = 0;
    let most = 0;
    let runs = 0;
    const handler: Handler = async () => {
      runs += 1;
      running += 1;
      most = Math.max(most, running);
      await wait(130);
      running -= 1;
    };
    await scheduled(handler, { rateMs: 20 }, { log: line => lines.push(line) }, 50);
    await expect.poll(() => runs, { timeout: 3_000 }).toBeGreaterThanOrEqual(3);
    expect(most).toBe(1);
    expect(lines).toContain('job is still running: this run of its schedule is left out');
    expect(lines.some(line => line.startsWith('job failed: FunctionTimeout'))).toBe(true);
  });

  it('runs again after a failure', async () => {
    const lines: string[] = [];
    await scheduled(() => Promise.reject(new Error('out of ink')), {}, { log: line => lines.push(line) });
    await expect.poll(() => lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.every(line => line.startsWith('job failed: Error: out of ink'))).toBe(true);
  });

  it('does not run when its interval is longer than a timer can hold, nor when it is off, nor unasked, nor after the end', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const runs: string[] = [];
    const noting =
      (name: string): Handler =>
      async () =>
        runs.push(name);
    await scheduled(noting('long'), { rateMs: 30 * 86_400_000 });
    await scheduled(noting('off'), { enabled: false });
    await scheduled(noting('unasked'), {}, { runSchedules: false });
    const ended = await scheduled(noting('ended'));
    await ended.close();
    await wait(120);
    expect(runs).toEqual([]);
    expect(warnings).toEqual([]);
  });
});
