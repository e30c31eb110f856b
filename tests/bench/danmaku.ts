// Flying lines: how many are on screen at once while the page still gets 50 frames a second, our stage against both engines
// of the `danmaku` package, in alternating rounds in one Chromium. There is no graphics processor here: what decides is how
// much each engine leaves to paint. Where there is one, all of them hold more, and the distances are others.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { build } from 'vite';
import { launchChromium, openPage } from '../support/browser.ts';
import { median, summary, tenth, thousandth } from '../support/statistics.ts';
import { until } from '../support/wait.ts';
import type { EngineName, Fixed, Ramp } from './danmaku-page.ts';
import { waitForQuiet } from './quiet.ts';
import type { Finding, Progress } from './run.ts';

const ROUNDS = 3;
const GOAL = 1.3;
const FRAMES_PER_S = 50;
/** More than a readable picture holds; all engines can be compared there. */
const FIXED_LINES = 300;
const FIXED_MS = 4_000;
/** The slowest growth to the most lines, several times over. */
const RAMP_TIMEOUT_MS = 180_000;
const ENGINES: readonly EngineName[] = ['qiao', 'danmakuCanvas', 'danmakuDom'];

/** Frame callbacks are timed from before any engine could take hold of the browser's function. */
const HTML = `<!doctype html><meta charset="utf-8"><title>danmaku</title><body style="margin:0;background:#345"><script>
window.frameScriptMs = 0;
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => ask((nowMs) => {
  const startedMs = performance.now();
  callback(nowMs);
  window.frameScriptMs += performance.now() - startedMs;
});
</script><script type="module" src="/page.js"></script>`;

/** The page's script and all it imports, as one. */
const pageScript = async (): Promise<string> => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      rollupOptions: { input: fileURLToPath(new URL('./danmaku-page.ts', import.meta.url)), output: { format: 'es' } },
      modulePreload: false,
    },
  });
  const [first] = [built].flat();
  const chunk = first && 'output' in first ? first.output.find((one) => one.type === 'chunk') : undefined;
  if (chunk?.type !== 'chunk') throw new Error('the page of the bench was not built');
  return chunk.code;
};

const openSite = async (): Promise<{ url: string; close(): void }> => {
  const script = await pageScript();
  const site = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html').end(isScript ? script : HTML);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  return { url: `http://localhost:${(site.address() as AddressInfo).port}/`, close: () => void site.close() };
};

/** Starts something in the page and waits for what it finds; one call of the browser's would time out. */
const inPage = async <T>(page: Page, expression: string): Promise<T> => {
  await page.evaluate(`window.found = undefined; void (${expression}).then((found) => { window.found = { found }; });`);
  const { found } = await until('the page to have measured', () => page.evaluate('window.found') as Promise<{ found: T } | undefined>, RAMP_TIMEOUT_MS);
  return found;
};

type Found = { readonly ramps: Record<EngineName, Ramp[]>; readonly fixed: Record<EngineName, Fixed[]>; readonly busyShares: number[] };

const alternate = async (page: Page, progress: Progress): Promise<Found> => {
  const none = <T>(): Record<EngineName, T[]> => ({ qiao: [], danmakuCanvas: [], danmakuDom: [] });
  const found: Found = { ramps: none(), fixed: none(), busyShares: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    found.busyShares.push(await waitForQuiet(progress));
    for (const engine of round % 2 === 0 ? ENGINES : ENGINES.toReversed()) {
      const ramp = await inPage<Ramp>(page, `window.danmakuBench.ramp('${engine}', ${FRAMES_PER_S})`);
      const fixed = await inPage<Fixed>(page, `window.danmakuBench.fixed('${engine}', ${FIXED_LINES}, ${FIXED_MS})`);
      found.ramps[engine].push(ramp);
      found.fixed[engine].push(fixed);
      progress(`round ${round + 1} of ${ROUNDS}, ${engine}: ${ramp.sustained} lines at ${FRAMES_PER_S} frames a second; with ${fixed.onScreen} lines ${tenth(fixed.framesPerSecond)} frames a second, ${thousandth(fixed.scriptMsPerFrame)} ms of script in each`);
    }
  }
  return found;
};

const each = <T>(of: (engine: EngineName) => T): Record<EngineName, T> =>
  ({ qiao: of('qiao'), danmakuCanvas: of('danmakuCanvas'), danmakuDom: of('danmakuDom') });

export const run = async (progress: Progress): Promise<Finding> => {
  const [browser, site] = await Promise.all([launchChromium(), openSite()]);
  try {
    const { page } = await openPage(browser);
    await page.goto(site.url);
    await until('the engines to be there', () => page.evaluate('window.danmakuBench !== undefined'));
    const { ramps, fixed, busyShares } = await alternate(page, progress);
    const sustained = (engine: EngineName): number => median(ramps[engine].map((ramp) => ramp.sustained));
    const against = (engine: EngineName): number => thousandth(sustained('qiao') / sustained(engine));
    const ratios = { danmakuCanvas: against('danmakuCanvas'), danmakuDom: against('danmakuDom') };
    const perRound = ramps.qiao.map((ramp, round) => ramp.sustained / Math.max(ramps.danmakuCanvas[round]?.sustained ?? 0, ramps.danmakuDom[round]?.sustained ?? 0));
    return {
      ratio: Math.min(ratios.danmakuCanvas, ratios.danmakuDom),
      goal: GOAL,
      against: ratios,
      goalAgainstDom: 3,
      picture: '1280x720, one pixel per pixel, words of 24 px with an outline, each line crosses in 8 s',
      rendering: 'software, no graphics processor',
      framesPerSecondMin: FRAMES_PER_S,
      linesSustained: each((engine) => summary(ramps[engine].map((ramp) => ramp.sustained))),
      fixedLines: FIXED_LINES,
      fixedFramesPerSecond: each((engine) => summary(fixed[engine].map(({ framesPerSecond }) => framesPerSecond))),
      fixedScriptMsPerFrame: each((engine) => thousandth(median(fixed[engine].map(({ scriptMsPerFrame }) => scriptMsPerFrame)))),
      machineBusyBefore: thousandth(median(busyShares)),
      spread: { min: thousandth(Math.min(...perRound)), max: thousandth(Math.max(...perRound)) },
      rounds: ROUNDS,
    };
  } finally {
    await browser.close();
    site.close();
  }
};
