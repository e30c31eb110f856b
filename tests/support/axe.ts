// What an automatic judge of accessibility finds wrong with a page as it is now.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * No colour is on its way any more. After a change of theme it passes from parent to child, a frame for each step, even where
 * motion is unwanted and each takes a millisecond.
 */
export const settled = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => {
    const calm = document.getAnimations().some((one) => one instanceof CSSTransition) ? 0 : Number(document.body.dataset['calm'] ?? 0) + 1;
    document.body.dataset['calm'] = String(calm);
    return calm > 3;
  }, { polling: 'raf' });
  await page.evaluate(() => delete document.body.dataset['calm']);
};

/** Serious and critical faults: the rule, and the element that breaks it. */
export const faultsIn = async (page: Page): Promise<string[]> => {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
};
