import { expect, test, vi } from 'vitest';
import type { LineId } from '../../../shared/ids.ts';
import type { ChatLine, SaidLine } from '../../../shared/messages/chat.ts';
import type { Joined } from '../../live/room-session.ts';
import type { PartDeps } from '../interaction/part.ts';
import { line, lineIdOf, replyTo } from './testing/lines.ts';

const kept = new Map<string, string>();
const store = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
};
vi.stubGlobal('localStorage', store);
vi.stubGlobal('sessionStorage', store);
vi.stubGlobal('requestAnimationFrame', (fn: () => void) => setTimeout(fn, 0));
vi.stubGlobal('cancelAnimationFrame', clearTimeout);
const { Chat } = await import('./chat.svelte.ts');

type Asked = { readonly name: string; readonly params: unknown; readonly answer: (result: unknown) => void };

/** Written by me, which is who looks at the page. */
const mine = (n: number, parts: Partial<SaidLine> = {}): SaidLine => line(n, { by: 'me', ...parts });

const setUp = (...lines: ChatLine[]) => {
  kept.clear();
  const asked: Asked[] = [];
  const shown: string[] = [];
  const deps = {
    ask: (name: string, params: unknown) => new Promise((answer) => asked.push({ name, params, answer })),
    toasts: { show: (text: string) => shown.push(text) },
    handle: 'bridge', me: () => ({ userId: 'u-me', name: 'me', displayName: 'ME' }), role: () => 'viewer', may: () => true,
    isJoined: () => true, seen: () => null, serverNowMs: () => 1_700_000_000_000,
  } as unknown as PartDeps;
  const chat = new Chat(deps);
  const join = (...snapshot: ChatLine[]): void => chat.joined({ snapshot: { chat: { lines: snapshot, pinned: null } } } as unknown as Joined);
  const numbers = (): number[] => chat.shown.lines.map(({ lineId }) => Number(lineId.slice(1)));
  /** Facts are put on the page before another fact. */
  const say = (...said: ChatLine[]): void => {
    chat.heard({ event: 'chat.said', data: { lines: said } });
    chat.heard({ event: 'chat.deleted', data: { lineIds: [] } });
  };
  const remove = (...lineIds: LineId[]): void => chat.heard({ event: 'chat.deleted', data: { lineIds } });
  const decide = (lineId: LineId, isApproved: boolean): void => chat.heard({ event: 'line.decided', data: { lineId, isApproved } });
  join(...lines);
  return { chat, asked, shown, join, numbers, say, remove, decide };
};

test.each(['before', 'after'])('an own line that waits again after a change stays with its author, told %s the answer', async (when) => {
  const { chat, asked, numbers, remove, say } = setUp(line(1), mine(2), line(3, { replyTo: replyTo(2, 'me') }));
  const changing = chat.edit(lineIdOf(2), 'bad words');
  if (when === 'before') remove(lineIdOf(2));
  asked[0]?.answer({ line: mine(2, { text: 'bad words', editedAtMs: 5 }), isHeld: true });
  await changing;
  if (when === 'after') remove(lineIdOf(2));
  expect(numbers()).toEqual([1, 2, 3]);
  expect(chat.held.has(lineIdOf(2))).toBe(true);
  expect(chat.shown.lines[1]).toMatchObject({ text: 'bad words' });
  expect(chat.shown.lines[2]).toMatchObject({ replyTo: null });
  say(mine(2, { text: 'bad words', editedAtMs: 5 }));
  expect(numbers()).toEqual([1, 2, 3]);
  expect(chat.held.size).toBe(0);
  remove(lineIdOf(2));
  expect(numbers()).toEqual([1, 3]);
});

test('an approved line goes to its old place, on every page', () => {
  const { numbers, say } = setUp(line(1), line(2), line(4));
  say(line(3));
  expect(numbers()).toEqual([1, 2, 3, 4]);
});

test('a rejected line goes with a word about it, also when the page has forgotten that it waited', () => {
  const { shown, decide, join, numbers } = setUp(line(1), mine(2));
  decide(lineIdOf(1), false); // Of somebody else, told to moderators.
  expect(shown).toEqual([]);
  join(line(1), mine(2));
  decide(lineIdOf(2), false);
  expect(numbers()).toEqual([1]);
  expect(shown).toHaveLength(1);
});

test('who takes back a line that waits is not told that it was rejected', async () => {
  const { chat, asked, shown, decide, numbers } = setUp(line(1), mine(2));
  const removing = chat.remove(lineIdOf(2));
  decide(lineIdOf(2), false);
  asked[0]?.answer({});
  await removing;
  expect(numbers()).toEqual([1]);
  expect(shown).toEqual([]);
});

test('the same words twice are two lines: the first, told after its answer, does not stand for the second', async () => {
  const { chat, asked, say } = setUp();
  chat.send('ha');
  chat.send('ha');
  asked[0]?.answer({ line: mine(1, { text: 'ha' }), isHeld: false });
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  say(mine(1, { text: 'ha' }));
  expect(chat.outgoing.map(({ isSaid }) => isSaid)).toEqual([false]);
});

test('a line that a fresh snapshot has is not shown as on its way as well', () => {
  const { chat, join } = setUp(line(1));
  chat.send('hello');
  join(line(1), mine(2, { text: 'hello' }));
  expect(chat.outgoing).toMatchObject([{ text: 'hello', isSaid: true }]);
});

test('each new line is told once to those who fly it, never one of the history', async () => {
  const { chat, asked, join, say } = setUp(line(1));
  const told: string[] = [];
  chat.onLine((one) => told.push(`${one.line.text}${one.isOwn ? ' (own)' : ''}`));
  say(line(2));
  chat.send('mine');
  asked[0]?.answer({ line: mine(3, { text: 'mine' }), isHeld: false });
  await vi.waitFor(() => expect(chat.outgoing).toEqual([]));
  say(mine(3, { text: 'mine' }));
  join(line(1), line(2), mine(3, { text: 'mine' }));
  expect(told).toEqual(['words 2', 'mine (own)']);
});
