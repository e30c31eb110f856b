// The script that a first visit to the watch page costs: the page opened for real with an empty cache, and what it fetched
// compressed with brotli as the server sends it. Initial is what must be there before the page can run; menus come later.

import { brotliCompressSync, constants } from 'node:zlib';
import { launchChromium, openPage } from '../support/browser.ts';
import { hook, waitFor } from '../support/pages.ts';
import { goLive } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import { tenth, thousandth } from '../support/statistics.ts';
import type { Finding, Progress } from './run.ts';

const GOAL_KB = 60;

const brotliBytes = (body: Uint8Array): number =>
  brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;

/** What a module imports before it can run; `import(...)` comes later and does not count. */
const staticImports = (code: string): string[] =>
  [...code.matchAll(/(?:^|[;}\s])import\s*(?:[^"'()]*?\bfrom\s*)?["']\.\/([^"']+)["']/g)].map((match) => match[1] ?? '');

/** Scripts of the page's HTML, the watch page's own, and all that these import. */
const initialAmong = (scripts: ReadonlyMap<string, Buffer>, html: string): Set<string> => {
  const names = [...scripts.keys()];
  const initial = new Set<string>();
  const visit = (name: string): void => {
    if (initial.has(name)) return;
    initial.add(name);
    for (const file of staticImports(String(scripts.get(name)))) visit(`/assets/${file}`);
  };
  names.filter((name) => html.includes(name) || name.includes('/WatchPage-')).forEach(visit);
  return initial;
};

export const run = async (progress: Progress): Promise<Finding> => {
  const [server, browser] = await Promise.all([startServer(), launchChromium()]);
  try {
    const show = await goLive(server);
    const { page } = await openPage(browser);
    const scripts = new Map<string, Buffer>();
    const reading: Promise<void>[] = [];
    const isRead = (body: Uint8Array, url: string): void => void scripts.set(new URL(url).pathname, Buffer.from(body));
    const tooLate = (): void => {}; // One of those that come later, when the page is closing already.
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      reading.push(response.buffer().then((body) => isRead(body, response.url()), tooLate));
    });
    const document = await page.goto(`${server.url}/@${show.handle}`, { waitUntil: 'networkidle2' });
    await waitFor(page, hook('player'));
    await Promise.all(reading);
    show.end();
    const initial = initialAmong(scripts, (await document?.text()) ?? '');
    const files = [...scripts].map(([name, body]) => ({ name, bytes: brotliBytes(body), isInitial: initial.has(name) }));
    for (const { name, bytes, isInitial } of files) progress(`${name}: ${bytes} bytes${isInitial ? '' : ', later'}`);
    const kB = (some: typeof files): number => some.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
    const initialKB = kB(files.filter(({ isInitial }) => isInitial));
    return { ratio: thousandth(initialKB / GOAL_KB), goal: 1, initialKB: tenth(initialKB), goalKB: GOAL_KB, firstVisitKB: tenth(kB(files)), files, rounds: 1 };
  } finally {
    await browser.close();
    await server.stop();
  }
};
