import { mkdirSync } from 'node:fs';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type FrameLocator,
  type Locator,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type RunningStack, startRunningStack } from '../../support/running-stack.ts';
import { CHROMIUM } from './chromium.ts';

/** A stack of its own per test file, as `npm start` brings it up, and a browser before it. */

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-quic',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
];

/** Below a folder that git ignores. */
const PICTURES = '.data/screenshots';

/** Also on a machine that is busy with other things. */
const PATIENCE_MS = 30_000;

interface World {
  stack(): RunningStack;
  /** A new visitor at the page; fails the test for whatever the browser complains about or asks of another machine. */
  visit(options?: BrowserContextOptions): Promise<Page>;
}

export function openWorld(args: string[] = [], env: Record<string, string> = {}): World {
  let stack: RunningStack | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    stack = await startRunningStack(args, { LOG_LEVEL: 'warn', ...env });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });
  const started = (): RunningStack => {
    if (stack === undefined) throw new Error('the stack has not been started');
    return stack;
  };
  return {
    stack: started,
    visit: async (options = {}) => {
      const context = await browser?.newContext({
        viewport: { width: 1280, height: 900 },
        locale: 'en-GB',
        ...options,
      });
      if (context === undefined) throw new Error('the browser has not been started');
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const complaints = complaintsOf(page, [started().api, started().kaleyra]);
      onTestFinished(async () => {
        await context.close();
        if (complaints.length > 0) throw new Error(complaints.join('\n'));
      });
      await page.goto(`${started().api}/`);
      return page;
    },
  };
}

/** A refusal of the service is shown by the page: only the browser's own line about it is left out. */
const EXPECTED = /^Failed to load resource: the server responded with a status of (400|401|404|410|503) /;

function complaintsOf(page: Page, ours: readonly string[]): string[] {
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(`uncaught: ${error.message}`));
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text()))
      complaints.push(message.text());
  });
  page.on('request', request => {
    if (!ours.some(origin => request.url().startsWith(`${origin}/`))) complaints.push(`asked for ${request.url()}`);
  });
  return complaints;
}

export const pane = (page: Page, side: 'left' | 'right'): Locator => page.locator('.pane').nth(side === 'left' ? 0 : 1);

/** The call that a pane shows. */
export const call = (page: Page, side: 'left' | 'right'): FrameLocator => pane(page, side).frameLocator('iframe');

interface Booking {
  patient?: string;
  starts?: string;
}

export async function book(
  page: Page,
  { patient = 'Mr Ugo Bianchi-Example', starts = 'Now' }: Booking = {},
): Promise<void> {
  await page.getByLabel('Patient').selectOption({ label: patient });
  await page.getByLabel('Starts').selectOption({ label: starts });
  await page.getByRole('button', { name: 'Book the consultation' }).click();
  await page.getByText('The consultation is booked.').waitFor();
}

/** Both go in. */
export async function meet(page: Page): Promise<void> {
  for (const side of ['left', 'right'] as const) {
    await call(page, side).getByRole('button', { name: 'Enter the call' }).click();
    await call(page, side).getByRole('button', { name: 'Leave' }).waitFor();
  }
}

/** The whole page, in a window as tall as it is: frames that are out of sight are not painted. */
export async function picture(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 900 };
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...before, height: Math.max(before.height, height) });
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.screenshot({ path: `${PICTURES}/${name}.png`, animations: 'disabled' });
  await page.setViewportSize(before);
}
