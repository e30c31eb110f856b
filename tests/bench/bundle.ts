// What a viewer's browser downloads of script before the picture is there: the watch page opened for real, with an empty
// cache, everything it fetched compressed with brotli as the server sends it.

import { brotliCompressSync, constants } from 'node:zlib';
import { launchChromium, openPage } from '../support/browser.ts';
import { hook, waitFor } from '../support/pages.ts';
import { goLive } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { Finding, Progress } from './run.ts';

const GOAL_KB = 60;

const brotliBytes = (body: Uint8Array): number =>
  brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;

export const run = async (progress: Progress): Promise<Finding> => {
  const [server, browser] = await Promise.all([startServer(), launchChromium()]);
  try {
    const show = await goLive(server);
    const { page } = await openPage(browser);
    const files: Record<string, number> = {};
    const reading: Promise<void>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      reading.push(response.buffer().then((body) => void (files[new URL(response.url()).pathname] = brotliBytes(body))));
    });
    await page.goto(`${server.url}/@${show.handle}`, { waitUntil: 'networkidle2' });
    await waitFor(page, hook('player'));
    await Promise.all(reading);
    for (const [name, bytes] of Object.entries(files)) progress(`${name}: ${bytes} bytes`);
    const kB = Object.values(files).reduce((sum, bytes) => sum + bytes, 0) / 1000;
    show.end();
    return { ratio: Math.round((kB / GOAL_KB) * 1000) / 1000, goal: 1, kB: Math.round(kB * 10) / 10, goalKB: GOAL_KB, files, rounds: 1 };
  } finally {
    await browser.close();
    await server.stop();
  }
};
