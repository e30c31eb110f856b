// The child process of `gifts`: people who give. Each has some gifts on the way at a time; they give as fast as they are answered,
// or all together at a pace.

import { openRawListener } from '../support/raw-listener.ts';
import type { RawListener } from '../support/raw-listener.ts';

export type Seat = { readonly handle: string; readonly cookie: string };
export type GiftOrder =
  | { readonly do: 'open'; readonly port: number; readonly seats: readonly Seat[] }
  /** `perSecond` null: as fast as they are answered, each having so many on the way. */
  | { readonly do: 'give'; readonly seconds: number; readonly perSecond: number | null; readonly onWay: number }
  | { readonly do: 'close' };
export type Given = { readonly acknowledged: number; readonly refused: number; readonly seconds: number; readonly delaysMs: readonly number[] };

const OPENING = 20;
/** Replies are shorter; what is told to the room is looked into by nobody here. */
const REPLY_BYTES_MAX = 1_000;
const JOIN_BYTES_MAX = 1_000_000;
const nowMs = (): number => performance.now();

type Giver = { readonly listener: RawListener; readonly sentAtMs: Map<number, number>; id: number };
let givers: Giver[] = [];
let opened = 0;
let lastKey = 0;
let delaysMs: number[] = [];
let refused = 0;
let answered: (giver: Giver) => void = () => {};

const openOne = async (port: number, { handle, cookie }: Seat): Promise<void> => {
  opened += 1;
  const headers = { Cookie: cookie, 'X-Forwarded-For': `10.9.${(opened >> 7) & 127}.${opened & 127}` };
  const listener = await openRawListener(port, { headers });
  await new Promise<void>((resolve, reject) => {
    void listener.closed.then(() => reject(new Error('closed before it was in the room')));
    listener.textBytesMax = JOIN_BYTES_MAX;
    listener.onText = (text) => {
      if (!text.startsWith('{"id":1,')) return;
      if (text.includes('"error"')) reject(new Error(text.slice(0, 200)));
      else resolve();
    };
    listener.send(JSON.stringify({ id: 1, name: 'room.join', params: { handle, as: 'viewer' } }));
  });
  listener.textBytesMax = REPLY_BYTES_MAX;
  const giver: Giver = { listener, sentAtMs: new Map(), id: 1 };
  listener.onText = (text) => {
    if (!text.startsWith('{"id":')) return;
    const id = Number.parseInt(text.slice('{"id":'.length), 10);
    const sentAtMs = giver.sentAtMs.get(id);
    if (sentAtMs === undefined) return;
    giver.sentAtMs.delete(id);
    if (text.includes('"error"')) refused += 1;
    else delaysMs.push(nowMs() - sentAtMs);
    answered(giver);
  };
  givers.push(giver);
};

const give = (giver: Giver): void => {
  giver.sentAtMs.set((giver.id += 1), nowMs());
  const params = { key: `k${process.pid}-${(lastKey += 1)}`, giftId: 'rose', quantity: 1, seen: null };
  giver.listener.send(JSON.stringify({ id: giver.id, name: 'gift.send', params }));
};

const ANSWER_MS_MAX = 15_000;

/** Of all that was sent; whoever was closed meanwhile is counted as refused. */
const allAnswered = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const untilMs = nowMs() + ANSWER_MS_MAX;
    const timer = setInterval(() => {
      for (const giver of givers) {
        if (giver.listener.isOpen) continue;
        refused += giver.sentAtMs.size;
        giver.sentAtMs.clear();
      }
      const waiting = givers.reduce((sum, { sentAtMs }) => sum + sentAtMs.size, 0);
      if (waiting > 0 && nowMs() < untilMs) return;
      clearInterval(timer);
      if (waiting > 0) reject(new Error(`${waiting} gifts were never answered`));
      else resolve();
    }, 5);
  });

/** One after the other, so many a second. Who has enough on the way is passed over. */
const pace = (perSecond: number, seconds: number, onWay: number): Promise<void> =>
  new Promise((resolve) => {
    const startMs = nowMs();
    let [given, turn] = [0, 0];
    const timer = setInterval(() => {
      const due = Math.min(perSecond * seconds, Math.floor(((nowMs() - startMs) / 1000) * perSecond));
      for (let tried = 0; given < due && tried < givers.length; tried += 1) {
        const giver = givers[turn++ % givers.length];
        if (!giver || giver.sentAtMs.size >= onWay) continue;
        give(giver);
        given += 1;
      }
      if (nowMs() - startMs < seconds * 1000) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });

const atFullSpeed = (seconds: number, onWay: number): Promise<void> =>
  new Promise((resolve) => {
    const untilMs = nowMs() + seconds * 1000;
    answered = (giver) => { if (nowMs() < untilMs) give(giver); };
    for (let round = 0; round < onWay; round += 1) for (const giver of givers) give(giver);
    setTimeout(resolve, seconds * 1000);
  });

const run = async ({ seconds, perSecond, onWay }: Extract<GiftOrder, { do: 'give' }>): Promise<Given> => {
  [delaysMs, refused] = [[], 0];
  const startMs = nowMs();
  answered = () => {};
  await (perSecond === null ? atFullSpeed(seconds, onWay) : pace(perSecond, seconds, onWay));
  await allAnswered();
  return { acknowledged: delaysMs.length, refused, seconds: (nowMs() - startMs) / 1000, delaysMs };
};

// A bench that is killed must not leave its sockets behind.
process.once('disconnect', () => process.exit());
process.on('message', (order: GiftOrder) => {
  const answer = async (): Promise<unknown> => {
    if (order.do === 'give') return run(order);
    if (order.do === 'open') {
      for (let from = 0; from < order.seats.length; from += OPENING) await Promise.all(order.seats.slice(from, from + OPENING).map((seat) => openOne(order.port, seat)));
      return null;
    }
    for (const { listener } of givers) listener.close();
    givers = [];
    return null;
  };
  answer().then((told) => process.send?.({ told }), (error: Error) => process.send?.({ error: error.message }));
});
