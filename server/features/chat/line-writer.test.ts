import { expect, test } from 'vitest';
import type { LineId, RequestKey, RoomId, UserId } from '../../../shared/ids.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createMetrics } from '../../lib/metrics.ts';
import type { SaidEntry } from './line.ts';
import { createLineWriter } from './line-writer.ts';

const entryOf = (id: string): SaidEntry => ({
  kind: 'said', roomId: 'r' as RoomId, broadcastId: null, key: id as RequestKey, replyToLineId: null, isShadow: false,
  state: 'shown', holdCause: null, hiddenBy: null,
  said: {
    kind: 'said', lineId: id as LineId, author: { userId: 'u' as UserId, name: 'u', displayName: 'U', role: 'viewer', fanLevel: 0 }, text: id,
    look: { color: 'white', place: 'scroll' }, saidAtMs: 0, stamp: null, replyTo: null, mentions: [], editedAtMs: null,
  },
});

/** `fault` before or after the rows are there, as an outage may come. */
const setUp = () => {
  const clock = createHandClock();
  const rows = new Map<string, string>();
  const control = { before: null as unknown, after: null as unknown, refused: null as string | null, calls: 0, gate: Promise.resolve() };
  const logged: string[] = [];
  const write = (mode: 'insert' | 'update') => async (entries: readonly SaidEntry[]): Promise<void> => {
    control.calls += 1;
    const taken = entries.map(({ said, state }) => [said.lineId, `${said.text} ${state}`] as const);
    await control.gate;
    if (control.before) throw control.before;
    if (taken.some(([id]) => id === control.refused)) throw new Error('refused for good');
    for (const [id, row] of taken) if (mode === 'update' || !rows.has(id)) rows.set(id, row);
    if (control.after) throw control.after;
  };
  const writer = createLineWriter({
    clock, metrics: createMetrics(), log: createLog({ level: 'warn', write: (line) => logged.push(line) }),
    store: { insert: write('insert'), update: write('update') },
  });
  const passed = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { clock, rows, control, writer, logged, passed };
};
const away = () => new AppError('database_unavailable');

test('many lines are one write, after a moment', async () => {
  const { clock, rows, control, writer, passed } = setUp();
  for (const id of ['a', 'b', 'c']) writer.add(entryOf(id));
  expect(control.calls).toBe(0);
  clock.advance(100);
  await passed();
  expect([...rows.keys()]).toEqual(['a', 'b', 'c']);
  expect(control.calls).toBe(1);
  expect(writer.waiting()).toBe(0);
  expect(clock.timers()).toBe(0);
});

test('[C8] while the database is away everything waits, and is written when it is back, with what changed meanwhile', async () => {
  const { clock, rows, control, writer, passed, logged } = setUp();
  const line = entryOf('a');
  control.before = away();
  writer.add(line);
  writer.alsoWrite('pin', async () => void rows.set('pin', 'a'));
  for (let turn = 0; turn < 20; turn += 1) {
    clock.advance(5_000);
    await passed();
  }
  await expect(writer.flush()).rejects.toMatchObject({ code: 'database_unavailable' });
  line.said = { ...line.said, text: 'edited' };
  writer.change(line);
  writer.add(entryOf('b'));
  control.before = null;
  clock.advance(5_000);
  await passed();
  expect([...rows]).toEqual([['a', 'edited shown'], ['b', 'b shown'], ['pin', 'a']]);
  expect(writer.waiting()).toBe(0);
  expect(logged.filter((it) => it.includes('put off'))).toHaveLength(1);
});

test('[C8] a write that succeeded without our hearing of it does not swallow a later change', async () => {
  const { clock, rows, control, writer, passed } = setUp();
  const line = entryOf('a');
  control.after = away();
  writer.add(line);
  clock.advance(100);
  await passed();
  control.after = null;
  line.state = 'deleted';
  writer.change(line);
  await writer.flush();
  expect(rows.get('a')).toBe('a deleted');
});

test('a change during a write of the same line is written too', async () => {
  const { rows, control, writer } = setUp();
  const line = entryOf('a');
  for (const text of ['1', '2', '3']) {
    let open = (): void => {};
    control.gate = new Promise((resolve) => (open = resolve));
    if (text === '1') writer.add(line);
    const flushed = writer.flush();
    line.said = { ...line.said, text };
    writer.change(line);
    open();
    await flushed;
  }
  await writer.flush();
  expect(rows.get('a')).toBe('3 shown');
  expect(writer.waiting()).toBe(0);
});

test('a line that the database refuses for good keeps no other, and is said so without its words', async () => {
  const { rows, control, writer, logged } = setUp();
  control.refused = 'b';
  for (const id of ['a', 'b', 'c']) writer.add(entryOf(id));
  await writer.flush();
  expect([...rows.keys()]).toEqual(['a', 'c']);
  expect(writer.waiting()).toBe(0);
  expect(logged.join()).toContain('chat line cannot be written');
});

test('[C8] more than can be kept is refused, and welcome again once it is written', async () => {
  const { control, writer, rows } = setUp();
  control.before = away();
  for (let at = 0; at < 10_000; at += 1) {
    writer.admit();
    writer.add(entryOf(`l${at}`));
  }
  expect(() => writer.admit()).toThrow(expect.objectContaining({ code: 'busy' }) as Error);
  control.before = null;
  await writer.flush();
  writer.admit();
  expect(rows.size).toBe(10_000);
  expect(control.calls).toBe(20);
});

test('[C8] the end of the process waits for a database that comes back soon', async () => {
  const { clock, rows, control, writer, passed } = setUp();
  control.before = away();
  writer.add(entryOf('a'));
  const closed = writer.close();
  await passed();
  clock.advance(500);
  await passed();
  control.before = null;
  clock.advance(500);
  await closed;
  expect([...rows.keys()]).toEqual(['a']);
  expect(clock.timers()).toBe(0);
});

test('the end of the process does not wait for ever, and says what is lost', async () => {
  const { clock, control, writer, passed, logged } = setUp();
  control.before = away();
  writer.add(entryOf('a'));
  let isClosed = false;
  const closed = writer.close().then(() => (isClosed = true));
  for (let turn = 0; turn < 40 && !isClosed; turn += 1) {
    await passed();
    clock.advance(500);
  }
  await closed;
  expect(logged.join()).toContain('chat lines are lost');
  expect(clock.timers()).toBe(0);
});
