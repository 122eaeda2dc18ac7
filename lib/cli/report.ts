import type { Clock } from '../clock.ts';
import type { Refusal } from '../domain/migration/from-old.ts';
import type { Terminal } from './command.ts';

/** What an import tells: every line that it could not take as it is, and how far it has come. Never a value of a line. */
export interface Report {
  /** Could not be taken: the import ends with exit code 1. */
  refused(file: string, line: number, problems: readonly Refusal[]): void;
  /** Left as it is, on purpose. */
  left(file: string, line: number, reason: string): void;
  /** `count` more lines are done. */
  done(file: string, count: number): void;
  /** Prints the sums. @returns whether nothing was refused */
  close(): boolean;
}

interface Sums {
  done: number;
  refused: number;
  left: number;
}

const PROGRESS_EVERY_MS = 2000;

const grouped = (count: number): string => count.toLocaleString('en-US');

/** @param verb what has happened to the lines that are done: `imported` */
export const createReport = (terminal: Terminal, clock: Clock, verb: string): Report => {
  const startedAt = clock.now();
  let lastShownAt = startedAt;
  const sums = new Map<string, Sums>();
  const of = (file: string): Sums => {
    const known = sums.get(file) ?? { done: 0, refused: 0, left: 0 };
    sums.set(file, known);
    return known;
  };
  const seconds = (): string => ((clock.now() - startedAt) / 1000).toFixed(1);
  return {
    refused: (file, line, problems) => {
      of(file).refused += 1;
      for (const { field, reason } of problems) {
        terminal.print(`${file} line ${line}: ${field === undefined ? reason : `${field}: ${reason}`}`);
      }
    },
    left: (file, line, reason) => {
      of(file).left += 1;
      terminal.print(`${file} line ${line}: ${reason}`);
    },
    done: (file, count) => {
      const sum = of(file);
      sum.done += count;
      if (clock.now() - lastShownAt < PROGRESS_EVERY_MS) return;
      lastShownAt = clock.now();
      terminal.progress(`${file}: ${grouped(sum.done)} ${verb} after ${seconds()} s`);
    },
    close: () => {
      for (const [file, { done, refused, left }] of sums) {
        terminal.print(`${file}: ${grouped(done)} ${verb}, ${grouped(left)} left alone, ${grouped(refused)} refused`);
      }
      terminal.print(`done in ${seconds()} s`);
      return [...sums.values()].every(({ refused }) => refused === 0);
    },
  };
};
