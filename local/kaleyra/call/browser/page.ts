// The page of a call, in the browser: shows who is in it, and enters, leaves, shares and ends at a click.
import { languageOf, WORDS } from '../words.ts';

interface Call {
  readonly state: 'quiet' | 'running' | 'over';
  readonly me: string;
  readonly inCall: readonly string[];
  readonly files: number;
}

const POLL_MS = 1000;
const ASK_AGAIN_MS = 10_000;

const words = WORDS[languageOf(document.documentElement.lang)];
const here = location.pathname;
const ownName = document.querySelector('#display-name')?.textContent;
const names = new Map<string, string>();
/** Whom the company does not name is not asked for at every look. */
const asked = new Map<string, number>();

const part = (id: string): HTMLElement | null => document.getElementById(id);
const show = (id: string, visible: boolean): void => void part(id)?.toggleAttribute('hidden', !visible);

/** Only what changed is said again by a screen reader. */
function write(id: string, text: string): void {
  const element = part(id);
  if (element !== null && element.textContent !== text) element.textContent = text;
}

async function ask<T>(what: string, order?: string): Promise<T | undefined> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ do: order }) };
  const response = await fetch(`${here}/${what}`, order === undefined ? {} : post);
  if (response.status === 410) return undefined;
  return (await response.json()) as T;
}

/** The page itself is loaded anew when its link has died: the simulator then says so. */
async function refresh(): Promise<void> {
  const call = await ask<Call>('call');
  if (call === undefined) location.reload();
  else await draw(call);
}

async function draw(call: Call): Promise<void> {
  const recently = Date.now() - ASK_AGAIN_MS;
  const unknown = [call.me, ...call.inCall].filter(id => !names.has(id) && (asked.get(id) ?? 0) < recently);
  if (unknown.length > 0) {
    for (const id of unknown) asked.set(id, Date.now());
    const answer = (await ask<Record<string, string>>('names')) ?? {};
    for (const [id, name] of Object.entries(answer)) names.set(id, name);
  }
  if (ownName) names.set(call.me, ownName);
  const isIn = call.inCall.includes(call.me);
  write('state', { quiet: words.quiet, running: words.running, over: words.over }[call.state]);
  write('count', String(call.files));
  show('files', call.files > 0);
  show('nobody', call.inCall.length === 0);
  drawPeople(call);
  drawPreview(call);
  moveFocus(isIn);
}

function drawPeople({ inCall, me }: Call): void {
  const list = part('people');
  const people = inCall.map(id => names.get(id) ?? id).join();
  if (list === null || list.dataset.shown === people) return;
  list.dataset.shown = people;
  list.replaceChildren(...inCall.map(id => tile(id, id === me)));
}

/** Before a call, who opened the link sees themselves as the others will. */
function drawPreview({ inCall, me }: Call): void {
  show('preview', inCall.length === 0);
  const name = names.get(me) ?? me;
  const preview = part('preview');
  if (preview === null || preview.dataset.shown === name) return;
  preview.dataset.shown = name;
  preview.replaceChildren(...faceAndName(name, true));
}

function tile(id: string, isMe: boolean): HTMLElement {
  const item = document.createElement('li');
  item.className = isMe ? 'tile me' : 'tile';
  item.append(...faceAndName(names.get(id) ?? id, isMe));
  return item;
}

function faceAndName(name: string, isMe: boolean): HTMLElement[] {
  const face = document.createElement('span');
  face.className = 'face';
  face.ariaHidden = 'true';
  face.textContent = initialsOf(name);
  const label = document.createElement('span');
  label.className = 'name';
  label.textContent = isMe ? `${name} (${words.you})` : name;
  return [face, label];
}

const initialsOf = (name: string): string =>
  name
    .replace(/^(Dr|Mr|Ms)\s/, '')
    .split(/[\s-]+/)
    .slice(0, 2)
    .map(word => word.charAt(0).toUpperCase())
    .join('');

/** A button that disappears hands the focus to the one that takes its place. */
function moveFocus(isIn: boolean): void {
  const focused = document.activeElement?.id;
  show('enter', !isIn);
  for (const id of ['share', 'leave', 'end']) show(id, isIn);
  if (isIn && focused === 'enter') part('share')?.focus();
  if (!isIn && ['share', 'leave', 'end'].includes(focused ?? '')) part('enter')?.focus();
}

/** One after the other, so that no older answer is drawn over a newer one. */
let last: Promise<void> = Promise.resolve();
function next(act: () => Promise<unknown>): Promise<void> {
  last = last.then(act).then(refresh).catch(unreachable);
  return last;
}

function unreachable(): void {
  write('state', words.failed);
}

for (const order of ['enter', 'leave', 'share', 'end']) {
  part(order)?.addEventListener('click', () => void next(() => ask('call', order)));
}

async function keepLooking(): Promise<void> {
  await next(async () => undefined);
  setTimeout(keepLooking, POLL_MS);
}

await keepLooking();
