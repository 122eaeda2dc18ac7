/** The page to see it work: books, shows what each of two people finds, and what happens behind it. */
import { banner, skipLink } from './banner.ts';
import { createBooking } from './booking.ts';
import type { Consultation } from './consultation.ts';
import * as consultations from './consultation.ts';
import { el, show } from './dom.ts';
import { words } from './language.ts';
import { createMessage } from './message.ts';
import { createPane } from './pane.ts';
import { createFiles, createHappenings } from './panels.ts';
import { poll } from './poll.ts';
import { createService, sentenceOf, statusOf, type View } from './service.ts';
import { readSettings, readStory, type Settings, type Story } from './stack.ts';
import { createSummary } from './summary.ts';
import type { Words } from './words.ts';

const STORY_MS = 1000;

start(await readSettings());

function start(settings: Settings): void {
  const as = createService(settings);
  const message = createMessage();
  const names = new Map<string, string>();
  let current = consultations.kept();

  /** Shows what came of an attempt, in words; the service's own where it gave some. */
  const attempt = async (
    act: () => Promise<Consultation | undefined>,
    done: (text: Words) => string,
  ): Promise<void> => {
    try {
      const result = await act();
      if (result !== undefined) open(result);
      message.say(() => done(words()));
    } catch (error) {
      message.refuse(whyNot(error, isOpen));
    }
  };

  let isOpen = false;
  const learn = (view: View): void => {
    if (view.kind !== 'status') return;
    isOpen = view.status.status === 'open';
    for (const { bandyerUserId, fullName } of view.opened?.participantsBandyerCall ?? []) {
      if (fullName !== null) names.set(bandyerUserId, fullName);
    }
  };

  const booking = createBooking(settings, wish =>
    attempt(
      async () => {
        const booked = await consultations.book(as, settings, wish);
        begin(booked);
        summary.focus();
        return booked;
      },
      text => text.booked,
    ),
  );
  const summary = createSummary(settings, {
    move: at =>
      attempt(
        () => changed(one => consultations.move(as, one, at)),
        text => text.moved,
      ),
    add: who =>
      attempt(
        () => changed(one => consultations.add(as, settings, one, who)),
        text => text.added(who.fullName),
      ),
    cancel: () =>
      attempt(
        () => changed(one => consultations.cancel(as, one)),
        text => text.cancelled,
      ),
    another: () => {
      close();
      booking.focus();
    },
  });
  const changed = async (change: (one: Consultation) => Promise<Consultation>) =>
    current === undefined ? undefined : change(current);

  const panes = ['left', 'right'].map(name => createPane(as, settings, name, learn));
  const files = createFiles(settings, () => storytelling.now());
  const happenings = createHappenings();
  const nameOf = (id: string): string | undefined => names.get(id);
  const tell = (story: Story | undefined): void => {
    files.show(story, nameOf);
    happenings.show(story, nameOf);
  };
  const storytelling = poll(
    () => STORY_MS,
    async () => {
      const asked = current;
      if (asked === undefined) return;
      const story = await readStory(asked.id).catch(() => undefined);
      if (story !== undefined && current?.id === asked.id) tell(story);
    },
  );

  const stage = el(
    'div',
    { class: 'stack' },
    summary.element,
    el('div', { class: 'panes' }, ...panes.map(pane => pane.element)),
    el('div', { class: 'panels' }, files.element, happenings.element),
  );
  const main = el('main', { id: 'main', tabindex: '-1' }, booking.element, stage);
  document.body.replaceChildren(skipLink(), banner(settings), message.element, main);

  const open = (consultation: Consultation): void => {
    current = consultation;
    consultations.keep(consultation);
    show(booking.element, false);
    show(stage, true);
    summary.show(consultation);
    for (const pane of panes) pane.open(consultation);
    storytelling.now();
  };
  /** As the doctor in one pane, as the patient in the other. */
  const begin = (consultation: Consultation): void => {
    names.clear();
    isOpen = false;
    tell(undefined);
    open(consultation);
    const patient = settings.people.find(person => person.group !== consultation.doctor.group);
    panes[0]?.open(consultation, consultation.doctor);
    panes[1]?.open(consultation, consultation.people[1] ?? patient);
  };
  const close = (): void => {
    current = undefined;
    consultations.keep(undefined);
    message.clear();
    tell(undefined);
    show(booking.element, true);
    show(stage, false);
    for (const pane of panes) pane.open(undefined);
  };
  if (current === undefined) close();
  else begin(current);
}

/** In the language of the page at the time it is asked. */
function whyNot(error: unknown, isOpen: boolean): () => string {
  const [sentence, status = 0] = [sentenceOf(error), statusOf(error)];
  if (sentence === undefined) return () => words().unreachable;
  if (status >= 500) return () => words().cannot(sentence);
  return () => words().refused(sentence) + (status === 400 && isOpen ? ` ${words().isLocked}` : '');
}
