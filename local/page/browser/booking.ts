/** The form that books: two people, when, how long. */
import type { Wish } from './consultation.ts';
import { choices, el, field, option } from './dom.ts';
import { follow, said, words } from './language.ts';
import type { Person, Settings } from './stack.ts';

const STARTS = [0, 1, 10];
const LENGTHS = [15, 30, 60];
const LATER = 'later';
const MINUTE_MS = 60_000;

export interface Booking {
  readonly element: HTMLElement;
  focus(): void;
}

/** @param book resolves when the booking is done or refused; till then it cannot be sent again */
export function createBooking({ people }: Settings, book: (wish: Wish) => Promise<void>): Booking {
  const inGroup = (group: string): Person[] => people.filter(person => person.group === group);
  const doctor = el('select', { id: 'doctor' });
  const patient = el('select', { id: 'patient' });
  const starts = el('select', { id: 'starts' });
  const length = el('select', { id: 'length' });
  const send = said('button', text => text.bookIt, { class: 'primary', type: 'submit' });
  follow(() => {
    const text = words();
    const names = (group: string) => inGroup(group).map(({ userId, fullName }) => option(userId, fullName));
    choices(doctor, names('doctor'));
    choices(patient, [...names('patient'), option(LATER, text.patientLater)]);
    choices(
      starts,
      STARTS.map(minutes => option(String(minutes), text.startsIn(minutes))),
    );
    choices(
      length,
      LENGTHS.map(minutes => option(String(minutes), text.minutes(minutes))),
    );
  });
  const form = el(
    'form',
    { class: 'booking' },
    field(
      said('label', text => text.doctor),
      doctor,
    ),
    field(
      said('label', text => text.patient),
      patient,
    ),
    field(
      said('label', text => text.starts),
      starts,
    ),
    field(
      said('label', text => text.length),
      length,
    ),
    send,
  );
  const heading = said('h2', text => text.book, { id: 'book-heading', tabindex: '-1' });
  const hint = said('p', text => text.bookHint, { class: 'hint' });
  const steps = el('ol', { class: 'steps' });
  follow(() => {
    const items = words().steps.map(([title, text]) => el('li', {}, el('strong', {}, title), el('span', {}, text)));
    steps.replaceChildren(...items);
  });
  const card = el('section', { class: 'card', 'aria-labelledby': 'book-heading' }, heading, hint, form);
  const element = el('div', { class: 'stack' }, card, steps);

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const chosen = people.find(({ userId }) => userId === doctor.value);
    if (chosen === undefined || send.getAttribute('aria-disabled') === 'true') return;
    send.setAttribute('aria-disabled', 'true');
    await book({
      doctor: chosen,
      patient: people.find(({ userId }) => userId === patient.value),
      start: Date.now() + Number(starts.value) * MINUTE_MS,
      minutes: Number(length.value),
    });
    send.removeAttribute('aria-disabled');
  });
  return { element, focus: () => heading.focus() };
}
