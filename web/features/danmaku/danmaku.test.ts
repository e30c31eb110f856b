import { expect, test, vi } from 'vitest';
import type { LineId, UserId } from '../../../shared/ids.ts';
import type { SaidLine } from '../../../shared/messages/chat.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { PartDeps } from '../interaction/part.ts';

const kept = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
});
vi.stubGlobal('matchMedia', () => ({ matches: false }));
const { Danmaku } = await import('./danmaku.svelte.ts');

const NOW_MS = 1_700_000_000_000;

const setUp = (settings: object = {}) => {
  kept.clear();
  kept.set('qiao.danmaku', JSON.stringify(settings));
  const deps = { me: () => ({ userId: 'me', name: 'me', displayName: 'Me' }), serverNowMs: () => NOW_MS } as unknown as PartDeps;
  const danmaku = new Danmaku(deps);
  const onScreen = new Map<LineId, { color: string; isOwn: boolean; isAlwaysShown: boolean }>();
  danmaku.open({
    fly: (line) => void onScreen.set(line.said.lineId, line),
    remove: (isGone) => {
      for (const [lineId, line] of onScreen) if (isGone(line as Parameters<typeof isGone>[0])) onScreen.delete(lineId);
    },
  });
  return { danmaku, onScreen };
};

let last = 0;
const lineOf = (userId: string, more: { role?: Role; saidAtMs?: number; look?: SaidLine['look'] } = {}): SaidLine => ({
  kind: 'said', lineId: `line-${String(++last).padStart(6, '0')}` as LineId,
  author: { userId: userId as UserId, name: userId, displayName: userId, role: more.role ?? 'viewer', fanLevel: 0 },
  text: 'words', look: more.look ?? { color: 'red', place: 'scroll' }, saidAtMs: more.saidAtMs ?? NOW_MS, stamp: null,
  replyTo: null, mentions: [], editedAtMs: null,
});

test('a line of another flies as it is, an own one always', () => {
  const { danmaku, onScreen } = setUp();
  const [other, own] = [lineOf('somebody'), lineOf('me')];
  danmaku.take(other);
  danmaku.take(own);
  expect(onScreen.get(other.lineId)).toMatchObject({ color: 'red', isOwn: false, isAlwaysShown: false });
  expect(onScreen.get(own.lineId)).toMatchObject({ isOwn: true, isAlwaysShown: true });
});

test('what was missed while the connection was away does not fly late', () => {
  const { danmaku, onScreen } = setUp();
  danmaku.take(lineOf('somebody', { saidAtMs: NOW_MS - 6_000 }));
  expect(onScreen.size).toBe(0);
});

test('the settings decide what flies and how', () => {
  const off = setUp({ isOn: false });
  off.danmaku.take(lineOf('me'));
  expect(off.onScreen.size).toBe(0);
  const plain = setUp({ hasColors: false, hasStanding: false });
  const line = lineOf('somebody');
  plain.danmaku.take(line);
  plain.danmaku.take(lineOf('somebody', { look: { color: 'red', place: 'top' } }));
  expect([...plain.onScreen.values()].map(({ color }) => color)).toEqual(['white']);
});

test('a loud room flies one in N, but never leaves out the host’s or own ones, and says N', () => {
  const { danmaku, onScreen } = setUp();
  const crowd = Array.from({ length: 200 }, () => lineOf('somebody'));
  crowd.forEach((line) => danmaku.take(line));
  const [host, own] = [lineOf('host', { role: 'host' }), lineOf('me')];
  danmaku.take(host);
  danmaku.take(own);
  expect(danmaku.oneIn).toBe(32);
  expect(onScreen.size).toBeLessThan(80);
  expect(onScreen.has(host.lineId) && onScreen.has(own.lineId)).toBe(true);
  danmaku.close();
});

test('what is deleted, changed or cleared goes from the picture; blocked people stay away on this device', () => {
  const { danmaku, onScreen } = setUp();
  const lines = ['a', 'b', 'c', 'd'].map((person) => lineOf(person));
  lines.forEach((line) => danmaku.take(line));
  const [a, b, c, d] = lines;
  if (!a || !b || !c || !d) throw new Error('four lines');
  danmaku.heard({ event: 'chat.deleted', data: { lineIds: [a.lineId] } });
  danmaku.heard({ event: 'chat.edited', data: { line: { ...b, text: 'other words', editedAtMs: NOW_MS } } });
  danmaku.heard({ event: 'chat.cleared', data: { userId: c.author.userId } });
  expect([...onScreen.keys()]).toEqual([d.lineId]);
  danmaku.block(d.author.userId);
  danmaku.take(lineOf('d'));
  expect(onScreen.size).toBe(0);
  expect(kept.get('qiao.blocked-people')).toBe('["d"]');
  danmaku.blocked.unblock(d.author.userId);
  danmaku.take(lineOf('d'));
  expect(onScreen.size).toBe(1);
});
