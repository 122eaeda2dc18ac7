/** docs/security.md says which test holds what; this holds that page to it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textOf } from '../support/sources.ts';

const page = textOf('docs/security.md');
const sectionOf = (title: string): string => page.split(/^## /m).find(section => section.startsWith(title)) ?? '';
const rowsOf = (section: string): string[][] =>
  section
    .split('\n')
    .filter(line => line.startsWith('| ') && !/^\| (risk|mistake) /.test(line))
    .map(line => line.split('|').map(cell => cell.trim()))
    .map(([, ...cells]) => cells.slice(0, -1));
const testsIn = (text: string): string[] => [...text.matchAll(/`(tests\/[^`]+)`/g)].map(([, file]) => file ?? '');

/** Names as the Open Worldwide Application Security Project gave them. */
const RISKS = [
  'API1:2023 Broken Object Level Authorization',
  'API2:2023 Broken Authentication',
  'API3:2023 Broken Object Property Level Authorization',
  'API4:2023 Unrestricted Resource Consumption',
  'API5:2023 Broken Function Level Authorization',
  'API6:2023 Unrestricted Access to Sensitive Business Flows',
  'API7:2023 Server Side Request Forgery',
  'API8:2023 Security Misconfiguration',
  'API9:2023 Improper Inventory Management',
  'API10:2023 Unsafe Consumption of APIs',
];

describe('the page about security', () => {
  const risks = rowsOf(sectionOf('OWASP'));
  const mistakes = rowsOf(sectionOf('Mistakes'));

  it('has a row for each of the ten risks, in their order', () => {
    expect(risks.map(([risk]) => risk)).toEqual(RISKS);
  });

  it.each(RISKS)('%s is held by tests, or it says why it does not apply', risk => {
    const [, held = ''] = risks.find(([name]) => name === risk) ?? [];
    expect(testsIn(held).length > 0 || /^does not apply: .{20,}/.test(held)).toBe(true);
  });

  it('names only files that are there', () => {
    const named = [...page.matchAll(/`((?:tests|lib|docs|local|functions)\/[^`]+\.[a-z]+)`/g)].map(
      ([, file]) => file ?? '',
    );
    expect(named.length).toBeGreaterThan(40);
    const missing = named.filter(file => !existsSync(fileURLToPath(new URL(`../../${file}`, import.meta.url))));
    expect(missing).toEqual([]);
  });

  it('names only tests of files that have tests', () => {
    expect(testsIn(page).filter(file => !/\b(it|test)(\.each)?[(<]/.test(textOf(file)))).toEqual([]);
  });

  it('quotes each test against a mistake of others as it is called', () => {
    expect(mistakes.map(([mistake = '', held = '']) => [mistake, testsIn(held).length > 0])).toEqual(
      mistakes.map(([mistake]) => [mistake, true]),
    );
    expect(mistakes).toHaveLength(10);
    const unknown = mistakes.flatMap(([, held = '']) => {
      let file = '';
      return [...held.matchAll(/`(tests\/[^`]+)`|"([^"]+)"/g)].flatMap(([, named, name = '']) => {
        file = named ?? file;
        return named === undefined && !textOf(file).includes(name) ? [`${file}: ${name}`] : [];
      });
    });
    expect(unknown).toEqual([]);
  });
});
