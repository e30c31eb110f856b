// A road that breaks in the middle of a message, a hundred times, while a dozen people talk over it: with the page's own
// connection, session, outbox and list of lines. In the end every page has every line once, in the same order.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import type { RequestKey } from '../../shared/ids.ts';
import type { ChatLine } from '../../shared/messages/chat.ts';
import { createOutbox } from '../../web/features/chat/outbox.ts';
import { joinedWith, said, SILENCE, type Talk } from '../../web/features/chat/talk.ts';
import { browserClock } from '../../web/live/clock.ts';
import { createConnection } from '../../web/live/connection.ts';
import { createRoomSession } from '../../web/live/room-session.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Person } from '../support/client.ts';
import { openCuttingRelay } from '../support/cutting-relay.ts';
import type { CuttingRelay } from '../support/cutting-relay.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { until } from '../support/wait.ts';

const CUTS = 100;
const PAGES = 12;

const closer = createCloser();
let server: TestServer;
let relay: CuttingRelay;
let handle: string;
beforeAll(async () => {
  server = await startServer();
  closer.add('server', async () => void (await server.stop()));
  relay = await openCuttingRelay(Number(new URL(server.url).port));
  closer.add('relay', relay.close);
  ({ handle } = await registerCreator(server));
});
afterAll(() => closer.close());

let keys = 0;
const LOOK = { color: 'white', place: 'scroll' } as const;

/** What the watch page is without its picture: everything that takes part in a line's way is the product's own. */
const openPage = (person: Person) => {
  const headers = { origin: `http://localhost:${relay.port}`, cookie: person.client.cookie() };
  const connection = createConnection({
    url: `ws://localhost:${relay.port}/live?v=1`,
    // Node's own option beside the standard's two.
    webSocket: (url) => new WebSocket(url, { headers } as unknown as string[]),
    wakeUps: () => () => {},
    random: () => 0.02, // Comes back soon: how long it waits is tested elsewhere.
  });
  let talk: Talk = SILENCE;
  /** All that this page ever showed, as it was told; a line that vanishes or changes its place would differ from the end. */
  const heard: ChatLine[] = [];
  let snapshots = 0;
  const session = createRoomSession({
    connection, handle, as: 'viewer',
    onJoined: ({ snapshot }) => {
      snapshots += 1;
      talk = joinedWith(talk, snapshot.chat);
    },
  });
  const outbox = createOutbox({
    ask: connection.request,
    clock: browserClock,
    isJoined: () => session.state().is === 'joined',
    changed: (list) => { waiting = list.length; },
    taken: (_, { line }) => { talk = said(talk, [line], null); },
    refused: (_, error) => { throw error; },
  });
  let waiting = 0;
  connection.on('chat.said', ({ lines }) => {
    heard.push(...lines);
    talk = said(talk, lines, null);
  });
  session.onState((state) => state.is === 'joined' && outbox.resume());
  return {
    say: (text: string) => outbox.add({ key: `cut-${(keys += 1)}` as RequestKey, text, look: LOOK, replyTo: null, seen: null }),
    lines: () => talk.newest.lines.flatMap((line) => (line.kind === 'said' ? [line.text] : [])),
    ids: () => talk.newest.lines.map(({ lineId }) => lineId),
    /** Lines that came twice with events; the list takes each once, but nobody should be told twice. */
    doubled: () => heard.length - new Set(heard.map(({ lineId }) => lineId)).size,
    isQuiet: () => waiting === 0 && session.state().is === 'joined',
    isJoined: () => session.state().is === 'joined',
    snapshots: () => snapshots,
    close() {
      outbox.close();
      connection.close();
    },
  };
};

test('[J8] a hundred cuts in the middle of messages: no line is lost, doubled or out of order, on any page', async () => {
  const pages = await Promise.all(Array.from({ length: PAGES }, async () => openPage(await register(server))));
  await until('everybody to be in', () => pages.every((page) => page.isJoined()));
  const words: string[] = [];
  for (let cut = 0; cut < CUTS; cut += 1) {
      // All of them are cut in turn, upwards and downwards, early and late in a message.
    const speaker = pages[cut % PAGES];
    const broken = relay.cut(cut % 2 === 0 ? 'down' : 'up', ((cut * 37) % 100) / 100);
    words.push(`line ${cut}`);
    speaker?.say(`line ${cut}`);
    await broken;
    await until('the way back', () => pages.every((page) => page.isJoined()), 20_000);
  }
  await until('everything to be said', () => pages.every((page) => page.isQuiet()), 30_000);
  await until('everybody to have everything', () => pages.every((page) => page.lines().length === words.length), 20_000);
  const [first] = pages;
  for (const page of pages) {
    expect(page.ids()).toEqual(first?.ids());
    expect(page.ids()).toEqual([...page.ids()].sort());
    expect([...page.lines()].sort()).toEqual([...words].sort());
    expect(page.doubled()).toBe(0);
  }
  // One person's lines keep the order in which they were said.
  for (let at = 0; at < PAGES; at += 1) {
    const own = words.filter((_, cut) => cut % PAGES === at);
    expect(first?.lines().filter((text) => own.includes(text))).toEqual(own);
  }
  process.stdout.write(`${CUTS} cuts; snapshots taken: ${pages.map((page) => page.snapshots()).join(', ')}\n`);
  await expectUnharmed(server);
  for (const page of pages) page.close();
}, 180_000);
