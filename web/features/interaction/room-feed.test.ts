import { expect, test } from 'vitest';
import type { Hear } from '../../live/connection.ts';
import type { Joined } from '../../live/room-session.ts';
import { createRoomFeed } from './room-feed.ts';

const setUp = () => {
  const listeners = new Map<string, (data: never) => void>();
  const hear = ((name: string, fn: (data: never) => void) => {
    listeners.set(name, fn);
    return () => listeners.delete(name);
  }) as Hear;
  const feed = createRoomFeed(hear);
  const said = (n: number) => listeners.get('chat.said')?.({ lines: [n] } as never);
  const got: unknown[] = [];
  const listener = { joined: (joined: Joined) => got.push(joined), heard: ({ data }: { data: unknown }) => got.push(data) };
  return { feed, said, got, listener, listeners };
};
const joined = (seq: number) => ({ seq }) as Joined;
const line = (n: number) => ({ lines: [n] });

test('who comes late gets the snapshot and all since, and then everything as it comes', () => {
  const { feed, said, got, listener } = setUp();
  feed.joined(joined(1));
  said(1);
  said(2);
  feed.follow(listener);
  said(3);
  expect(got).toEqual([joined(1), line(1), line(2), line(3)]);
});

test('a fresh snapshot takes the place of what was kept before it', () => {
  const { feed, said, got, listener } = setUp();
  said(0); // Before any snapshot: it will be in it.
  feed.joined(joined(1));
  said(1);
  feed.joined(joined(2));
  said(2);
  feed.follow(listener);
  feed.joined(joined(3));
  expect(got).toEqual([joined(2), line(2), joined(3)]);
});

test('nothing is heard after the end', () => {
  const { feed, listeners } = setUp();
  feed.stop();
  expect(listeners.size).toBe(0);
});
