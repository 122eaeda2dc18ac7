// The page behind a personal link, as HTML: what the link asks for, and places that `browser/` fills with who is in the call.
import type { Answer } from '../exchange.ts';
import type { Participant, Room } from '../state.ts';
import { type Language, languageOf, WORDS } from './words.ts';

/** Where the page's script and style are. */
export const ASSETS = '/_call/';

const BACKGROUNDS = ['blur', 'image'];
const THEMES = ['light', 'dark'];

interface Asked {
  readonly language: Language;
  readonly theme: string;
  readonly background: string;
  /** Everything else, by the name under which the page shows it. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Every parameter has a short name too; what is not among the known values has no effect. */
function asked(query: URLSearchParams): Asked {
  const option = (name: string, short: string) => query.get(name) ?? query.get(short) ?? '';
  const among = (values: readonly string[], value: string) => (values.includes(value) ? value : '');
  return {
    language: languageOf(option('language', 'l')),
    theme: among(THEMES, option('theme', 't')),
    background: among(BACKGROUNDS, option('virtual_background', 'vb')),
    facts: {
      'display-name': option('display_name', 'dn'),
      audio: option('audio_disabled', 'ad') === 'true' ? 'off' : 'on',
      video: option('video_disabled', 'vd') === 'true' ? 'off' : 'on',
      'local-video': option('swapped_local_camera', 'slc') === 'true' ? 'large' : 'small',
      camera: option('mobile_back_camera', 'mbc') === 'true' ? 'back' : 'front',
      interface: option('new_ui', 'new_ui') === 'true' ? 'new' : 'current',
    },
  };
}

export function callPage(room: Room, { userId, isAdmin }: Participant, query: URLSearchParams): Answer {
  const { language, theme, background, facts } = asked(query);
  const words = WORDS[language];
  const all = { user: userId, room: room.id, role: isAdmin ? 'admin' : 'participant', language, background, ...facts };
  const rows = Object.entries(all)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<dt lang="en">${name}</dt><dd id="${name}">${escaped(value)}</dd>`);
  const admin = isAdmin ? `<button id="end" class="danger" type="button" hidden>${words.end}</button>` : '';
  const content = `
<header><h1>${words.title}</h1><p id="state" role="status"></p></header>
<main>
<div id="preview" class="tile me" aria-hidden="true"></div>
<p id="nobody">${words.nobody}</p>
<ul id="people" aria-label="${words.inCall}"></ul>
<p id="files" role="status" hidden>${words.shared}: <b id="count">0</b></p>
</main>
<footer>
<div role="group" aria-label="${words.controls}">
<button id="enter" class="primary" type="button">${words.enter}</button>
<button id="share" type="button" hidden>${words.share}</button>
<button id="leave" type="button" hidden>${words.leave}</button>
${admin}
</div>
<details><summary>${words.facts}</summary><dl>${rows.join('')}</dl></details>
</footer>
<script type="module" src="${ASSETS}page.js"></script>`;
  return html(200, page(language, theme, background, content));
}

export function deadLink(query: URLSearchParams): Answer {
  const { language, theme } = asked(query);
  return html(410, page(language, theme, '', `<main><h1>${WORDS[language].dead}</h1></main>`));
}

const page = (language: Language, theme: string, background: string, content: string) => `<!doctype html>
<html lang="${language}"${theme === '' ? '' : ` data-theme="${theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${WORDS[language].title}</title>
<link rel="stylesheet" href="${ASSETS}style.css">
</head>
<body${background === '' ? '' : ` data-background="${background}"`}>${content}
</body>
</html>
`;

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
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  },
});
