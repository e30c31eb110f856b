// People talk, as their browsers show it: what one writes the others read, answers, changes and deletes; who reads back reads in
// peace; what a cut connection swallowed is said once; and a channel that is not on air can be talked in all the same.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestKey } from '../../shared/ids.ts';
import { createCloser } from '../../server/lib/closer.ts';
import { faultsIn } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { bodyText, click, hook, loginAs, textOf, waitFor } from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

/** Lines that one person may say at once. */
const BURST = 6;

const closer = createCloser();
let server: TestServer;
let browser: Browser;
let keys = 0;
beforeAll(async () => {
  server = await startServer();
  closer.add('server', async () => void (await server.stop()));
  browser = await launchChromium();
  closer.add('Chromium', () => browser.close());
});
afterAll(() => closer.close());

type PageOptions = { readonly person?: Person; readonly locale?: string; readonly prepare?: (page: Page) => Promise<unknown> };

const openChat = async (handle: string, { person, locale, prepare }: PageOptions = {}): Promise<Page> => {
  const { page } = await openPage(browser, locale === undefined ? {} : { locale });
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  if (person) await loginAs(page, server.url, person as Creator);
  await prepare?.(page);
  await page.goto(`${server.url}/@${handle}`);
  await waitFor(page, hook('chat-list'));
  return page;
};
const leave = (page: Page): Promise<void> => page.browserContext().close();

const write = async (page: Page, text: string): Promise<void> => {
  await page.focus(hook('chat-input'));
  await page.keyboard.type(text);
};
const say = async (page: Page, text: string): Promise<void> => {
  await write(page, text);
  await page.keyboard.press('Enter');
};
const lines = (page: Page): Promise<string[]> =>
  page.$$eval(`${hook('chat-list')} [data-line]`, (rows) => rows.map((row) => (row.textContent ?? '').replace(/\s+/g, ' ').trim()));
const waitForLine = (page: Page, text: string): Promise<string> =>
  until(`the line "${text}"`, async () => (await lines(page)).find((line) => line.includes(text)));
const lineGone = (page: Page, text: string): Promise<boolean> =>
  until(`"${text}" to go`, async () => !(await lines(page)).some((line) => line.includes(text)));

/** Points at the line with these words, opens its menu and chooses. */
const choose = async (page: Page, text: string, item: string): Promise<void> => {
  const lineId = await page.$$eval(`${hook('chat-list')} [data-line]`, (rows, wanted) =>
    rows.find((row) => row.textContent?.includes(wanted))?.getAttribute('data-line') ?? '', text);
  await page.hover(`[data-line="${lineId}"]`);
  await click(page, `[data-line="${lineId}"] [data-line-menu]`);
  await click(page, `::-p-xpath(//*[@data-line="${lineId}"]//button[@role="menuitem"][normalize-space(.)="${item}"])`);
};

/** Many voices, since each may say only so much at once. */
const crowd = async (handle: string, count: number): Promise<(text: string) => Promise<void>> => {
  const voices: Connection[] = [];
  for (let at = 0; at < Math.ceil(count / BURST); at += 1) {
    const { client } = await register(server);
    const voice = await client.connect();
    await voice.join(handle);
    voices.push(voice);
  }
  closer.add('voices', async () => voices.forEach((voice) => voice.close()));
  let next = 0;
  return async (text) => {
    const key = `line-of-the-crowd-${String(++keys).padStart(6, '0')}` as RequestKey;
    const voice = voices[Math.floor(next++ / BURST)];
    await voice?.request('chat.send', { key, text, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null });
  };
};

test('two people talk, a guest reads along and is shown the way in, and a reload keeps what was said', async () => {
  const { handle } = await registerCreator(server);
  const [ann, bob] = [await register(server), await register(server)];
  const [annPage, bobPage, guest] = [await openChat(handle, { person: ann }), await openChat(handle, { person: bob }), await openChat(handle)];
  await say(annPage, 'Is anybody here?');
  await waitForLine(bobPage, `${ann.name}: Is anybody here?`);
  await say(bobPage, `@${ann.name} yes`);
  await waitForLine(annPage, `${bob.name}: @${ann.name} yes`);
  await waitForLine(guest, 'Is anybody here?');
  expect(await textOf(guest, hook('writing-barred'))).toContain('Log in to chat');
  expect(await guest.$(hook('chat-input'))).toBeNull();
  expect(await guest.$eval(`${hook('writing-barred')} a`, (link) => link.getAttribute('href'))).toBe(`/login?next=${encodeURIComponent(`/@${handle}`)}`);
  await write(annPage, 'half a thou');
  await annPage.reload();
  await waitForLine(annPage, `${bob.name}: @${ann.name} yes`);
  expect((await lines(annPage)).map((line) => line.replace(/^[^:]*: /, ''))).toEqual(['Is anybody here?', `@${ann.name} yes`]);
  expect(await annPage.$eval(hook('chat-input'), (box) => (box as HTMLTextAreaElement).value)).toBe('half a thou');
  for (const page of [annPage, bobPage, guest]) await leave(page);
});

