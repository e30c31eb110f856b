import { expect, test } from 'vitest';
import type { Source } from '../../../shared/messages/watch.ts';
import { createPublisher, type Wish } from './publisher.ts';

const track = (id: string): MediaStreamTrack => ({ id }) as unknown as MediaStreamTrack;
const wishes = (...all: [Source, Wish][]) => new Map(all);

const setUp = (refuse?: Source) => {
  const done: string[] = [];
  const publisher = createPublisher({
    publish: async (source, { id }) => {
      if (source === refuse) throw new Error('refused');
      done.push(`publish ${source} ${id}`);
    },
    unpublish: async (source) => { done.push(`unpublish ${source}`); },
    replaceTrack: async (source, { id }) => { done.push(`replace ${source} ${id}`); },
    setMuted: async (source, muted) => { done.push(`${muted ? 'mute' : 'unmute'} ${source}`); },
  });
  return { publisher, done };
};

const on = (id: string): Wish => ({ track: track(id), isOn: true });
const camera = on('c1');
const microphone = on('m1');

test('everything that is on is published once, however often it is wished', async () => {
  const { publisher, done } = setUp();
  await publisher.follow(wishes(['camera', camera], ['microphone', microphone]));
  await publisher.follow(wishes(['camera', camera], ['microphone', microphone]));
  expect(done).toEqual(['publish camera c1', 'publish microphone m1']);
});

test('a microphone that is off from the start is not published before it is switched on', async () => {
  const { publisher, done } = setUp();
  await publisher.follow(wishes(['microphone', { ...microphone, isOn: false }]));
  expect(done).toEqual([]);
  await publisher.follow(wishes(['microphone', microphone]));
  expect(done).toEqual(['publish microphone m1']);
});

test('off and on again mutes and unmutes what is there', async () => {
  const { publisher, done } = setUp();
  await publisher.follow(wishes(['microphone', microphone]));
  await publisher.follow(wishes(['microphone', { ...microphone, isOn: false }]));
  await publisher.follow(wishes(['microphone', microphone]));
  expect(done.slice(1)).toEqual(['mute microphone', 'unmute microphone']);
});

test('another device takes the place without a gap, and silence never waits for it', async () => {
  const { publisher, done } = setUp();
  await publisher.follow(wishes(['microphone', microphone]));
  await publisher.follow(wishes(['microphone', { track: track('m2'), isOn: false }]));
  expect(done.slice(1)).toEqual(['mute microphone', 'replace microphone m2']);
});

test('what is no longer wished goes away, once', async () => {
  const { publisher, done } = setUp();
  await publisher.follow(wishes(['screen', on('s1')]));
  await publisher.follow(wishes());
  await publisher.follow(wishes());
  expect(done).toEqual(['publish screen s1', 'unpublish screen']);
});

test('one refusal does not keep the others back, and is tried again with the next wish', async () => {
  const { publisher, done } = setUp('camera');
  await expect(publisher.follow(wishes(['camera', camera], ['microphone', microphone]))).rejects.toThrow('refused');
  expect(done).toEqual(['publish microphone m1']);
  await expect(publisher.follow(wishes(['camera', camera], ['microphone', microphone]))).rejects.toThrow('refused');
});
