/** What one person finds behind the door: the waiting room with its reason and the time left, the call, or why there is none. */
import { el, ICONS, icon, show, write } from './dom.ts';
import { clockTime, duration, follow, said, words } from './language.ts';
import type { View } from './service.ts';
import type { Words } from './words.ts';

export type Chip = 'waiting' | 'open' | 'live' | 'over' | 'ended' | 'cancelled' | 'refused' | 'trouble';

export interface Stage {
  readonly element: HTMLElement;
  show(view: View, name: string): void;
  /** Something that began again knows nothing of what was before. */
  clear(): void;
}

interface Scene {
  readonly drawing: keyof typeof ICONS;
  readonly title: string;
  readonly why: string;
}

export const chipOf = (view: View): Chip => {
  if (view.kind !== 'status') return view.kind === 'refused' ? 'refused' : 'trouble';
  const { status } = view.status;
  if (status === 'ended' || status === 'cancelled') return status;
  if (status !== 'open') return 'waiting';
  const state = view.opened?.teleconsultationState;
  return state === 'live' ? 'live' : state === 'ended' ? 'over' : 'open';
};

const linkOf = (view: View): string | null => (view.kind === 'status' ? (view.opened?.accessLinkURL ?? null) : null);

const opensAtOf = (view: View): number | undefined =>
  view.kind === 'status' && view.status.status === 'not_open_yet' ? Date.parse(view.status.opensAt) : undefined;

function sceneOf(view: View, text: Words): Scene {
  if (view.kind === 'trouble') return { drawing: 'stop', title: text.trouble, why: text.troubleWhy };
  if (view.kind === 'refused') return { drawing: 'lock', title: text.outsider, why: text.outsiderWhy(view.status) };
  const { status } = view;
  switch (status.status) {
    case 'waiting_for_participants':
      return { drawing: 'people', title: text.waitingRoom, why: text.waitingForOthers(status.known, status.expected) };
    case 'ended':
      return { drawing: 'done', title: text.ended, why: text.endedWhy };
    case 'cancelled':
      return { drawing: 'stop', title: text.isCancelled, why: text.isCancelledWhy };
    case 'not_open_yet':
      return { drawing: 'clock', title: text.waitingRoom, why: text.tooEarly(clockTime(status.opensAt)) };
    default:
      return { drawing: 'clock', title: text.waitingRoom, why: text.almost };
  }
}

export function createStage(framed: boolean): Stage {
  const drawing = el('div', { class: 'drawing' });
  const title = el('p', { class: 'scene-title' });
  const why = el('p', { class: 'scene-why' });
  const left = el('p', { class: 'left-time', role: 'timer', 'aria-live': 'off' });
  const timer = el(
    'div',
    { class: 'left' },
    said('p', text => text.timeLeft, { class: 'left-label' }),
    left,
  );
  const scene = el('div', { class: 'scene', hidden: true }, drawing, title, why, timer);
  const frame = el('div', { class: 'frame', hidden: true });
  const element = el('div', { class: 'stage' }, scene, frame);
  let opensAt: number | undefined;
  let latest: { view: View; name: string } | undefined;
  let shownLink: string | null = null;

  const tick = (): void => {
    show(timer, opensAt !== undefined);
    if (opensAt !== undefined) write(left, duration(Math.max(0, Math.ceil((opensAt - Date.now()) / 1000))));
  };
  setInterval(tick, 250);

  const draw = (): void => {
    if (latest === undefined) return;
    const { view, name } = latest;
    const link = linkOf(view);
    opensAt = opensAtOf(view);
    show(scene, link === null);
    show(frame, link !== null);
    tick();
    if (link !== shownLink) frame.replaceChildren(...(link === null ? [] : [callOf(link, framed)]));
    shownLink = link;
    frame.querySelector('iframe')?.setAttribute('title', words().call(name));
    const { drawing: kind, ...text } = sceneOf(view, words());
    if (drawing.dataset.kind !== kind) drawing.replaceChildren(icon(ICONS[kind]));
    drawing.dataset.kind = kind;
    write(title, text.title);
    write(why, text.why);
  };
  follow(draw);

  return {
    element,
    show(view, name) {
      // One answer that got lost does not take the call off the screen.
      if (view.kind === 'trouble' && shownLink !== null) return;
      latest = { view, name };
      draw();
    },
    clear() {
      latest = undefined;
      opensAt = undefined;
      shownLink = null;
      frame.replaceChildren();
      show(frame, false);
      show(scene, false);
    },
  };
}

/** @param framed a real vendor's call may not want to be shown inside of another page */
function callOf(link: string, framed: boolean): HTMLElement {
  if (!framed) {
    return said('a', text => text.elsewhere, {
      href: link,
      target: '_blank',
      rel: 'noopener noreferrer',
      class: 'button',
    });
  }
  return el('iframe', {
    src: link,
    allow: 'camera; microphone; display-capture; autoplay; fullscreen',
    referrerpolicy: 'no-referrer',
  });
}
