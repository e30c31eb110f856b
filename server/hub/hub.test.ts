// Dispatch, connection and hub together, over a link that is an array.

import { expect, test } from 'vitest';
import { CLOSE } from '../../shared/errors.ts';
import type { ParticipantId, RoomId, SessionId, UserId } from '../../shared/ids.ts';
import { JOIN_TIMEOUT_MS, QUEUED_REQUESTS_MAX, REQUEST_TIMEOUT_MS } from '../../shared/limits.ts';
import { AppError } from '../lib/app-error.ts';
import { createHandClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { createMetrics } from '../lib/metrics.ts';
import type { FeatureHandlers } from './dispatch.ts';
import type { Caller } from './handler.ts';
import { createHub } from './hub.ts';

const seat = { roomId: 'room1' as RoomId, participantId: 'p1' as ParticipantId, role: 'viewer' as const, isOwner: false };
const user = { userId: 'u1' as UserId, sessionId: 's1' as SessionId, name: 'ada', displayName: 'Ada' };

const setUp = (handlers: Partial<FeatureHandlers> = {}) => {
  const clock = createHandClock();
  const lines: string[] = [];
  const gone: { caller: Caller; isGoodbye: boolean; seat: Caller['seat'] }[] = [];
  const hub = createHub({
    handlers: { 'room.leave': (_: unknown, caller: Caller) => (caller.sit(null), {}), ...handlers } as FeatureHandlers,
    connectionClosed: (caller, isGoodbye) => gone.push({ caller, isGoodbye, seat: caller.seat }),
    clock,
    log: createLog({ level: 'info', write: (line) => lines.push(line) }),
    metrics: createMetrics(),
  });
  const connect = (visitor = user as typeof user | null) => {
    const sent: Record<string, unknown>[] = [];
    const topics = new Set<string>();
    let closedWith: number | null = null;
    const connection = hub.open({
      send: (frame) => sent.push(JSON.parse(frame)),
      subscribe: (topic) => topics.add(topic),
      unsubscribe: (topic) => topics.delete(topic),
      close: (code) => (closedWith = code),
    }, { address: '192.0.2.1', addressGroup: '192.0.2.1', user: visitor });
    const ask = (id: number, name: string, params: unknown = {}): void => connection.received(JSON.stringify({ id, name, params }));
    const reply = (id: number) => sent.find((frame) => frame['id'] === id);
    const replied = (id: number) => expect.poll(() => reply(id)).toBeTruthy().then(() => reply(id));
    return { connection, sent, topics, ask, reply, replied, closedWith: () => closedWith };
  };
  return { hub, clock, lines, gone, connect };
};

const held = () => {
  let release = (): void => {};
  const promise = new Promise<void>((resolve) => (release = resolve));
  return { promise, release };
};

test('a request gets its result; a guest without a seat hears not_joined', async () => {
  const { connect } = setUp();
  const { ask, replied, connection } = connect(null);
  ask(1, 'room.leave');
  expect(await replied(1)).toMatchObject({ error: { code: 'not_joined' } });
  connection.sit(seat);
  ask(2, 'room.leave');
  expect(await replied(2)).toEqual({ id: 2, result: {} });
});

test.each(['__proto__', 'constructor', 'toString', 'room.nothing', 'hasOwnProperty'])('%s is no request', async (name) => {
  const { connect } = setUp();
  const { ask, replied } = connect();
  ask(1, name);
  expect(await replied(1)).toMatchObject({ error: { code: 'bad_request' } });
});

test('[E4] undeclared params are refused, also those named like parts of Object', async () => {
  const { connect } = setUp();
  const { connection, replied } = connect();
  connection.sit(seat);
  connection.received('{"id":1,"name":"room.leave","params":{"isAdmin":true}}');
  connection.received('{"id":2,"name":"room.leave","params":{"__proto__":{"isAdmin":true}}}');
  connection.received('{"id":3,"name":"room.leave","params":{"constructor":1}}');
  expect(await replied(1)).toMatchObject({ error: { code: 'bad_request' } });
  expect(await replied(3)).toMatchObject({ error: { code: 'bad_request' } });
  await replied(2);
  expect(Object.prototype).not.toHaveProperty('isAdmin');
});

test('a role without the permission is told so', async () => {
  const { connect } = setUp();
  const { connection, ask, replied } = connect();
  connection.sit(seat);
  ask(1, 'broadcast.end');
  expect(await replied(1)).toMatchObject({ error: { code: 'permission_denied' } });
});

test('[E3] one after the other, in order', async () => {
  const gate = held();
  const order: string[] = [];
  const { connect } = setUp({
    'watch.refresh': async () => { order.push('start'); await gate.promise; order.push('end'); return {}; },
    'watch.prefer': () => { order.push('next'); return {}; },
  });
  const { connection, ask, replied } = connect();
  connection.sit(seat);
  ask(1, 'watch.refresh');
  ask(2, 'watch.prefer', { quality: 'low' });
  expect(order).toEqual(['start']);
  gate.release();
  await replied(2);
  expect(order).toEqual(['start', 'end', 'next']);
});

test('[E3] what is begun to be paid holds up nothing that comes after it, and the connection ends after it', async () => {
  const gate = held();
  const { connect, gone } = setUp({ 'gift.send': () => gate.promise.then(() => { throw new AppError('not_live'); }), 'watch.refresh': () => ({}) });
  const { connection, ask, replied, reply } = connect();
  connection.sit(seat);
  ask(1, 'gift.send', { key: 'k', giftId: 'rose', quantity: 1, seen: null });
  ask(2, 'watch.refresh');
  expect(await replied(2)).toEqual({ id: 2, result: {} });
  expect(reply(1)).toBeUndefined();
  connection.linkClosed(1006);
  await new Promise(setImmediate);
  expect(gone).toEqual([]);
  gate.release();
  await expect.poll(() => gone.length).toBe(1);
});

test('[T2] clock.sync is answered before the queue, with the time it came in', async () => {
  const gate = held();
  const { connect, clock } = setUp({ 'watch.refresh': () => gate.promise.then(() => ({})) });
  const { connection, ask, replied, reply } = connect();
  connection.sit(seat);
  ask(1, 'watch.refresh');
  ask(2, 'clock.sync');
  expect(await replied(2)).toEqual({ id: 2, result: { serverReceivedMs: clock.nowMs(), serverSentMs: clock.nowMs() } });
  expect(reply(1)).toBeUndefined();
  gate.release();
});

test('[E3] more waiting than the queue takes closes the connection', async () => {
  const gate = held();
  const { connect } = setUp({ 'watch.refresh': () => gate.promise.then(() => ({})) });
  const { connection, ask, closedWith } = connect();
  connection.sit(seat);
  for (let id = 0; id <= QUEUED_REQUESTS_MAX; id += 1) ask(id, 'watch.refresh');
  expect(closedWith()).toBeNull();
  ask(99, 'watch.refresh');
  expect(closedWith()).toBe(CLOSE.too_many_requests);
  gate.release();
});

test('the rate of the table is kept, and a flood is cut', async () => {
  const { connect, clock } = setUp({ 'watch.refresh': () => ({}) });
  const { connection, ask, replied, closedWith } = connect();
  connection.sit(seat);
  for (let id = 1; id <= 4; id += 1) ask(id, 'watch.refresh');
  expect(await replied(3)).toHaveProperty('result');
  expect(await replied(4)).toMatchObject({ error: { code: 'too_many_requests', retryAfterMs: 2_000 } });
  clock.advance(2_000);
  ask(5, 'watch.refresh');
  expect(await replied(5)).toHaveProperty('result');
  for (let id = 10; closedWith() === null && id < 1_000; id += 1) {
    ask(id, 'watch.refresh');
    await replied(id).catch(() => null);
  }
  expect(closedWith()).toBe(CLOSE.too_many_requests);
});

test('an expected error is told, a bug is not: the client hears internal, the log has the stack', async () => {
  const { connect, lines } = setUp({
    'watch.refresh': () => { throw new AppError('transport_gone', 'open again', { retryAfterMs: 5 }); },
    'watch.open': () => Promise.reject(new Error('canary in the works')),
    // A typed handler can still leak a field; the schema finds it.
    'watch.prefer': (() => ({ passwordHash: 'canary' })) as unknown as FeatureHandlers['watch.prefer'],
  });
  const { connection, ask, replied, sent } = connect();
  connection.sit(seat);
  ask(1, 'watch.refresh');
  ask(2, 'watch.open', { codecs: ['video/VP8'], fingerprint: { algorithm: 'sha-256', value: Array(32).fill('AB').join(':') } });
  ask(3, 'watch.prefer', { quality: 'low' });
  expect(await replied(1)).toMatchObject({ error: { code: 'transport_gone', message: 'open again', retryAfterMs: 5 } });
  expect(await replied(2)).toMatchObject({ error: { code: 'internal' } });
  expect(await replied(3)).toMatchObject({ error: { code: 'internal' } });
  expect(JSON.stringify(sent)).not.toContain('canary');
  expect(lines.join()).toContain('canary in the works');
  expect(lines.join()).toContain('hub.test');
});

test('a handler that takes too long is answered with busy, once', async () => {
  const gate = held();
  const { connect, clock } = setUp({ 'watch.refresh': () => gate.promise.then(() => ({})) });
  const { connection, ask, replied, sent } = connect();
  connection.sit(seat);
  ask(1, 'watch.refresh');
  clock.advance(REQUEST_TIMEOUT_MS);
  expect(await replied(1)).toMatchObject({ error: { code: 'busy' } });
  gate.release();
  await connection.drain();
  expect(sent).toHaveLength(1);
});

test.each(['', 'x', '[]', '{"id":1}', '{"id":-1,"name":"a","params":{}}', '{"id":1,"name":"a","params":{},"more":1}', '['.repeat(30_000)])(
  'E5: %.20s is not a frame and closes the connection', (json) => {
    const { connect } = setUp();
    const { connection, closedWith, sent } = connect();
    connection.received(json);
    expect(closedWith()).toBe(CLOSE.bad_frame);
    connection.received('{"id":1,"name":"clock.sync","params":{}}');
    expect(sent).toEqual([]);
  },
);

test('repeated bad requests close the connection, rare ones do not', async () => {
  const { connect, clock } = setUp();
  const { ask, replied, closedWith, connection } = connect();
  connection.sit(seat);
  for (let id = 0; id < 60; id += 1) {
    ask(id, 'nonsense');
    await replied(id);
    clock.advance(10_000);
  }
  expect(closedWith()).toBeNull();
  for (let id = 100; closedWith() === null && id < 200; id += 1) {
    ask(id, 'nonsense');
    await replied(id);
  }
  expect(closedWith()).toBe(CLOSE.bad_frame);
});

test('[J1] a connection that joins nothing is closed; one with a seat is not; one that left again is', () => {
  const { connect, clock } = setUp();
  const idle = connect();
  const seated = connect();
  seated.connection.sit(seat);
  clock.advance(JOIN_TIMEOUT_MS);
  expect(idle.closedWith()).toBe(CLOSE.join_timeout);
  expect(seated.closedWith()).toBeNull();
  seated.connection.sit(null);
  clock.advance(JOIN_TIMEOUT_MS);
  expect(seated.closedWith()).toBe(CLOSE.join_timeout);
  expect(clock.timers()).toBe(0);
});

test('a seat listens to its room, and only while it has it', () => {
  const { connect } = setUp();
  const { connection, topics } = connect();
  connection.sit(seat);
  expect([...topics]).toEqual(['room/room1']);
  connection.sit({ ...seat, roomId: 'room2' as RoomId });
  expect([...topics]).toEqual(['room/room2']);
  connection.sit(null);
  expect(topics.size).toBe(0);
});

test('the end is told once, after the running request, with the seat that it took', async () => {
  const gate = held();
  const { connect, gone, hub } = setUp({
    'room.join': (async (_: unknown, caller: Caller) => { await gate.promise; caller.sit(seat); return {}; }) as unknown as FeatureHandlers['room.join'],
  });
  const { connection, ask, sent, topics } = connect();
  ask(1, 'room.join', { handle: 'ada', as: 'viewer' });
  connection.linkClosed(1006);
  connection.linkClosed(1006);
  connection.close('slow');
  expect(gone).toEqual([]);
  gate.release();
  await expect.poll(() => gone.length).toBe(1);
  expect(gone[0]).toMatchObject({ isGoodbye: false, seat });
  expect(sent).toEqual([]);
  expect(topics.size).toBe(0);
  expect(hub.connections()).toBe(0);
});

test.each([[1000, true], [1001, true], [1005, true], [1006, false]])('J4: a socket closed with %i says goodbye: %s', (code, isGoodbye) => {
  const { connect, gone } = setUp();
  connect().connection.linkClosed(code);
  expect(gone[0]?.isGoodbye).toBe(isGoodbye);
});

test('[J4] cut for good is goodbye, cut for a moment is not', () => {
  const { connect, gone } = setUp();
  connect().connection.close('bad_frame');
  connect().connection.close('slow');
  expect(gone.map((it) => it.isGoodbye)).toEqual([true, false]);
});

test('a session that ended takes its sockets along, and no others', () => {
  const { connect, hub } = setUp();
  const mine = connect();
  const guest = connect(null);
  hub.closeSession(user.sessionId);
  expect(mine.closedWith()).toBe(CLOSE.logged_out);
  expect(guest.closedWith()).toBeNull();
});

test('draining tells everybody, lets the running request answer, refuses new ones, then closes', async () => {
  const gate = held();
  const { connect, hub } = setUp({ 'watch.refresh': () => gate.promise.then(() => ({})) });
  const { connection, ask, reply, sent, closedWith } = connect();
  connection.sit(seat);
  ask(1, 'watch.refresh');
  const drained = hub.drain({ withinMs: 500, graceMs: 10_000 });
  ask(2, 'watch.refresh');
  expect(sent[0]).toEqual({ event: 'server.draining', data: { withinMs: 500 } });
  expect(reply(2)).toMatchObject({ error: { code: 'draining' } });
  expect(closedWith()).toBeNull();
  gate.release();
  await drained;
  expect(reply(1)).toEqual({ id: 1, result: {} });
  expect(closedWith()).toBe(CLOSE.draining);
});

test('draining does not wait longer than its grace', async () => {
  const { connect, hub, clock } = setUp({ 'watch.refresh': () => new Promise(() => {}) });
  const { connection, ask, closedWith } = connect();
  connection.sit(seat);
  ask(1, 'watch.refresh');
  const drained = hub.drain({ withinMs: 500, graceMs: 3_000 });
  clock.advance(3_000);
  await drained;
  expect(closedWith()).toBe(CLOSE.draining);
});

test('a notification that does not fit the table is not sent', () => {
  const { connect, lines } = setUp();
  const { connection, sent } = connect();
  const leaking = { withinMs: 1, secret: 'canary' };
  connection.notify('server.draining', leaking);
  expect(sent).toEqual([]);
  expect(lines.join()).toContain('event does not fit the table');
});
