/** The page to see it work: books a consultation, changes it, and watches it. */
import { banner, skipLink } from './banner.ts';
import { createBooking } from './booking.ts';
import type { Consultation } from './consultation.ts';
import * as consultations from './consultation.ts';
import { el, show } from './dom.ts';
import { words } from './language.ts';
import { createMessage } from './message.ts';
import { createService, sentenceOf, statusOf } from './service.ts';
import { readSettings, type Settings } from './stack.ts';
import { createSummary } from './summary.ts';
import { createWatch } from './watch.ts';
import type { Words } from './words.ts';

start(await readSettings());

function start(settings: Settings): void {
  const as = createService(settings);
  const message = createMessage();
  const watch = createWatch(as, settings);
  let current: Consultation | undefined;

  /** Says what came of it, in words; the service's own where it gave some. */
  const attempt = async (act: () => Promise<void>, done: (text: Words) => string): Promise<void> => {
    try {
      await act();
      message.say(() => done(words()));
    } catch (error) {
      message.refuse(whyNot(error, watch.isOpen()));
    }
  };
  const change = (how: (one: Consultation) => Promise<Consultation>, done: (text: Words) => string): Promise<void> =>
    attempt(async () => {
      if (current === undefined) return;
      current = await how(current);
      consultations.keep(current);
      summary.show(current);
      watch.follow(current);
    }, done);

  const booking = createBooking(settings, wish =>
    attempt(
      async () => {
        begin(await consultations.book(as, settings, wish));
        summary.focus();
      },
      text => text.booked,
    ),
  );
  const summary = createSummary(settings, {
    move: at =>
      change(
        one => consultations.move(as, one, at),
        text => text.moved,
      ),
    add: who =>
      change(
        one => consultations.add(as, settings, one, who),
        text => text.added(who.fullName),
      ),
    cancel: () =>
      change(
        one => consultations.cancel(as, one),
        text => text.cancelled,
      ),
    another: () => {
      message.clear();
      choose();
      booking.focus();
    },
  });

  const seen = el('div', { class: 'stack' }, summary.element, watch.element);
  const begin = (consultation: Consultation): void => {
    current = consultation;
    consultations.keep(current);
    show(booking.element, false);
    show(seen, true);
    summary.show(current);
    watch.begin(current);
  };
  const choose = (): void => {
    current = undefined;
    consultations.keep(undefined);
    show(booking.element, true);
    show(seen, false);
    watch.follow(undefined);
  };

  const main = el('main', { id: 'main', tabindex: '-1' }, booking.element, seen);
  document.body.replaceChildren(skipLink(), banner(settings), message.element, main);
  const kept = consultations.kept();
  if (kept === undefined) choose();
  else begin(kept);
}

/** In the language of the page at the time it is asked. */
function whyNot(error: unknown, isOpen: boolean): () => string {
  const [sentence, status = 0] = [sentenceOf(error), statusOf(error)];
  if (sentence === undefined) return () => words().unreachable;
  if (status >= 500) return () => words().cannot(sentence);
  return () => words().refused(sentence) + (status === 400 && isOpen ? ` ${words().isLocked}` : '');
}
