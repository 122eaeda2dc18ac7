// Personal room links: where they lead, how long they live, and the page behind them.
import type { Answer, Incoming } from './exchange.ts';
import type { Participant, Room } from './state.ts';
import type { World } from './world.ts';

const PREFIX = '/eu/direct-rest-call-handler/';

export const linkOf = (world: World, token: string) => `${world.origin}${PREFIX}${token}`;

/** From creation until the room is disabled, deleted or closed. */
export const linksAlive = ({ disabled, closed, deleted }: Room) => !disabled && !closed && !deleted;

export const visibleLinks = (world: World, room: Room) =>
  linksAlive(room) ? room.participants.map(({ userId, token }) => ({ userId, link: linkOf(world, token) })) : [];

export const isLink = (path: string) => path.startsWith(PREFIX);

export function openLink(world: World, incoming: Incoming): Answer {
  const token = incoming.path.slice(PREFIX.length);
  for (const room of world.state.rooms.newestFirst()) {
    const participant = room.participants.find(candidate => candidate.token === token);
    if (participant !== undefined && linksAlive(room)) {
      return html(200, callPage(room, participant, new URLSearchParams(incoming.query ?? '')));
    }
  }
  return html(410, document('en', '', '<h1>This link is no longer valid</h1>'));
}

const LANGUAGES = ['en', 'it', 'pl', 'fr', 'de'];
const BACKGROUNDS = ['blur', 'image'];
const THEMES = ['light', 'dark'];

/** Every parameter has a short name too; what is not among the known values has no effect. */
function callPage(room: Room, { userId, isAdmin }: Participant, query: URLSearchParams): string {
  const option = (name: string, short: string) => query.get(name) ?? query.get(short) ?? '';
  const among = (values: readonly string[], value: string, otherwise = '') =>
    values.includes(value) ? value : otherwise;
  const language = among(LANGUAGES, option('language', 'l'), 'en');
  const facts = {
    user: userId,
    room: room.id,
    role: isAdmin ? 'admin' : 'participant',
    'display-name': option('display_name', 'dn'),
    background: among(BACKGROUNDS, option('virtual_background', 'vb')),
    audio: option('audio_disabled', 'ad') === 'true' ? 'off' : 'on',
    video: option('video_disabled', 'vd') === 'true' ? 'off' : 'on',
    'local-video': option('swapped_local_camera', 'slc') === 'true' ? 'large' : 'small',
    camera: option('mobile_back_camera', 'mbc') === 'true' ? 'back' : 'front',
    interface: option('new_ui', 'new_ui') === 'true' ? 'new' : 'current',
  };
  const rows = Object.entries(facts)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<dt>${name}</dt><dd id="${name}">${escaped(value)}</dd>`);
  const content = `<h1>Simulated call</h1><dl>${rows.join('')}</dl>`;
  return document(language, among(THEMES, option('theme', 't')), content);
}

const document = (language: string, theme: string, content: string) =>
  `<!doctype html><html lang="${language}"${theme === '' ? '' : ` data-theme="${theme}"`}><head><meta charset="utf-8">` +
  `<title>Simulated call</title></head><body>${content}</body></html>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string) => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '');

/** May be framed, as the vendor's pages are: old frontends show the call in an iframe. */
const html = (status: number, text: string): Answer => ({
  status,
  content: { type: 'text/html; charset=utf-8', bytes: Buffer.from(text) },
  headers: {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
    'referrer-policy': 'no-referrer',
  },
});
