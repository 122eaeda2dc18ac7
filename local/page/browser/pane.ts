/** The consultation as one person sees it: who, in which language, and what is behind the door. */
import type { Consultation } from './consultation.ts';
import { choices, el, field, option, write } from './dom.ts';
import { follow, said, uiLanguage, words } from './language.ts';
import { poll } from './poll.ts';
import { type As, look, type View } from './service.ts';
import type { Person, Settings } from './stack.ts';
import { type Chip, chipOf, createStage } from './stage.ts';
import type { Words } from './words.ts';

/** A waiting room is asked often enough that nobody sees the door open late. */
const POLL_MS = 2000;

export interface Pane {
  readonly element: HTMLElement;
  /** Shows another consultation, or the same after a change. @param whom who looks at it first */
  open(consultation: Consultation | undefined, whom?: Person): void;
}

const CHIPS: Readonly<Record<Chip, (text: Words) => string>> = {
  waiting: text => text.chipWaiting,
  open: text => text.chipOpen,
  live: text => text.chipLive,
  over: text => text.chipOver,
  ended: text => text.chipEnded,
  cancelled: text => text.chipCancelled,
  refused: text => text.chipRefused,
  trouble: text => text.chipTrouble,
};

/** @param tell what the participants of an opened consultation are called at the vendor */
export function createPane(as: As, settings: Settings, name: string, tell: (view: View) => void): Pane {
  const id = (part: string): string => `${name}-${part}`;
  const { people } = settings;
  const whom = el('select', { id: id('whom') });
  const language = el('select', { id: id('language') }, option('en', 'English'), option('it', 'Italiano'));
  const background = el('input', { id: id('background'), type: 'checkbox' });
  const face = el('span', { class: 'face', 'aria-hidden': 'true' });
  const heading = el('h3', { id: id('heading') });
  const role = el('p', { class: 'role' });
  // Whose state it is stands above it; who only hears it is told.
  const chipOfWhom = el('span', { class: 'unseen' });
  const chipText = el('span');
  const chip = el('p', { class: 'chip', role: 'status', 'aria-atomic': 'true' }, chipOfWhom, chipText);
  const stage = createStage(settings.vendorElsewhere === null);
  const options = el(
    'div',
    { class: 'options' },
    field(
      said('label', text => text.seenAs),
      whom,
    ),
    field(
      said('label', text => text.callLanguage),
      language,
    ),
    el(
      'label',
      { class: 'check', for: id('background') },
      background,
      said('span', text => text.background),
    ),
  );
  const who = el('div', { class: 'who' }, face, el('div', {}, heading, role), chip);
  const element = el('section', { class: 'pane', 'aria-labelledby': id('heading') }, who, options, stage.element);

  let shown: Consultation | undefined;
  let view: View | undefined;

  const person = (): Person => people.find(one => one.userId === whom.value) ?? people[0] ?? nobody();

  const draw = (): void => {
    const { fullName, group } = person();
    const takesPart = shown?.people.some(one => one.userId === whom.value) === true;
    write(heading, fullName);
    write(face, initialsOf(fullName));
    write(role, takesPart ? words().group(group) : `${words().group(group)}, ${words().notInIt}`);
    element.dataset.group = group;
    const kind = view === undefined ? undefined : chipOf(view);
    chip.dataset.kind = kind ?? '';
    write(chipOfWhom, kind === undefined ? '' : `${fullName}: `);
    write(chipText, kind === undefined ? '' : CHIPS[kind](words()));
  };

  const refresh = async (): Promise<void> => {
    const asked = shown;
    if (asked === undefined) return;
    const asker = person();
    const wish = { language: language.value, useBackground: background.checked };
    const found = await look(as(asker), asked.id, wish);
    // Meanwhile somebody else may look, or at something else.
    if (shown?.id !== asked.id || person() !== asker) return;
    view = found;
    stage.show(found, asker.fullName);
    tell(found);
    draw();
  };
  const polling = poll(POLL_MS, refresh);

  let isChosen = false;
  language.addEventListener('change', () => {
    isChosen = true;
  });
  follow(() => {
    if (!isChosen) language.value = uiLanguage();
    choices(
      whom,
      people.map(one => option(one.userId, one.fullName)),
    );
    draw();
  });
  whom.addEventListener('change', () => {
    stage.clear();
    view = undefined;
    draw();
    polling.now();
  });
  for (const control of [language, background]) control.addEventListener('change', () => polling.now());

  return {
    element,
    open(consultation, first) {
      if (consultation?.id !== shown?.id) {
        stage.clear();
        view = undefined;
      }
      shown = consultation;
      if (first !== undefined) whom.value = first.userId;
      draw();
      polling.now();
    },
  };
}

const nobody = (): never => {
  throw new Error('the stack offers nobody to be played');
};

const initialsOf = (name: string): string =>
  name
    .replace(/^(Dr|Mr|Ms)\s/, '')
    .split(/[\s-]+/)
    .slice(0, 2)
    .map(word => word.charAt(0).toUpperCase())
    .join('');
