import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/** What axe finds wrong, in the page and in every call that it shows: WCAG 2.2 A and AA, and good practice. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violationsIn(frame: Frame): Promise<string[]> {
  await frame.evaluate(AXE);
  return frame.evaluate(async tags => {
    // A colour on its way to another one is neither.
    await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
    // Frames are looked into one by one: they are of another origin.
    const found = await axe.run(document, { runOnly: tags, iframes: false, resultTypes: ['violations'] });
    return found.violations.flatMap(({ id, help, nodes }) =>
      nodes.map(node => `${id} (${help}): ${node.html} ${node.failureSummary ?? ''}`),
    );
  }, TAGS);
}

export async function violationsOf(page: Page): Promise<string[]> {
  const all: string[] = [];
  for (const frame of page.frames()) all.push(...(await violationsIn(frame)));
  return all;
}
