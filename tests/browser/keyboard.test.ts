import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { call, openWorld, pane } from './support/world.ts';

/** Everything without a mouse, in the order in which things stand on the page. */
const world = openWorld([], { TELECONSULTATION_DELETE_UPLOADS: 'true' });

/** What has the focus, in the page or in the call that it shows: its name, and whether one sees that it has it. */
async function focused(page: Page): Promise<{ name: string; isSeen: boolean }> {
  for (const frame of page.frames()) {
    const found = await frame.evaluate(() => {
      const element = document.activeElement;
      if (!document.hasFocus() || element === null || element === document.body || element.tagName === 'IFRAME') return;
      const label = element.id === '' ? null : document.querySelector(`label[for="${element.id}"]`);
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const named = element.getAttribute('aria-labelledby');
      const text = label ?? (named === null ? element : document.getElementById(named));
      return {
        name: (text?.textContent ?? '').trim(),
        isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      };
    });
    if (found !== undefined) return found;
  }
  return { name: '', isSeen: true };
}

/** Presses Tab until `name` has the focus; fails where somebody would get lost on the way. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (!now.isSeen) throw new Error(`nobody sees that ${JSON.stringify(now.name)} has the focus`);
    if (now.name === name) return;
    passed.push(now.name);
  }
  throw new Error(`Tab does not lead to ${name}: ${passed.join(', ')}`);
}

it('books, enters, shares, ends and cleans up with Tab, Enter, Space and arrows', async () => {
  const page = await world.visit();
  await page.getByRole('heading', { name: 'Book a consultation' }).waitFor();

  await page.keyboard.press('Tab');
  expect(await focused(page)).toEqual({ name: 'Skip to the consultation', isSeen: true });
  expect(await page.getByRole('link', { name: 'Skip to the consultation' }).boundingBox()).toMatchObject({ x: 16 });
  await page.keyboard.press('Enter');
  const order: string[] = [];
  for (let step = 0; step < 5; step += 1) {
    await page.keyboard.press('Tab');
    order.push((await focused(page)).name);
  }
  expect(order).toEqual(['Doctor', 'Patient', 'Starts', 'Length', 'Book the consultation']);
  await page.keyboard.press('Enter');

  // The form is gone; whoever sent it is where it goes on.
  await expect.poll(async () => (await focused(page)).name, { timeout: 30_000 }).toBe('The consultation');
  await call(page, 'left').getByRole('button', { name: 'Enter the call' }).waitFor();
  await call(page, 'right').getByRole('button', { name: 'Enter the call' }).waitFor();
  await tabTo(page, 'With background');
  await page.keyboard.press('Space');
  expect(await pane(page, 'left').getByLabel('With background').isChecked()).toBe(true);
  await call(page, 'left').locator('#background').waitFor({ state: 'attached' });
  await call(page, 'left').getByRole('button', { name: 'Enter the call' }).waitFor();

  await tabTo(page, 'Enter the call');
  await page.keyboard.press('Enter');
  // The button that was pressed is gone; the focus is on the one in its place.
  await expect.poll(async () => (await focused(page)).name, { timeout: 30_000 }).toBe('Share a file');
  await page.keyboard.press('Space');
  await call(page, 'left').locator('#count').getByText('1').waitFor();
  await tabTo(page, 'End for everyone');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await focused(page)).name, { timeout: 30_000 }).toBe('Enter the call');

  await pane(page, 'left').getByText('Call over').waitFor();
  await tabTo(page, 'Run the cleanup now');
  await page.keyboard.press('Enter');
  await page.getByText('1 deleted, 0 left.').waitFor();
  await tabTo(page, 'What happens');
});

it('tells a screen reader of what changes: landmarks, names, live regions', async () => {
  const page = await world.visit();
  await page.getByRole('button', { name: 'Book the consultation' }).click();
  await call(page, 'left').getByRole('button', { name: 'Enter the call' }).waitFor();
  for (const role of ['banner', 'main'] as const) expect(await page.getByRole(role).count()).toBe(1);
  const regions = await page
    .getByRole('region')
    .evaluateAll(all =>
      all.map(one => document.getElementById(one.getAttribute('aria-labelledby') ?? '')?.textContent),
    );
  expect(regions).toEqual([
    'The consultation',
    'Dr Ada Rossi-Example',
    'Mr Ugo Bianchi-Example',
    'Files shared in the call',
    'What happens',
  ]);
  expect(await page.locator('.message').getAttribute('role')).toBe('status');
  expect(await page.getByRole('log').getAttribute('tabindex')).toBe('0');
  const titles = await page.locator('iframe').evaluateAll(frames => frames.map(frame => frame.getAttribute('title')));
  expect(titles).toEqual(['Call of Dr Ada Rossi-Example', 'Call of Mr Ugo Bianchi-Example']);
  expect(await pane(page, 'left').getByRole('status').textContent()).toBe('Dr Ada Rossi-Example: Open');
  expect(await pane(page, 'right').getByRole('status').textContent()).toBe('Mr Ugo Bianchi-Example: Open');
  // A clock that counts down is not read out every second.
  expect(await page.locator('[role=timer]').first().getAttribute('aria-live')).toBe('off');
});
