import { describe, expect, it } from 'vitest';
import { book, call, openWorld, pane, picture } from './support/world.ts';

describe('where tokens say who calls', () => {
  const world = openWorld(['--jwt']);

  it('each person brings one that the stack signed, and a stranger finds nothing', async () => {
    const page = await world.visit();
    const identities: string[][] = [];
    page.on('request', request => {
      const names = Object.keys(request.headers());
      if (request.url().includes('/teleconsultation')) {
        identities.push(names.filter(name => name === 'authorization' || name.startsWith('miauser')));
      }
    });
    await page.getByText('Tokens say who calls').waitFor();
    await book(page);
    await call(page, 'left').getByRole('heading').waitFor();
    await call(page, 'right').getByRole('heading').waitFor();
    await pane(page, 'right').getByLabel('Seen as').selectOption({ label: 'Ms Eva Neri-Example' });
    await pane(page, 'right').getByText('The service answers 404 and shows no link.').waitFor();
    expect(new Set(identities.map(names => names.join()))).toEqual(new Set(['authorization']));
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await page.getByText('The consultation is cancelled.').waitFor();
  });
});

describe.each(['--directory', '--custom-ids'])('with %s', flag => {
  const world = openWorld([flag]);

  it('books people by their ids alone', async () => {
    const page = await world.visit();
    const booked = page.waitForRequest(
      request => request.method() === 'POST' && request.url().endsWith('/teleconsultation'),
    );
    await book(page);
    const { participants } = (await booked).postDataJSON() as { participants: { data: Record<string, unknown>[] } };
    expect(participants.data.map(person => Object.keys(person))).toEqual([['userId'], ['userId']]);
    await call(page, 'left').getByRole('button', { name: 'Enter the call' }).click();
    await call(page, 'left').getByRole('listitem').getByText('Dr Ada Rossi-Example (you)').waitFor();
  });
});

describe('where rooms are made elsewhere and people come from elsewhere', () => {
  const world = openWorld([], { BANDYER_BASE_URL: 'http://127.0.0.1:9', AUTH_SERVICE: 'http://127.0.0.1:9' });

  it('says so instead of pretending', async () => {
    const page = await world.visit();
    await page.getByText('Rooms are made at http://127.0.0.1:9, not in the simulator').waitFor();
    await page.getByText('People come from the directory http://127.0.0.1:9').waitFor();
    await picture(page, '13-elsewhere');
    await page.getByRole('button', { name: 'Book the consultation' }).click();
    await page.getByText('The service cannot do it now').waitFor();
    await page.getByRole('button', { name: 'Book the consultation' }).waitFor();
  });
});
