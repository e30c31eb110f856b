// Real browsers, as people have them: Chromium and Firefox from Debian, headless, with the autoplay rules on. Owns how they
// are started and stopped; knows nothing of the product's pages.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import type { Namespace } from './namespace.ts';
import { until, within } from './wait.ts';

export const CHROMIUM = process.env['QIAO_CHROMIUM'] ?? '/usr/bin/chromium';
export const FIREFOX = process.env['QIAO_FIREFOX'] ?? '/usr/bin/firefox-esr';
const SCREENSHOTS = process.env['QIAO_SCREENSHOTS'] ?? join(tmpdir(), 'qiao-screenshots');
const ANSWER_TIMEOUT_MS = 30_000;

const CHROMIUM_ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--mute-audio',
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
];

export type LaunchOptions = { readonly namespace?: Namespace; readonly arguments?: readonly string[] };

/** Throws, with what to do, where the browser is missing: a test that silently skips proves nothing. */
const present = (path: string, packageName: string): string => {
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm test, which installs it, or apt-get install ${packageName}`);
  return path;
};

export const launchChromium = async (options: LaunchOptions = {}): Promise<Browser> => {
  const path = present(CHROMIUM, 'chromium');
  return puppeteer.launch({
    executablePath: options.namespace ? options.namespace.wrap(path) : path,
    args: [...CHROMIUM_ARGUMENTS, ...(options.arguments ?? [])],
    // A pipe passes into a network namespace, a port does not.
    pipe: true,
    defaultViewport: { width: 1280, height: 800 },
    protocolTimeout: ANSWER_TIMEOUT_MS,
  });
};

const FIREFOX_PREFERENCES: Readonly<Record<string, boolean | number | string>> = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  // An address behind an mDNS name is one that nobody here resolves.
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'intl.accept_languages': 'en',
  'remote.active-protocols': 1,
};

/** Firefox in its namespace, driven over WebDriver BiDi through the namespace's bridge. */
export const launchFirefox = async (namespace: Namespace): Promise<{ browser: Browser; close(): Promise<void> }> => {
  const profile = mkdtempSync(join(tmpdir(), 'qiao-firefox-'));
  const lines = Object.entries(FIREFOX_PREFERENCES).map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const [command = '', ...prefix] = namespace.prefix;
  const program = [present(FIREFOX, 'firefox-esr'), '--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'];
  const child = spawn(command, [...prefix, ...program], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1' },
    // A group of its own, so that the content processes end with it.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const close = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const port = await until('Firefox to listen for WebDriver BiDi', () => /BiDi listening on ws:\/\/[^:]+:(\d+)/.exec(said)?.[1], 60_000);
    const browserWSEndpoint = `ws://127.0.0.1:${await namespace.reach(Number(port))}/session`;
    // Firefox answers only to the port that it listens on itself.
    const headers = { Host: `127.0.0.1:${port}` };
    const session = puppeteer.connect({ browserWSEndpoint, headers, protocol: 'webDriverBiDi' });
    const browser = await within(ANSWER_TIMEOUT_MS, 'Firefox to start a session', session);
    return { browser, close: async () => (await browser.disconnect(), await close()) };
  } catch (error) {
    await close();
    throw new Error(`Firefox did not start: ${said.slice(-500)}`, { cause: error });
  }
};

/** What the browser's settings would say, to servers and to pages. */
const speak = async (page: Page, acceptLanguage: string): Promise<void> => {
  const session = await page.createCDPSession();
  await session.send('Emulation.setUserAgentOverride', { userAgent: await page.browser().userAgent(), acceptLanguage });
};

/** A page of a person of their own (no cookies shared), speaking English unless told otherwise. */
export const openPage = async (browser: Browser, options: { readonly locale?: string } = {}): Promise<{ page: Page; context: BrowserContext }> => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  if (options.locale) await speak(page, options.locale);
  return { page, context };
};

/** Keeps a picture of the page for people to look at; its path is printed by the runner's folder, not asserted on. */
export const screenshot = async (page: Page, name: string): Promise<string> => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`) as `${string}.png`;
  await page.screenshot({ path });
  return path;
};
