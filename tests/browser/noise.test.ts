// What takes the noise out of a room's sound does so in a real browser, under the page's own policy.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openPage } from '../support/browser.ts';
import { registerCreator } from '../support/client.ts';
import { hook, loginAs, waitFor } from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
let browser: Browser;
let page: Page;
const faults: string[] = [];

/** A microphone in a room with nothing but the noise of a fan. */
const mountFan = (): Promise<unknown> =>
  page.evaluateOnNewDocument(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext({ sampleRate: 48_000 });
      const buffer = context.createBuffer(1, 48_000, 48_000);
      const samples = buffer.getChannelData(0);
      for (let at = 0; at < samples.length; at += 1) samples[at] = (Math.random() - 0.5) * 0.2;
      const fan = new AudioBufferSourceNode(context, { buffer, loop: true });
      const out = context.createMediaStreamDestination();
      fan.connect(out);
      fan.start();
      addEventListener('pointerdown', () => void context.resume());
      return out.stream;
    };
  });
const level = (): Promise<number> => page.$eval('[role="meter"]', (meter) => Number(meter.getAttribute('aria-valuenow')));

beforeAll(async () => {
  server = await startServer();
  browser = await launchChromium();
  ({ page } = await openPage(browser));
  page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
  await mountFan();
  const creator = await registerCreator(server);
  await loginAs(page, server.url, creator);
  await page.goto(`${server.url}/studio`);
  await waitFor(page, hook('sound-kind'));
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test('the noise of a fan is heard, and is gone when the creator asks for it', async () => {
  await page.mouse.click(5, 5);
  const before = await until('the fan in the meter', async () => ((await level()) > 0 ? level() : null));
  await page.select(hook('sound-kind'), 'quiet');
  await until('quiet', async () => ((await level()) < before / 3 ? true : null), 20_000);
  expect(await page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('.wasm')))).toBe(true);
  // And it stays so after a while, as it does not when a worklet has died.
  await page.select(hook('sound-kind'), 'speech');
  await until('the fan again', async () => ((await level()) > before / 2 ? true : null), 20_000);
  expect(faults).toEqual([]);
});
