import { expect, test } from 'vitest';
import { createLocalBus } from './bus.ts';

test('every listener hears every frame in order, until it stops', () => {
  const bus = createLocalBus();
  const heard: string[] = [];
  const stop = bus.listen((topic, frame) => heard.push(`${topic}:${frame}`));
  bus.send('a', '1');
  bus.send('b', '2');
  stop();
  bus.send('a', '3');
  expect(heard).toEqual(['a:1', 'b:2']);
});
