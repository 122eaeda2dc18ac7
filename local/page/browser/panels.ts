/** Below the panes: files that were shared, and what happens, as it happens. */
import { el, show, write } from './dom.ts';
import { clockTime, follow, said, words } from './language.ts';
import { cleanUp, type Happening, type Settings, type SharedFile, type Story } from './stack.ts';

export interface Panel {
  readonly element: HTMLElement;
  /** @param nameOf a person by their id at the vendor */
  show(story: Story | undefined, nameOf: (vendorId: string) => string | undefined): void;
}

const SWITCH = 'TELECONSULTATION_DELETE_UPLOADS=true npm start';

export function createFiles({ deletesFiles }: Settings, refresh: () => void): Panel {
  const heading = said('h2', text => text.files, { id: 'files-heading' });
  const none = said('p', text => text.noFiles, { class: 'hint' });
  const list = el('ul', { class: 'files' });
  const outcome = el('p', { class: 'outcome', role: 'status' });
  const clean = said('button', text => text.clean, { type: 'button' });
  const stay = el(
    'p',
    { class: 'notice' },
    said('span', text => text.filesStay),
    ' ',
    el('code', {}, SWITCH),
  );
  const hint = said('p', text => text.cleanHint, { class: 'hint' });
  show(stay, !deletesFiles);
  const element = el(
    'section',
    { class: 'card', 'aria-labelledby': 'files-heading' },
    heading,
    none,
    list,
    el('div', { class: 'cleanup' }, clean, outcome),
    hint,
    stay,
  );
  let cleaned: { deleted: number; left: number } | undefined;
  let files: readonly SharedFile[] = [];
  let nameOf: (id: string) => string | undefined = () => undefined;

  clean.addEventListener('click', async () => {
    const counts = await cleanUp().catch(() => undefined);
    if (counts === undefined) return write(outcome, words().unreachable);
    cleaned = { deleted: counts.deleted, left: counts.left + counts.failed };
    draw();
    refresh();
  });
  const item = (file: SharedFile, index: number): HTMLElement => {
    const text = words();
    const name = nameOf(file.user_id) ?? text.somebody;
    return el(
      'li',
      { class: file.deleted ? 'gone' : '' },
      el('span', { class: 'file-name' }, text.file(index + 1)),
      el('span', { class: 'hint' }, text.sharedBy(name, clockTime(file.creation_date, true))),
      el(
        'span',
        { class: 'chip', 'data-kind': file.deleted ? 'over' : 'live' },
        file.deleted ? text.fileGone : text.fileThere,
      ),
    );
  };
  function draw(): void {
    show(none, files.length === 0);
    list.replaceChildren(...files.map(item));
    const { cleaned: counted, cleanedNothing } = words();
    const result = (counts: { deleted: number; left: number }): string =>
      deletesFiles ? counted(counts.deleted, counts.left) : cleanedNothing;
    write(outcome, cleaned === undefined ? '' : result(cleaned));
  }
  follow(draw);
  let before = '';
  return {
    element,
    show(story, names) {
      files = story?.uploads ?? [];
      nameOf = names;
      if (story === undefined) cleaned = undefined;
      const now = JSON.stringify(files.map(file => [file.key, file.deleted, names(file.user_id)]));
      if (now !== before) draw();
      before = now;
    },
  };
}

export function createHappenings(): Panel {
  const heading = said('h2', text => text.happenings, { id: 'happenings-heading' });
  const none = said('p', text => text.nothingYet, { class: 'hint' });
  const log = el('div', { class: 'log', role: 'log', tabindex: '0', 'aria-labelledby': 'happenings-heading' });
  const element = el('section', { class: 'card', 'aria-labelledby': 'happenings-heading' }, heading, none, log);
  let happenings: readonly Happening[] = [];
  let nameOf: (id: string) => string | undefined = () => undefined;
  let shown = 0;

  const line = (happening: Happening): HTMLElement => {
    const { what, event = '', status, userId = '' } = happening;
    const text = words();
    const who = nameOf(userId) ?? text.somebody;
    const isFirst = happenings.find(one => one.what === 'room_made') === happening;
    const plain = {
      room_made: isFirst ? text.roomMade : text.roomReplaced,
      room_disabled: text.roomDisabled,
      room_deleted: text.roomDeleted,
      file_shared: text.fileShared(who),
      file_deleted: text.fileDeleted(who),
      webhook: text.webhook(text.events[event]?.(who) ?? event),
    }[what];
    const answer = status === 0 ? text.unanswered : String(status);
    return el(
      'p',
      { class: 'line', 'data-what': what },
      el('time', { datetime: happening.at }, clockTime(happening.at, true)),
      el('span', {}, plain),
      ...(what === 'webhook' ? [el('code', {}, `${event} ${answer}`)] : []),
    );
  };
  /** Only what is new is added, so that only that is read out. */
  const append = (): void => {
    log.append(...happenings.slice(shown).map(line));
    shown = happenings.length;
    show(none, shown === 0);
    show(log, shown > 0);
    log.scrollTop = log.scrollHeight;
  };
  const again = (): void => {
    log.replaceChildren();
    shown = 0;
    append();
  };
  follow(again);
  return {
    element,
    show(story, names) {
      nameOf = names;
      const before = happenings.slice(0, shown);
      happenings = story?.happenings ?? [];
      // What was late to be told may belong before what is shown already.
      const isSame = before.every(
        (one, index) => happenings[index]?.at === one.at && happenings[index]?.what === one.what,
      );
      if (!isSame) again();
      else if (happenings.length > shown) append();
    },
  };
}