test('a line is answered, changed and deleted, for everybody at once', async () => {
  const { handle } = await registerCreator(server);
  const [ann, bob] = [await register(server), await register(server)];
  const [annPage, bobPage] = [await openChat(handle, { person: ann }), await openChat(handle, { person: bob })];
  await say(annPage, 'the first thing');
  await waitForLine(bobPage, 'the first thing');
  await choose(bobPage, 'the first thing', 'Reply');
  await until('the answered line above the box', async () => (await textOf(bobPage, hook('composer-context'))).includes('the first thing'));
  await say(bobPage, 'so true');
  await waitForLine(annPage, 'so true');
  expect(await annPage.$eval('[data-quote]', (quote) => quote.textContent)).toContain('the first thing');

  // The arrow up in an empty box changes one's last line.
  await annPage.focus(hook('chat-input'));
  await annPage.keyboard.press('ArrowUp');
  await waitFor(annPage, hook('composer-context'));
  await annPage.keyboard.type('!');
  await annPage.keyboard.press('Enter');
  await waitForLine(bobPage, 'the first thing!edited');

  await choose(annPage, 'the first thing!', 'Delete');
  await lineGone(bobPage, 'first thing');
  // What was deleted does not live on in the answers to it.
  await until('the quote to go', async () => (await annPage.$('[data-quote]')) === null && (await bobPage.$('[data-quote]')) === null);
  await waitForLine(bobPage, 'so true');
  await leave(annPage);
  await leave(bobPage);
});

test('an @ offers who is here, and a line has no second one', async () => {
  const { handle } = await registerCreator(server);
  const [ann, bob] = [await register(server), await register(server)];
  const [annPage, bobPage] = [await openChat(handle, { person: ann }), await openChat(handle, { person: bob })];
  await say(annPage, 'hello');
  await waitForLine(bobPage, 'hello');
  await write(bobPage, `hi @${ann.name.slice(0, 6)}`);
  await waitFor(bobPage, hook('mention-list'));
  await bobPage.keyboard.press('Enter');
  await bobPage.keyboard.type('there');
  expect(await bobPage.$eval(hook('chat-input'), (box) => (box as HTMLTextAreaElement).value)).toBe(`hi @${ann.name} there`);
  await bobPage.keyboard.down('Shift');
  await bobPage.keyboard.press('Enter');
  await bobPage.keyboard.up('Shift');
  expect(await lines(bobPage)).toHaveLength(1);
  await bobPage.keyboard.press('Enter');
  await waitForLine(annPage, `hi @${ann.name} there`);
  await leave(annPage);
  await leave(bobPage);
});

test('the Enter that ends a Chinese word does not send, and what is being composed can be sent as it stands', async () => {
  const { handle } = await registerCreator(server);
  const page = await openChat(handle, { person: await register(server) });
  const session = await page.createCDPSession();
  const compose = (text: string): Promise<unknown> => session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  const words = (): Promise<string> => page.$eval(hook('chat-input'), (box) => (box as HTMLTextAreaElement).value);
  await page.focus(hook('chat-input'));
  for (const part of ['n', 'ni', "ni'h", "ni'hao"]) await compose(part);
  const isTaken = await page.$eval(hook('chat-input'), (box) =>
    !box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })));
  expect(isTaken).toBe(false);
  await session.send('Input.insertText', { text: '你好' });
  expect(await words()).toBe('你好');
  // A phone's keyboard composes every word, and tells of its end when the next begins.
  await compose('呀');
  expect(await words()).toBe('你好呀');
  expect(await lines(page)).toEqual([]);
  await click(page, hook('chat-send'));
  await waitForLine(page, '你好呀');
  await until('the empty box', async () => (await words()) === '');
  await leave(page);
});

