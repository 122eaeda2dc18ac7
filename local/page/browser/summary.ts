/** The consultation that is on the screen, and what can be done with it. */
import type { Consultation } from './consultation.ts';
import { choices, el, field, option, show, write } from './dom.ts';
import { clockTime, follow, said, words } from './language.ts';
import type { Person, Settings } from './stack.ts';

const MINUTE_MS = 60_000;
const LATER_MINUTES = 10;

export interface Actions {
  move(start: number): Promise<void>;
  add(person: Person): Promise<void>;
  cancel(): Promise<void>;
  another(): void;
}

export interface Summary {
  readonly element: HTMLElement;
  show(consultation: Consultation): void;
  focus(): void;
}

export function createSummary({ people }: Settings, actions: Actions): Summary {
  const heading = said('h2', text => text.consultation, { id: 'consultation-heading', tabindex: '-1' });
  const names = el('p', { class: 'names' });
  const when = el('p', { class: 'hint' });
  const id = el('code', { class: 'id' });
  const button = (text: Parameters<typeof said>[1], act: () => unknown, kind = ''): HTMLButtonElement => {
    const element = said('button', text, { type: 'button', class: kind });
    element.addEventListener('click', act);
    return element;
  };
  const whom = el('select', { id: 'whom' });
  let shown: Consultation | undefined;

  const addition = el(
    'form',
    { class: 'addition' },
    field(
      said('label', text => text.addWhom),
      whom,
    ),
    said('button', text => text.add, { type: 'submit' }),
  );
  addition.addEventListener('submit', event => {
    event.preventDefault();
    const person = people.find(({ userId }) => userId === whom.value);
    if (person !== undefined) void actions.add(person);
  });

  /** All that is left to do with one that is cancelled. */
  const other = button(
    text => text.another,
    () => actions.another(),
  );
  const buttons = el(
    'div',
    { class: 'actions' },
    button(
      text => text.startNow,
      () => actions.move(Date.now()),
    ),
    button(
      text => text.later,
      () => actions.move((shown?.start ?? Date.now()) + LATER_MINUTES * MINUTE_MS),
    ),
    addition,
    button(
      text => text.cancel,
      () => actions.cancel(),
      'danger',
    ),
    other,
  );
  const facts = el('div', { class: 'facts' }, heading, names, when, id);
  const element = el('section', { class: 'card summary', 'aria-labelledby': 'consultation-heading' }, facts, buttons);

  const draw = (): void => {
    if (shown === undefined) return;
    const { start, minutes, people: inIt } = shown;
    const free = people.filter(person => !inIt.some(({ userId }) => userId === person.userId));
    write(names, inIt.map(({ fullName }) => fullName).join(' · '));
    write(when, words().when(clockTime(start), clockTime(start + minutes * MINUTE_MS)));
    write(id, shown.id);
    choices(
      whom,
      free.map(({ userId, fullName }) => option(userId, fullName)),
    );
    for (const control of buttons.children) show(control, control === other || !shown.isCancelled);
    if (free.length === 0) show(addition, false);
    // What had the focus may be gone.
    if (buttons.contains(document.activeElement?.closest('[hidden]') ?? null)) heading.focus();
  };
  follow(draw);
  return {
    element,
    focus: () => heading.focus(),
    show(consultation) {
      shown = consultation;
      draw();
    },
  };
}
