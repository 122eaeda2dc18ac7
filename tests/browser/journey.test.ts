import { expect, it } from 'vitest';
import { violationsOf } from './support/accessibility.ts';
import { book, call, meet, openWorld, pane, picture } from './support/world.ts';

/** From the first look at the page to the end of the call, and the files gone. */
const world = openWorld([], { TELECONSULTATION_DELETE_UPLOADS: 'true' });

it('books, waits, opens, meets, shares, ends and cleans up', async () => {
  const page = await world.visit();
  await page.getByRole('heading', { name: 'Book a consultation' }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '1-book');

  await book(page, { starts: 'In 10 minutes' });
  for (const side of ['left', 'right'] as const) {
    await pane(page, side).getByText('Waiting room').waitFor();
    expect(
      await pane(page, side)
        .getByText(/^It is too early\. The door opens at \d\d:\d\d\.$/)
        .count(),
    ).toBe(1);
  }
  const left = pane(page, 'left').getByRole('timer');
  const [minutes = 0, seconds = 0] = ((await left.textContent()) ?? '').split(':').map(Number);
  expect(minutes * 60 + seconds).toBeGreaterThan(500);
  expect(minutes * 60 + seconds).toBeLessThanOrEqual(600);
  const before = await left.textContent();
  await expect.poll(() => left.textContent(), { timeout: 10_000 }).not.toBe(before);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '2-waiting-room');

  await pane(page, 'right').getByLabel('Call language').selectOption('it');
  await pane(page, 'right').getByLabel('With background').check();
  await page.getByRole('button', { name: 'Start it now' }).click();
  await call(page, 'left').getByRole('heading', { name: 'Simulated call' }).waitFor();
  const patients = call(page, 'right');
  await patients.getByRole('heading', { name: 'Chiamata simulata' }).waitFor();
  expect(await patients.locator('#background').textContent()).toBe('image');
  expect(await patients.locator('#language').textContent()).toBe('it');
  expect(await call(page, 'left').locator('#background').count()).toBe(0);

  await call(page, 'left').getByRole('button', { name: 'Enter the call' }).click();
  await patients.getByRole('button', { name: 'Entra nella chiamata' }).click();
  await call(page, 'left').getByText('Mr Ugo Bianchi-Example').waitFor();
  expect(await patients.getByRole('listitem').allTextContents()).toEqual([
    'ARDr Ada Rossi-Example',
    'UBMr Ugo Bianchi-Example (tu)',
  ]);
  await pane(page, 'left').getByText('In call').waitFor();
  await patients.getByRole('button', { name: 'Condividi un file' }).click();
  await call(page, 'left').getByRole('button', { name: 'Share a file' }).click();
  const files = page.getByRole('region', { name: 'Files shared in the call' });
  await expect.poll(() => files.getByText('at Kaleyra').count(), { timeout: 30_000 }).toBe(2);
  expect(await files.getByRole('listitem').first().textContent()).toContain('Mr Ugo Bianchi-Example');
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '3-call');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '3-call-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await files.getByRole('button', { name: 'Run the cleanup now' }).click();
  await files.getByText('Nothing to delete: files go when their call is over.').waitFor();
  await call(page, 'left').getByRole('button', { name: 'End for everyone' }).click();
  await patients.getByText('La chiamata è terminata').waitFor();
  for (const side of ['left', 'right'] as const) await pane(page, side).getByText('Call over').waitFor();

  await files.getByRole('button', { name: 'Run the cleanup now' }).click();
  await files.getByText('2 deleted, 0 left.').waitFor();
  await expect.poll(() => files.getByText('deleted', { exact: true }).count(), { timeout: 30_000 }).toBe(2);
  const log = page.getByRole('log', { name: 'What happens' });
  await expect.poll(() => log.getByText('A file of').count(), { timeout: 30_000 }).toBe(2);
  const lines = (await log.locator('p > span').allTextContents()).filter(line => !line.includes('tells'));
  expect(lines.slice(0, 3)).toEqual([
    'A room is made',
    'A file is shared by Mr Ugo Bianchi-Example',
    'A file is shared by Dr Ada Rossi-Example',
  ]);
  // These two go side by side.
  expect(lines.slice(3).toSorted()).toEqual([
    'A file of Dr Ada Rossi-Example is deleted',
    'A file of Mr Ugo Bianchi-Example is deleted',
  ]);
  expect(await log.locator('code').allTextContents()).toEqual([
    'on_user_connected 200',
    'on_user_connected 200',
    'on_session_started 200',
    'on_session_ended 200',
  ]);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '4-over');
});

it('keeps the consultation over a reload, and the call of who is in it', async () => {
  const page = await world.visit();
  await book(page);
  await meet(page);
  await page.reload();
  await call(page, 'right').getByRole('button', { name: 'Leave' }).waitFor();
  expect(await pane(page, 'right').getByRole('heading').textContent()).toBe('Mr Ugo Bianchi-Example');
  await page.getByRole('button', { name: 'Book another' }).click();
  await page.getByRole('button', { name: 'Book the consultation' }).waitFor();
  expect(await page.locator('.pane:visible').count()).toBe(0);
});
