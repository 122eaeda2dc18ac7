/** Elements in one line each. Text only ever goes in as text. */

type Attributes = Readonly<Record<string, string | boolean>>;
type Child = Node | string;

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, '');
    else if (value !== false) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Only what changed is written: a screen reader says a live region again whenever it is touched. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: Element, visible: boolean): void {
  if (element.hasAttribute('hidden') === visible) element.toggleAttribute('hidden', !visible);
}

export function option(value: string, text: string): HTMLOptionElement {
  return el('option', { value }, text);
}

/** Puts other choices into a select and keeps what was chosen, if it is still there. */
export function choices(select: HTMLSelectElement, options: readonly HTMLOptionElement[]): void {
  const { value } = select;
  select.replaceChildren(...options);
  if (options.some(one => one.value === value)) select.value = value;
}

/** A label above its field. */
export function field(label: HTMLElement, control: HTMLElement): HTMLElement {
  label.setAttribute('for', control.id);
  return el('div', { class: 'field' }, label, control);
}

const SVG = 'http://www.w3.org/2000/svg';

/** A drawing of 24 by 24 that says nothing: the words beside it do. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.500 2',
  people:
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-3.600 2.900-6 6.500-6s6.500 2.400 6.500 6M16 4.300a3.500 3.500 0 0 1 0 6.400M18 14.500c2.100.8 3.500 2.800 3.500 5.500',
  done: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.500l2.700 2.700L16 9.500',
  stop: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 8.500l7 7M15.500 8.500l-7 7',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M5.500 11h13v9h-13zM12 14.500v2',
} as const;