test('who reads back reads in peace: new lines are counted, and one press leads to them', async () => {
  const { handle } = await registerCreator(server);
  const speak = await crowd(handle, 54);
  for (let n = 1; n <= 40; n += 1) await speak(`line number ${n}.`);
  const page = await openChat(handle, { person: await register(server) });
  await waitForLine(page, 'line number 40.');
  const place = (): Promise<{ readonly text: string; readonly top: number; readonly rest: number }> =>
    page.$eval(hook('chat-list'), (list) => {
      const { top } = list.getBoundingClientRect();
      const row = [...list.querySelectorAll('[data-line]')].find((one) => one.getBoundingClientRect().bottom > top);
      return {
        text: row?.textContent ?? '', top: Math.round((row?.getBoundingClientRect().top ?? 0) - top),
        rest: list.scrollHeight - list.scrollTop - list.clientHeight,
      };
    });
  expect((await place()).rest).toBeLessThan(2);
  await page.focus(hook('chat-list'));
  for (let press = 0; press < 30; press += 1) await page.keyboard.press('ArrowUp');
  const before = await place();
  expect(before.rest).toBeGreaterThan(100);
  for (let n = 41; n <= 52; n += 1) await speak(`line number ${n}.`);
  await until('the count of new lines', async () => (await textOf(page, hook('chat-newest'))) === '12 new messages');
  const after = await place();
  expect([after.text, after.top]).toEqual([before.text, before.top]);
  await screenshot(page, 'chat-reading-back');
  await click(page, hook('chat-newest'));
  await until('the newest line', async () => (await place()).rest < 2);
  expect((await lines(page)).at(-1)).toContain('line number 52.');
  await speak('line number 53.');
  await waitForLine(page, 'line number 53.');
  expect((await place()).rest).toBeLessThan(2);
  await leave(page);
});

test('older lines come while one scrolls up, in order and each once, and what one looks at stays where it is', async () => {
  const { handle } = await registerCreator(server);
  const speak = await crowd(handle, 138);
  for (let n = 1; n <= 138; n += 1) await speak(`line number ${n}.`);
  const page = await openChat(handle);
  await waitForLine(page, 'line number 138.');
  expect((await lines(page))[0]).toContain('line number 39.');
  await page.focus(hook('chat-list'));
  await page.keyboard.press('ArrowUp');
  await page.$eval(hook('chat-list'), (list) => list.scrollTo(0, 200));
  const topOf = (text: string): Promise<number> =>
    page.$$eval('[data-line]', (rows, wanted) => Math.round(rows.find((row) => row.textContent?.includes(wanted))?.getBoundingClientRect().top ?? -1), text);
  const before = await topOf('line number 48.');
  await waitForLine(page, 'line number 1.');
  expect(await topOf('line number 48.')).toBe(before);
  expect((await lines(page)).map((line) => Number(/number (\d+)/.exec(line)?.[1]))).toEqual(Array.from({ length: 138 }, (_, at) => at + 1));
  await leave(page);
});

test('what a cut connection swallowed is said once, and what was written meanwhile after it', async () => {
  const { handle } = await registerCreator(server);
  const page = await openChat(handle, {
    person: await register(server),
    prepare: (fresh) =>
      fresh.evaluateOnNewDocument(() => {
        const Plain = WebSocket;
        const world = window as unknown as { isCut: boolean };
        // The line reaches the server; its answer, and any new connection, does not come through.
        window.WebSocket = class extends Plain {
          constructor(url: string | URL) {
            super(url);
            if (world.isCut) this.close();
          }
          override send(data: string): void {
            super.send(data);
            if (!data.includes('before the cut')) return;
            if (!('cutOnce' in world)) {
              world.isCut = true;
              Object.assign(world, { cutOnce: true });
              setTimeout(() => this.close(4000), 0);
              this.onmessage = null;
            }
          }
        };
      }),
  });
  const witness = await openChat(handle);
  await say(page, 'before the cut');
  await waitForLine(witness, 'before the cut');
  await until('the page to notice', async () => (await bodyText(page)).includes('Connection lost'));
  await say(page, 'during the cut');
  await until('the line to wait', async () => (await textOf(page, hook('chat-list'))).includes('Goes out when you are connected again'));
  await page.evaluate(() => Object.assign(window, { isCut: false }));
  await waitForLine(witness, 'during the cut');
  await until('nothing to wait', async () => (await page.$(hook('outgoing'))) === null, 20_000);
  const said = ['before the cut', 'during the cut'];
  for (const one of [page, witness]) expect((await lines(one)).map((line) => line.replace(/^[^:]*: /, ''))).toEqual(said);
  await leave(page);
  await leave(witness);
});

