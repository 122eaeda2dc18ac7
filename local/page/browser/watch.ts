/** A consultation as it goes on: what two people find, and below them its files and what happens. */
import type { Consultation } from './consultation.ts';
import { el } from './dom.ts';
import { createPane } from './pane.ts';
import { createFiles, createHappenings } from './panels.ts';
import { poll } from './poll.ts';
import type { As, View } from './service.ts';
import { type Person, readStory, type Settings, type Story } from './stack.ts';

const STORY_MS = 1000;

export interface Watch {
  readonly element: HTMLElement;
  /** Another one: as its doctor in one pane, as its patient in the other. */
  begin(consultation: Consultation): void;
  /** The same after a change; undefined: none any more. */
  follow(consultation: Consultation | undefined): void;
  /** Whether it was open when one of the two last looked. */
  isOpen(): boolean;
}

export function createWatch(as: As, settings: Settings): Watch {
  /** By ids at the vendor. */
  const names = new Map<string, string>();
  let shown: Consultation | undefined;
  let isOpen = false;

  const learn = (view: View): void => {
    if (view.kind !== 'status') return;
    isOpen = view.status.status === 'open';
    for (const { bandyerUserId, fullName } of view.opened?.participantsBandyerCall ?? []) {
      if (fullName !== null) names.set(bandyerUserId, fullName);
    }
  };
  const left = createPane(as, settings, 'left', learn);
  const right = createPane(as, settings, 'right', learn);
  const files = createFiles(settings, () => polling.now());
  const happenings = createHappenings();

  const tell = (story: Story | undefined): void => {
    for (const panel of [files, happenings]) panel.show(story, id => names.get(id));
  };
  const polling = poll(STORY_MS, async () => {
    const asked = shown;
    if (asked === undefined) return;
    const story = await readStory(asked.id).catch(() => undefined);
    if (story !== undefined && shown?.id === asked.id) tell(story);
  });
  const follow = (consultation: Consultation | undefined, people: readonly (Person | undefined)[] = []): void => {
    shown = consultation;
    if (consultation === undefined) tell(undefined);
    left.open(consultation, people[0]);
    right.open(consultation, people[1]);
    polling.now();
  };

  const panes = el('div', { class: 'panes' }, left.element, right.element);
  const panels = el('div', { class: 'panels' }, files.element, happenings.element);
  return {
    element: el('div', { class: 'stack' }, panes, panels),
    begin(consultation) {
      names.clear();
      isOpen = false;
      tell(undefined);
      const { doctor, people } = consultation;
      const stranger = settings.people.find(({ group }) => group !== doctor.group);
      follow(consultation, [doctor, people[1] ?? stranger]);
    },
    follow: consultation => follow(consultation),
    isOpen: () => isOpen,
  };
}
