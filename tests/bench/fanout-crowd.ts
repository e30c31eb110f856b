// A child process of `fanout`: a crowd of listeners, and among them those who speak and those who look at the clock. Two of
// them run: a large dumb one, and a small one that measures, so that a delay is the server's and not that of the crowd.

import { randomUUID } from 'node:crypto';
import { openRawListener } from '../support/raw-listener.ts';
import type { RawListener } from '../support/raw-listener.ts';

export type Order =
  | { readonly do: 'open'; readonly port: number; readonly count: number; readonly handle: string | null; readonly cookies: readonly string[]; readonly isWatched: boolean }
  | { readonly do: 'speak'; readonly perSecond: number; readonly seconds: number }
  | { readonly do: 'count' }
  | { readonly do: 'tell' }
  | { readonly do: 'close' };
/** `frames`: the room's, at each listener, in the order of opening. `seen`: of the first watched one, with the time of arrival. */
export type Told = { readonly frames: number[]; readonly bytes: number; readonly delaysMs: number[]; readonly seen: { readonly atMs: number; readonly text: string }[]; readonly refused: number; readonly open: number };

export type Counted = { readonly fewest: number; readonly all: number };

const OPENING = 100;
const nowMs = (): number => performance.timeOrigin + performance.now();

let crowd: RawListener[] = [];
let speakers: RawListener[] = [];
/** Of each of the crowd since the last `tell`. */
let replies: number[] = [];
let delaysMs: number[] = [];
let seen: { atMs: number; text: string }[] = [];
let refused = 0;
let opened = 0;

/** Resolves with the reply to the join, which is the first frame. */
const join = (listener: RawListener, handle: string): Promise<void> =>
  new Promise((resolve, reject) => {
    // An unanswered join would keep the whole bench waiting.
    void listener.closed.then(() => reject(new Error('closed before it was in the room')));
    listener.onText = (text) => {
      if (!text.startsWith('{"id":1,')) return;
      listener.onText = null;
      if (text.includes('"error"')) reject(new Error(text.slice(0, 200)));
      else resolve();
    };
    listener.send(JSON.stringify({ id: 1, name: 'room.join', params: { handle, as: 'viewer' } }));
  });

const SENT_AT = /"text":"at (\d+\.?\d*) /g;
const watch = (listener: RawListener, isRecorded: boolean): void => {
  listener.onText = (text) => {
    const atMs = nowMs();
    if (isRecorded) seen.push({ atMs, text });
    for (const [, sentAt] of text.matchAll(SENT_AT)) delaysMs.push(atMs - Number(sentAt));
  };
};

const openOne = async (order: Extract<Order, { do: 'open' }>, at: number): Promise<void> => {
  const cookie = order.cookies[at];
  opened += 1;
  const headers = {
    'X-Forwarded-For': `10.${(opened >> 14) & 127}.${(opened >> 7) & 127}.${opened & 127}`,
    ...(cookie === undefined ? {} : { Cookie: cookie }),
  };
  const listener = await openRawListener(order.port, { headers, ...(order.handle === null ? { path: '/live' } : {}) });
  if (order.handle !== null) await join(listener, order.handle);
  if (cookie !== undefined) {
    const at = crowd.length;
    listener.onText = (text) => {
      if (!text.startsWith('{"id":')) return;
      replies[at] = (replies[at] ?? 0) + 1;
      if (text.includes('"error"')) refused += 1;
    };
    speakers.push(listener);
  } else if (order.isWatched) watch(listener, crowd.length === 0);
  crowd.push(listener);
};

const open = async (order: Extract<Order, { do: 'open' }>): Promise<void> => {
  for (let from = 0; from < order.count; from += OPENING) {
    await Promise.all(Array.from({ length: Math.min(OPENING, order.count - from) }, (_, at) => openOne(order, from + at)));
  }
};

const WORDS = 'the river is high today and the bridge stands as ever';

/** Everybody in turn, evenly. */
const speak = ({ perSecond, seconds }: Extract<Order, { do: 'speak' }>): Promise<void> =>
  new Promise((resolve) => {
    const total = perSecond * seconds;
    const startMs = performance.now();
    let said = 0;
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startMs) / 1000) * perSecond));
      for (; said < due; said += 1) {
        const params = { key: randomUUID(), text: `at ${nowMs().toFixed(1)} ${WORDS}`, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null };
        speakers[said % speakers.length]?.send(JSON.stringify({ id: said + 2, name: 'chat.send', params }));
      }
      if (said < total) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });

/** The frames of whoever has the fewest, and of all together; replies to speakers are not the room's. */
const counted = (): Counted => {
  const frames = crowd.map(({ frames: all }, at) => all - (replies[at] ?? 0));
  return { fewest: frames.reduce((least, one) => Math.min(least, one), Infinity), all: frames.reduce((sum, one) => sum + one, 0) };
};

const tell = (): Told => {
  const told = {
    frames: crowd.map(({ frames }, at) => frames - (replies[at] ?? 0)), bytes: crowd.reduce((sum, { bytes }) => sum + bytes, 0),
    delaysMs, seen, refused, open: crowd.filter(({ isOpen }) => isOpen).length,
  };
  for (const listener of crowd) listener.frames = listener.bytes = 0;
  [delaysMs, seen, refused, replies] = [[], [], 0, []];
  return told;
};

// A bench that is killed must not leave thousands of sockets behind.
process.once('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  const answer = async (): Promise<unknown> => {
    if (order.do === 'open') return open(order);
    if (order.do === 'speak') return speak(order);
    if (order.do === 'count') return counted();
    if (order.do === 'tell') return tell();
    for (const listener of crowd) listener.close();
    [crowd, speakers, replies] = [[], [], []];
    return undefined;
  };
  answer().then(
    (told) => process.send?.({ told: told ?? null }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
