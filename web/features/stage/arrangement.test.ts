// Every layout keeps its tiles inside the frame and apart, at any number of people and in any frame.

import { describe, expect, test } from 'vitest';
import type { ParticipantId } from '../../../shared/ids.ts';
import { LAYOUTS, type StageSeat } from '../../../shared/messages/seats.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import { arrange, type Place } from './arrangement.ts';
import { tilesOf } from './tiles.ts';

const seat = (name: string, more: Partial<StageSeat> = {}): StageSeat =>
  ({ participantId: name as ParticipantId, userId: name, name, displayName: name, isHost: name === 'host', state: 'on_stage', isHidden: false, muted: false, channel: null, ...more }) as StageSeat;
const sends = (name: string, source: 'camera' | 'screen', muted = false): Publication =>
  ({ publicationId: `${name} ${source}`, participantId: name, source, kind: 'video', muted }) as unknown as Publication;

const PEOPLE = ['host', 'ben', 'cai', 'dan', 'eva', 'fei', 'gus', 'hua', 'ida'];
const tilesFor = (count: number, sharing: readonly string[] = []) => {
  const names = PEOPLE.slice(0, count);
  const publications = [...names.map((name) => sends(name, 'camera')), ...sharing.map((name) => sends(name, 'screen'))];
  return tilesOf({ seats: names.map((name) => seat(name)), layout: { kind: 'grid', order: names as ParticipantId[] } }, publications);
};
const apart = (one: Place, other: Place): boolean =>
  one.x + one.width <= other.x + 1e-9 || other.x + other.width <= one.x + 1e-9 || one.y + one.height <= other.y + 1e-9 || other.y + other.height <= one.y + 1e-9;
const keys = (places: ReadonlyMap<string, Place>): string[] => [...places.keys()];

describe.each(LAYOUTS)('%s', (kind) => {
  test.each([16 / 9, 4 / 5, 9 / 16])('keeps tiles inside and apart in a frame of %f', (aspect) => {
    for (let count = 1; count <= 9; count += 1) {
      for (const sharing of [[], ['host'], ['ben', 'host']]) {
        const places = [...arrange(kind, tilesFor(count, sharing.filter((name) => PEOPLE.indexOf(name) < count)), { aspect, speaker: null }).values()];
        expect(places.length).toBeGreaterThan(0);
        for (const { x, y, width, height } of places) {
          expect(Math.min(x, y, width - 0.04, height - 0.04)).toBeGreaterThanOrEqual(-1e-9);
          expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(1 + 1e-9);
        }
        const flat = places.filter(({ isOver }) => !isOver);
        flat.forEach((one, index) => flat.slice(index + 1).forEach((other) => expect(apart(one, other)).toBe(true)));
      }
    }
  });
});

test('nobody on the stage: nothing to place', () => {
  expect(arrange('grid', [], { aspect: 1.8, speaker: null }).size).toBe(0);
});

test('two are beside each other in a wide frame and one above the other in an upright one', () => {
  const wide = [...arrange('side_by_side', tilesFor(2), { aspect: 1.77, speaker: null }).values()];
  expect(wide.map(({ x, y }) => [x, y])).toEqual([[0, 0], [0.5, 0]]);
  const upright = [...arrange('side_by_side', tilesFor(2), { aspect: 4 / 5, speaker: null }).values()];
  expect(upright.map(({ x, y }) => [x, y])).toEqual([[0, 0], [0, 0.5]]);
});

test('solo shows the first, what they share before their face', () => {
  expect(keys(arrange('solo', tilesFor(3), { aspect: 1.8, speaker: null }))).toEqual(['host face']);
  expect(keys(arrange('solo', tilesFor(3, ['host']), { aspect: 1.8, speaker: null }))).toEqual(['host screen']);
});

test('who speaks is large, and the first of the order while nobody does', () => {
  const areaOf = ({ width, height }: Place): number => width * height;
  const largest = (speaker: string | null): string | undefined =>
    [...arrange('speaker_first', tilesFor(4), { aspect: 16 / 9, speaker: speaker as ParticipantId | null })].sort(([, one], [, other]) => areaOf(other) - areaOf(one))[0]?.[0];
  expect([largest(null), largest('cai'), largest('gone')]).toEqual(['host face', 'cai face', 'host face']);
});

test('a screen is shown whole and large, whoever shares it', () => {
  const places = arrange('screen_with_faces', tilesFor(3, ['ben']), { aspect: 16 / 9, speaker: null });
  expect(places.get('ben screen')).toMatchObject({ x: 0, width: 0.76, height: 1, fit: 'contain' });
  expect(keys(places)).toHaveLength(4);
});

test('a grid of nine has three rows; the last row of a grid lies in the middle', () => {
  const nine = [...arrange('grid', tilesFor(9), { aspect: 16 / 9, speaker: null }).values()];
  expect(new Set(nine.map(({ y }) => y.toFixed(3))).size).toBe(3);
  const three = [...arrange('grid', tilesFor(3), { aspect: 16 / 9, speaker: null }).values()];
  expect(three[2]).toMatchObject({ x: 0.25, y: 0.5 });
});

test('tiles are of who is on the stage and not hidden, in the order of the layout', () => {
  const seats = [seat('host'), seat('ben', { state: 'backstage' }), seat('cai', { isHidden: true }), seat('dan', { muted: true }), seat('eva')];
  const order = ['eva', 'dan', 'cai', 'ben', 'host'] as ParticipantId[];
  const tiles = tilesOf({ seats, layout: { kind: 'grid', order } }, [sends('eva', 'camera'), sends('dan', 'camera', true), sends('host', 'camera')]);
  expect(tiles.map(({ whose, hasPicture, muted }) => [whose, hasPicture, muted])).toEqual([['eva', true, false], ['dan', false, true], ['host', true, false]]);
});
