import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { english, WORDS } from '../../local/page/browser/words.ts';
import { violationsOf } from './support/accessibility.ts';
import { call, meet, openWorld, pane, picture } from './support/world.ts';

/** Both languages, a telephone, less motion, more contrast. */
const world = openWorld([], { TELECONSULTATION_DELETE_UPLOADS: 'true' });

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

const bookIn = async (page: Page, language: 'en' | 'it'): Promise<void> => {
  await page.getByRole('button', { name: WORDS[language].bookIt }).click();
  for (const side of ['left', 'right'] as const) await call(page, side).locator('#enter').waitFor();
};

/** What a reader sees of the page itself. */
const sentencesOn = async (page: Page): Promise<string[]> =>
  (await page.locator('body').innerText())
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');

describe('in Italian', () => {
  it('is what an Italian browser gets, from the form to the call', async () => {
    const page = await world.visit({ locale: 'it-IT' });
    await page.getByRole('heading', { name: 'Prenota una televisita' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('it');
    expect(await page.title()).toBe('Televisita');
    expect(await violationsOf(page)).toEqual([]);
    await bookIn(page, 'it');
    await page.getByText('La televisita è prenotata.').waitFor();
    await call(page, 'right').getByRole('heading', { name: 'Chiamata simulata' }).waitFor();
    const texts = Object.values(english).filter(text => typeof text === 'string');
    const left = (await sentencesOn(page)).filter(line => texts.includes(line));
    expect(left).toEqual([]);
    await picture(page, '10-italian');
  });

  it('is chosen, kept, and changes what is on the screen already', async () => {
    const page = await world.visit();
    await bookIn(page, 'en');
    await meet(page);
    await page.getByLabel('Language', { exact: true }).selectOption('it');
    await page.getByRole('heading', { name: 'La televisita' }).waitFor();
    expect(await pane(page, 'left').getByText('Medico').count()).toBe(1);
    await page.getByRole('log', { name: 'Che cosa succede' }).getByText('Kaleyra avvisa il servizio').first().waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'La televisita' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('it');
  });
});

it.each(['en', 'it'] as const)(
  'fits a telephone in %s: nothing to scroll sideways, large enough to hit',
  async language => {
    const page = await world.visit({ ...PHONE, locale: language === 'it' ? 'it-IT' : 'en-GB' });
    await page.getByRole('button', { name: WORDS[language].bookIt }).waitFor();
    await picture(page, `11-phone-book-${language}`);
    await bookIn(page, language);
    await call(page, 'left').locator('#enter').click();
    await call(page, 'right').locator('#enter').click();
    await call(page, 'right').locator('#share').click();
    await call(page, 'left').locator('#count').getByText('1').waitFor();
    const [scrollWidth = 0, clientWidth = 0] = await page.evaluate(() => {
      const { documentElement: root } = document;
      return [root.scrollWidth, root.clientWidth];
    });
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    const sizes = await page
      .locator('button:visible, select:visible')
      .evaluateAll(all => all.map(one => Math.round(one.getBoundingClientRect().height)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(38);
    expect(await violationsOf(page)).toEqual([]);
    await picture(page, `12-phone-call-${language}`);
  },
);

it('moves nothing for those who asked for less motion', async () => {
  const page = await world.visit({ reducedMotion: 'reduce' });
  const button = page.getByRole('button', { name: 'Book the consultation' });
  await button.waitFor();
  const moving = async () => button.evaluate(element => getComputedStyle(element).transitionDuration);
  expect(await moving()).toBe('0s');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await moving()).not.toBe('0s');
});

it('is dark where the machine is, with the same contrast', async () => {
  const page = await world.visit({ colorScheme: 'dark' });
  await page.getByRole('button', { name: 'Book the consultation' }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByLabel('Starts').selectOption('10');
  await page.getByRole('button', { name: 'Book the consultation' }).click();
  await pane(page, 'left').getByText('Waiting room').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, '2-waiting-room-dark');
});
