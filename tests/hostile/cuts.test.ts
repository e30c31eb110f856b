// A road that breaks in the middle of a message, a hundred times, while a dozen people talk over it: with the page's own
// connection, session, outbox and list of lines. Every page hears the lines in the order of their ids, none twice, and in the
// end every page has every line.

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
/** At each cut so many people speak at once; they are others each time. */
const SPEAKERS = 3;

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
  /** As told by events. */
  const heard: ChatLine[] = [];
  /** All that this page ever showed; its list itself keeps only the newest. */
  const shown = new Map<ChatLine['lineId'], ChatLine>();
  const become = (next: Talk): void => {
    talk = next;
    for (const line of talk.newest.lines) shown.set(line.lineId, line);
  };
  let snapshots = 0;
  const session = createRoomSession({
    connection, handle, as: 'viewer',
    onJoined: ({ snapshot }) => {
      snapshots += 1;
      become(joinedWith(talk, snapshot.chat));
    },
  });
  const outbox = createOutbox({
    ask: connection.request,
    clock: browserClock,
    isJoined: () => session.state().is === 'joined',
    changed: (list) => { waiting = list.length; },
    taken: (_, { line }) => become(said(talk, [line], null)),
    refused: (_, error) => { throw error; },
  });
  let waiting = 0;
  connection.on('chat.said', ({ lines }) => {
    heard.push(...lines);
    become(said(talk, lines, null));
  });
  session.onState((state) => state.is === 'joined' && outbox.resume());
  return {
    say: (text: string) => outbox.add({ key: `cut-${(keys += 1)}` as RequestKey, text, look: LOOK, replyTo: null, seen: null }),
    /** In the order of their ids, as the page would show them. */
    lines: () => [...shown].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, line]) => (line.kind === 'said' ? [line.text] : [])),
    /** What is in the list now; what one sees at the end. */
    listed: () => talk.newest.lines.map(({ lineId }) => lineId),
    /** Lines that came twice with events; the list takes each once, but nobody should be told twice. */
    doubled: () => heard.length - new Set(heard.map(({ lineId }) => lineId)).size,
    isQuiet: () => waiting === 0 && session.state().is === 'joined',
    isJoined: () => session.state().is === 'joined',
    /** Each line was told after all that sort before it. */
    isInOrder: () => heard.every(({ lineId }, at) => at === 0 || lineId > (heard[at - 1]?.lineId ?? '')),
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
  const bySpeaker = new Map<number, string[]>();
  const speak = (at: number, text: string): void => {
    words.push(text);
    bySpeaker.set(at, [...(bySpeaker.get(at) ?? []), text]);
    expect(pages[at]?.say(text)).toBe(true);
  };
  for (let cut = 0; cut < CUTS; cut += 1) {
    // Upwards and downwards, early and late in a message.
    const broken = relay.cut(cut % 2 === 0 ? 'down' : 'up', ((cut * 37) % 100) / 100);
    for (let speaker = 0; speaker < SPEAKERS; speaker += 1) speak((cut + speaker * 5) % PAGES, `line ${cut} of ${speaker}`);
    await broken;
    await until('the way back', () => pages.every((page) => page.isJoined()), 20_000);
  }
  await until('everything to be said', () => pages.every((page) => page.isQuiet()), 30_000);
  await until('everybody to have everything', () => pages.every((page) => page.lines().length === words.length), 20_000);
  const [first] = pages;
  for (const page of pages) {
    expect(page.lines()).toEqual(first?.lines());
    expect([...page.lines()].sort()).toEqual([...words].sort());
    expect(page.listed()).toEqual([...page.listed()].sort());
    expect(page.doubled()).toBe(0);
    expect(page.isInOrder()).toBe(true);
  }
  // One person's lines keep the order in which they were said.
  for (const own of bySpeaker.values()) expect(first?.lines().filter((text) => own.includes(text))).toEqual(own);
  process.stdout.write(`${CUTS} cuts; snapshots taken: ${pages.map((page) => page.snapshots()).join(', ')}\n`);
  await expectUnharmed(server);
  for (const page of pages) page.close();
}, 180_000);
