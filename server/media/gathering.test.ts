import { expect, test } from 'vitest';
import { createHandClock } from '../lib/clock.ts';
import { Gathering } from './gathering.ts';

const setUp = (...expected: string[]) => {
  const clock = createHandClock();
  const gathering = new Gathering(clock);
  const people = new Map(expected.map((name) => [name, { name }]));
  const of = (name: string): object => people.get(name) ?? {};
  const began: string[] = [];
  for (const name of expected) gathering.expect(of(name));
  return { clock, gathering, of, began, arrive: (name: string) => gathering.arrived(of(name), () => began.push(name)) };
};

test('who comes alone begins at once', () => {
  const { began, arrive } = setUp('ann');
  arrive('ann');
  expect(began).toEqual(['ann']);
});

test('who comes with others begins with the last of them', () => {
  const { clock, began, arrive } = setUp('ann', 'bob', 'cem');
  arrive('ann');
  clock.advance(60);
  arrive('bob');
  expect(began).toEqual([]);
  clock.advance(60);
  arrive('cem');
  expect(began).toEqual(['ann', 'bob', 'cem']);
  clock.advance(1_000);
  expect(began).toHaveLength(3);
});

test('the first waits 250 ms at most, and who comes later gathers anew', () => {
  const { clock, began, arrive } = setUp('ann', 'bob', 'cem');
  arrive('ann');
  clock.advance(249);
  expect(began).toEqual([]);
  clock.advance(1);
  expect(began).toEqual(['ann']);
  arrive('bob');
  clock.advance(250);
  expect(began).toEqual(['ann', 'bob']);
});

test('who is let in meanwhile may come along, but is not waited for', () => {
  const { gathering, of, began, arrive } = setUp('ann', 'bob', 'cem');
  gathering.left(of('cem'));
  arrive('ann');
  gathering.expect(of('cem'));
  gathering.expect({});
  arrive('cem');
  expect(began).toEqual([]);
  arrive('bob');
  expect(began).toEqual(['ann', 'cem', 'bob']);
});

test('nobody waits for who has left, or did not connect in a second', () => {
  const { clock, gathering, of, began, arrive } = setUp('ann', 'bob', 'cem');
  arrive('ann');
  gathering.left(of('bob'));
  expect(began).toEqual([]);
  gathering.left(of('cem'));
  expect(began).toEqual(['ann']);
  gathering.expect(of('cem'));
  clock.advance(500);
  gathering.expect(of('bob'));
  clock.advance(500);
  arrive('bob');
  expect(began).toEqual(['ann', 'bob']);
});

test('who leaves while it waits does not begin', () => {
  const { clock, gathering, of, began, arrive } = setUp('ann', 'bob');
  arrive('ann');
  gathering.left(of('ann'));
  arrive('bob');
  clock.advance(250);
  expect(began).toEqual(['bob']);
});

test('who waited and left takes the waiting along: who comes next has all of its own', () => {
  const { clock, gathering, of, began, arrive } = setUp('ann', 'bob', 'cem');
  arrive('ann');
  clock.advance(200);
  gathering.left(of('ann'));
  arrive('bob');
  clock.advance(200);
  expect(began).toEqual([]);
  clock.advance(50);
  expect(began).toEqual(['bob']);
});
