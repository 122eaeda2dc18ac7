/** Tables as Markdown: the same text on the screen and in docs/performance.md. */
export interface Table {
  title: string;
  /** One line or two on what the figures are. */
  about: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Goals with what they came to. */
  goals: readonly Goal[];
}

export interface Goal {
  goal: string;
  measured: string;
  met: boolean;
}

const render = (columns: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    `|${columns.map((_, index) => (index === 0 ? '---' : '---:')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
};

export const renderTable = ({ title, about, columns, rows, goals }: Table): string => {
  const verdicts = goals.map(({ goal, measured, met }) => `- ${met ? 'Met' : '**Not met**'}: ${goal}: ${measured}.`);
  return [
    `#### ${title}`,
    '',
    about,
    '',
    render(columns, rows),
    ...(verdicts.length > 0 ? ['', ...verdicts] : []),
  ].join('\n');
};

export const ms = (value: number): string => value.toFixed(1);
export const micros = (value: number): string => value.toFixed(0);
export const ratio = (value: number): string => value.toFixed(2);
export const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(0);
