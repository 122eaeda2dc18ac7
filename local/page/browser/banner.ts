/** The head of the page: what it is, in which language, and what is unusual about the stack behind it. */
import { el, option } from './dom.ts';
import { chooseLanguage, follow, said, uiLanguage, words } from './language.ts';
import type { Settings } from './stack.ts';
import type { UiLanguage, Words } from './words.ts';

export function skipLink(): HTMLElement {
  return said('a', text => text.skip, { class: 'skip', href: '#main' });
}

export function banner(settings: Settings): HTMLElement {
  const language = el('select', { id: 'ui-language' }, option('en', 'English'), option('it', 'Italiano'));
  language.value = uiLanguage();
  language.addEventListener('change', () => chooseLanguage(language.value as UiLanguage));
  follow(() => {
    document.documentElement.lang = uiLanguage();
    document.title = words().title;
  });
  const { vendorElsewhere, directoryElsewhere, identity } = settings;
  const notice = (text: (all: Words) => string): HTMLElement => said('p', text, { class: 'notice' });
  return el(
    'header',
    { class: 'banner' },
    el(
      'div',
      { class: 'brand' },
      el('img', { src: '/_local/page/icon.svg', alt: '', width: '40', height: '40' }),
      el(
        'div',
        {},
        said('h1', text => text.title),
        said('p', text => text.subtitle, { class: 'hint' }),
      ),
    ),
    el(
      'div',
      { class: 'tools' },
      said('a', text => text.documentation, { href: '/documentation' }),
      el(
        'div',
        { class: 'field inline' },
        said('label', text => text.language, { for: 'ui-language' }),
        language,
      ),
    ),
    ...(identity === 'jwt' ? [notice(text => text.withTokens)] : []),
    ...(vendorElsewhere === null ? [] : [notice(text => text.vendorElsewhere(vendorElsewhere))]),
    ...(directoryElsewhere === null ? [] : [notice(text => text.directoryElsewhere(directoryElsewhere))]),
  );
}
