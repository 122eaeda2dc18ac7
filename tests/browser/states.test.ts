import { expect, it } from 'vitest';
import { violationsOf } from './support/accessibility.ts';
import { book, call, meet, openWorld, pane, picture } from './support/world.ts';

/** What else a person may find behind the door, and what the service refuses. Files stay: deleting is off unless switched on. */
const world = openWorld([], { ROOM_CLOSE_GRACE_MS: '1' });

it('waits for somebody who is not known yet, and opens when they are', async () => {
  const page = await world.visit();
  await book(page, { patient: 'Not known yet' });
  await pane(page, 'left').getByText('Waiting for the others: 1 of 2 participants are known.').waitFor();
  expect(await pane(page, 'left').getByRole('timer').isVisible()).toBe(false);
  await picture(page, '5-waiting-for-others');
  await page.getByLabel('One more person').selectOption({ label: 'Ms Eva Neri-Example' });
  await page.getByRole('button', { name: 'Add to it' }).click();
  await page.getByText('Ms Eva Neri-Example is added.').waitFor();
  await call(page, 'left').getByRole('heading', { name: 'Simulated call' }).waitFor();
  await pane(page, 'right').getByLabel('Seen as').selectOption({ label: 'Ms Eva Neri-Example' });
  await call(page, 'right').getByRole('heading', { name: 'Simulated call' }).waitFor();
});

it('replaces the room when somebody is added, and says so', async () => {
  const page = await world.visit();
  await book(page, { starts: 'In 10 minutes' });
  await page.getByLabel('One more person').selectOption({ label: 'Dr Ivo Verdi-Example' });
  await page.getByRole('button', { name: 'Add to it' }).click();
  const log = page.getByRole('log', { name: 'What happens' });
  await log.getByText('A room is made in the place of the one before').waitFor();
  await log.getByText('The room is deleted').waitFor();
});

it('refuses changes of one that is open, in the service’s words and in plain ones', async () => {
  const page = await world.visit();
  await book(page);
  await call(page, 'left').getByRole('heading', { name: 'Simulated call' }).waitFor();
  await page.getByRole('button', { name: 'Ten minutes later' }).click();
  const message = page.locator('.message');
  await message.getByText('The service refuses: “Failed PATCH /teleconsultation').waitFor();
  expect(await message.textContent()).toContain('It is open, so nothing about it can be changed any more');
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '6-locked');
});

it('takes the call away when it is cancelled, from those who are in it too', async () => {
  const page = await world.visit();
  await book(page);
  await meet(page);
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByText('The consultation is cancelled.').waitFor();
  for (const side of ['left', 'right'] as const) {
    await pane(page, side).getByText('Its room is deleted and no link works any more.').waitFor();
    expect(await pane(page, side).locator('iframe').count()).toBe(0);
  }
  await page.getByRole('log').getByText('The room is deleted').waitFor();
  expect(await page.locator('.actions button:visible').allTextContents()).toEqual(['Book another']);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '7-cancelled');
});

it('shows no link to somebody who takes no part', async () => {
  const page = await world.visit();
  await book(page);
  await call(page, 'right').getByRole('heading').waitFor();
  await pane(page, 'right').getByLabel('Seen as').selectOption({ label: 'Ms Eva Neri-Example' });
  await pane(page, 'right').getByText('The service answers 401 and shows no link.').waitFor();
  expect(await pane(page, 'right').locator('iframe').count()).toBe(0);
  expect(await pane(page, 'right').getByText('Patient, takes no part').count()).toBe(1);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '8-outsider');
});

it('says when files stay, and how to switch it', async () => {
  const page = await world.visit();
  await book(page);
  await meet(page);
  await call(page, 'right').getByRole('button', { name: 'Share a file' }).click();
  const files = page.getByRole('region', { name: 'Files shared in the call' });
  await files.getByText('at Kaleyra').waitFor();
  await call(page, 'left').getByRole('button', { name: 'End for everyone' }).click();
  await pane(page, 'left').getByText('Call over').waitFor();
  await files.getByRole('button', { name: 'Run the cleanup now' }).click();
  await files.getByText('Nothing is deleted: deleting is switched off.').waitFor();
  expect(await files.getByText('at Kaleyra').count()).toBe(1);
  expect(await files.getByText('TELECONSULTATION_DELETE_UPLOADS=true npm start').isVisible()).toBe(true);
});

it('has ended once its room is closed, and there is no call any more', async () => {
  const page = await world.visit();
  const people = [
    { userId: 'dr-rossi', group: 'doctor', fullName: 'Dr Ada Rossi-Example' },
    { userId: 'mr-bianchi', group: 'patient', fullName: 'Mr Ugo Bianchi-Example' },
  ];
  const send = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json', miauserid: 'dr-rossi' };
    const answer = await fetch(world.stack().api + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as { roomId: string };
  };
  const start = Date.now() - 3_600_000;
  const data = people.map(({ userId, group, fullName }) => ({ userId, groups: [group], fullName }));
  const dates = { start_date: new Date(start).toISOString(), duration_in_seconds: 60 };
  const { roomId: id } = await send('/teleconsultation', { ...dates, participants: { number: 2, data } });
  const [doctor] = people;
  await page.evaluate(
    text => sessionStorage.setItem('consultation', text),
    JSON.stringify({ id, doctor, people, expected: 2, start, minutes: 1 }),
  );
  await page.reload();
  await call(page, 'left').getByRole('heading').waitFor();
  await page.getByRole('button', { name: 'Run the cleanup now' }).click();
  for (const side of ['left', 'right'] as const) {
    await pane(page, side).getByText('Its room is closed and the link is gone.').waitFor();
    expect(await pane(page, side).locator('iframe').count()).toBe(0);
  }
  await page.getByRole('log').getByText('The room is closed').waitFor();
  await picture(page, '9-ended');
});

it('says so when the service does not answer, and keeps the call on the screen', async () => {
  const page = await world.visit();
  await book(page);
  await call(page, 'left').getByRole('heading').waitFor();
  await page.route(/\/teleconsultation/, route => route.fulfill({ status: 503, body: '{}' }));
  await page.getByRole('button', { name: 'Start it now' }).click();
  await page
    .locator('.message')
    .getByText('The service cannot do it now: PATCH /teleconsultation/{id}: answered 503')
    .waitFor();
  expect(await pane(page, 'left').locator('iframe').count()).toBe(1);
  await page.unroute(/\/teleconsultation/);
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByText('The consultation is cancelled.').waitFor();
});
