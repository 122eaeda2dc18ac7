/** The language of the page: what the reader chose, else what the browser prefers. What is on the screen follows a change. */
import { el, write } from './dom.ts';
import { type UiLanguage, WORDS, type Words } from './words.ts';

const KEY = 'language';

const preferred = (): UiLanguage => {
  const kept = localStorage.getItem(KEY);
  if (kept === 'en' || kept === 'it') return kept;
  return navigator.language.startsWith('it') ? 'it' : 'en';
};

let language: UiLanguage = preferred();
const followers: (() => void)[] = [];

export const uiLanguage = (): UiLanguage => language;
export const words = (): Words => WORDS[language];

/** Runs now, and again whenever the language changes. */
export function follow(update: () => void): void {
  followers.push(update);
  update();
}

export function chooseLanguage(chosen: UiLanguage): void {
  language = chosen;
  localStorage.setItem(KEY, chosen);
  for (const update of followers) update();
}

/** An element whose text is always in the language of the page. */
export function said<K extends keyof HTMLElementTagNameMap>(
  name: K,
  text: (words: Words) => string,
  attributes: Readonly<Record<string, string | boolean>> = {},
): HTMLElementTagNameMap[K] {
  const element = el(name, attributes);
  follow(() => write(element, text(words())));
  return element;
}

/** As a clock on the wall: `10:30`. */
export const clockTime = (instant: string | number | Date, seconds = false): string =>
  new Date(instant).toLocaleTimeString(language === 'it' ? 'it-IT' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
  });

/** `9:58`, `1:02:03`. */
export function duration(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
