// People's names, titles and descriptions are text wherever they are shown: no script runs, no dialog opens, nothing is
// asked of another host, and the letters are seen as they were typed.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openPage } from '../support/browser.ts';
import { registerCreator } from '../support/client.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { bodyText } from '../support/pages.ts';
import { BROADCAST } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const spyOn = (page: Page): string[] => {
  const incidents: string[] = [];
  page.on('dialog', (dialog) => {
    incidents.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url());
    if (/^https?:$/.test(protocol) && host !== new URL(server.url).host) incidents.push(`request to ${host}`);
  });
  return incidents;
};

test.each(HOSTILE_TEXTS.map((text) => [text]))('%s', async (text) => {
  // A creator each: one person may start only so often.
  const creator = await registerCreator(server);
  const title = text.slice(0, 100);
  const about = `About ${text}`;
  await creator.client.call('channel.update', { path: { handle: creator.handle }, body: { about, displayName: text.slice(0, 40) } }).catch(() => undefined);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await studio.request('broadcast.start', { ...BROADCAST, title, tags: [text.slice(0, 24)] });
  for (const path of ['/', `/@${creator.handle}`]) {
    const { page, context } = await openPage(browser);
    const incidents = spyOn(page);
    await page.goto(server.url + path);
    await until(`the title as text on ${path}`, async () => (await bodyText(page)).includes(title));
    expect(await page.evaluate('window.qiaoBroken')).toBeUndefined();
    expect(incidents).toEqual([]);
    await context.close();
  }
  await studio.request('broadcast.end', {});
  studio.close();
});
