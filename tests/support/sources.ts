import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own source files and what each of them imports. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  /** Below the project's folder, e.g. `lib/errors.ts`; a package's name for what is not ours. */
  to: string;
  typeOnly: boolean;
}

export const filesUnder = (...folders: string[]): string[] =>
  folders.flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter(
        entry => entry.isFile() && /\.(ts|cjs|js)$/.test(entry.name) && !entry.parentPath.includes('node_modules'),
      )
      .map(entry => posix.relative(ROOT, posix.join(entry.parentPath, entry.name))),
  );

export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const STATEMENT = /^(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\('([^']+)'\)/g;

/** `import { type A, type B }` keeps no runtime import alive either. */
const namesOnlyTypes = (statement: string): boolean => {
  const names = /\{([^}]*)\}/.exec(statement)?.[1];
  const parts =
    names
      ?.split(',')
      .map(part => part.trim())
      .filter(part => part !== '') ?? [];
  return parts.length > 0 && parts.every(part => part.startsWith('type '));
};

export const importsOf = (file: string): Import[] => {
  const text = textOf(file);
  const target = (specifier: string): string =>
    specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;
  const statements = [...text.matchAll(STATEMENT)].map(match => ({
    to: target(match[3] ?? ''),
    typeOnly: match[2] !== undefined || namesOnlyTypes(match[0]),
  }));
  const dynamic = [...text.matchAll(DYNAMIC)].map(match => ({ to: target(match[1] ?? ''), typeOnly: false }));
  return [...statements, ...dynamic];
};