test('whatever people write is shown as they wrote it, and does nothing', async () => {
  const { handle } = await registerCreator(server);
  const page = await openChat(handle);
  const incidents: string[] = [];
  page.on('dialog', (dialog) => (incidents.push(dialog.message()), void dialog.dismiss()));
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url());
    if (/^https?:$/.test(protocol) && host !== new URL(server.url).host) incidents.push(`request to ${host}`);
  });
  const speak = await crowd(handle, HOSTILE_TEXTS.length + 2);
  for (const text of [...HOSTILE_TEXTS, 'see https://example.com/a?b=1', 'the last one']) await speak(text);
  await waitForLine(page, 'the last one');
  const shown = await lines(page);
  for (const text of HOSTILE_TEXTS) expect(shown.filter((line) => line.endsWith(`: ${text}`))).toHaveLength(1);
  expect(await page.$$eval('[data-line] :is(script, img, iframe, svg animate, style, link, base, meta, math)', (all) => all.length)).toBe(0);
  const links = await page.$$eval('[data-line] a', (all) => all.map((link) => [link.href, link.target, link.rel]));
  expect(links.every(([href, target, rel]) => /^https?:/.test(href ?? '') && target === '_blank' && rel === 'noopener noreferrer nofollow ugc')).toBe(true);
  expect(links.map(([href]) => href)).toContain('https://example.com/a?b=1');
  expect(await page.evaluate('window.qiaoBroken')).toBeUndefined();
  expect(incidents).toEqual([]);
  await leave(page);
});

test('emoji come from our own server, past its policy, and go where the cursor is', async () => {
  const { handle } = await registerCreator(server);
  const page = await openChat(handle, { person: await register(server) });
  const refused: string[] = [];
  page.on('console', (message) => /Content Security Policy/.test(message.text()) && refused.push(message.text()));
  await write(page, 'ab');
  await page.keyboard.press('ArrowLeft');
  await click(page, 'button[aria-label="Emoji"]');
  await click(page, 'emoji-picker >>> .tabpanel button.emoji');
  const text = await until('the emoji in the box', () =>
    page.$eval(hook('chat-input'), (box) => (/^a.+b$/u.test((box as HTMLTextAreaElement).value) ? (box as HTMLTextAreaElement).value : null)));
  expect(text).toMatch(/^a\p{Extended_Pictographic}\ufe0f?b$/u);
  expect(refused).toEqual([]);
  await leave(page);
});

test('on a phone picture, talk and box are there without scrolling, in Chinese too; screen readers find nothing amiss', async () => {
  const { handle } = await registerCreator(server);
  const speak = await crowd(handle, 30);
  for (let n = 1; n <= 30; n += 1) await speak(`第 ${n} 条消息`);
  const prepare = (page: Page): Promise<void> => page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  const page = await openChat(handle, { person: await register(server), locale: 'zh-CN', prepare });
  await waitForLine(page, '第 30 条消息');
  expect(await page.$eval(hook('chat-input'), (box) => (box as HTMLTextAreaElement).placeholder)).toBe('说点什么…');
  const box = await page.$eval(hook('chat-input'), (element) => element.getBoundingClientRect().bottom);
  expect(box).toBeLessThanOrEqual(844);
  expect(await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth])).toEqual([844, 390]);
  await screenshot(page, 'chat-phone-chinese');
  expect(await faultsIn(page)).toEqual([]);
  // Following is one tap away, and then no longer in the way.
  await page.tap(hook('follow'));
  await page.waitForSelector(hook('follow'), { hidden: true });
  await page.tap(hook('tab-about'));
  await page.waitForSelector(hook('followers'), { visible: true });
  expect(await textOf(page, hook('followers'))).toContain('1');
  await page.tap(hook('tab-chat'));
  await waitForLine(page, '第 30 条消息');
  await leave(page);
});

test('who follows is counted, and stops when they like', async () => {
  const { handle } = await registerCreator(server);
  const page = await openChat(handle, { person: await register(server) });
  await click(page, hook('follow'));
  await until('the follower', async () => (await textOf(page, hook('followers'))) === '1 follower');
  await page.reload();
  await until('the choice to be kept', async () => (await textOf(page, hook('follow'))) === 'Following');
  await click(page, hook('follow'));
  await until('nobody', async () => (await textOf(page, hook('followers'))) === '0 followers');
  await leave(page);
});
