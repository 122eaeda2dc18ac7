/** What came of the last thing that was ordered, in one line that is read out. */
import { el, write } from './dom.ts';
import { follow } from './language.ts';

/** How long it stays to be read that something went well. */
const SAID_MS = 12_000;

export interface Message {
  readonly element: HTMLElement;
  /** Something went well: it goes by itself. */
  say(text: () => string): void;
  /** Stays until something else is to be said. */
  refuse(text: () => string): void;
  clear(): void;
}

export function createMessage(): Message {
  const element = el('p', { class: 'message', role: 'status' });
  let latest = (): string => '';
  let fading: ReturnType<typeof setTimeout> | undefined;
  follow(() => write(element, latest()));

  const put = (text: () => string, isBad: boolean): void => {
    clearTimeout(fading);
    latest = text;
    element.dataset.bad = String(isBad);
    write(element, text());
  };
  const clear = (): void => put(() => '', false);
  return {
    element,
    say(text) {
      put(text, false);
      fading = setTimeout(clear, SAID_MS);
    },
    refuse: text => put(text, true),
    clear,
  };
}
