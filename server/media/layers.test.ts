import { expect, test } from 'vitest';
import type { ParticipantId, PublicationId } from '../../shared/ids.ts';
import type { Quality, ShownPicture, Source } from '../../shared/messages/watch.ts';
import { aimsFor, layerAt } from './layers.ts';
import type { Candidate } from './layers.ts';
import { createShown } from './wish.ts';

const idOf = (name: string) => name as PublicationId;
const candidate = (name: string, source: Source = 'camera', layers = 3, height = 720): Candidate => ({
  id: idOf(name), participantId: name as ParticipantId, source, layers, height,
  kind: source === 'camera' || source === 'screen' ? 'video' : 'audio',
});
const aims = (all: readonly Candidate[], shown: Record<string, number> | null, quality: Quality = 'auto', silent: readonly string[] = []) => {
  const pictures = Object.entries(shown ?? {}).map(([name, height]): ShownPicture => ({ publicationId: idOf(name), height }));
  const found = aimsFor(all, { quality, shown: shown === null ? null : createShown(pictures) }, new Set(silent.map(idOf)));
  return (name: string) => found.get(idOf(name));
};

test('[W7] a picture is sent in the smallest layer that is large enough', () => {
  const at = (height: number, source: Source = 'camera', layers = 3, full = 720) => layerAt(height, { layers, height: full, source });
  expect([1, 180, 225, 226, 360, 450, 451, 720, 4_000].map((height) => at(height))).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
  expect([180, 540, 541, 1_080].map((height) => at(height, 'screen', 2, 1_080))).toEqual([0, 0, 1, 1]);
  expect([90, 300].map((height) => at(height, 'camera', 1, 240))).toEqual([0, 0]);
});

test('[W7] what is not shown is paused, what is heard is not, and who never said it gets all', () => {
  const all = [candidate('a'), candidate('b'), candidate('v', 'microphone', 1), candidate('s', 'screen_audio', 1)];
  const said = aims(all, { a: 300, b: 0, v: 0 });
  expect(['a', 'b', 'v', 's'].map((name) => said(name)?.isPaused)).toEqual([false, true, false, false]);
  expect(aims([candidate('a')], {})('a')?.isPaused).toBe(true);
  const unsaid = aims(all, null);
  expect(all.map(({ id }) => unsaid(id)?.isPaused)).toEqual([false, false, false, false]);
  expect(unsaid('a')).toEqual({ isPaused: false, spatialLayer: 2, priority: 1 });
});

test('[W5, W7] the quality is the most that is sent, however large the picture', () => {
  const layer = (quality: Quality, height: number) => aims([candidate('a')], { a: height }, quality)('a')?.spatialLayer;
  expect(layer('low', 2_000)).toBe(0);
  expect(layer('medium', 2_000)).toBe(1);
  expect(layer('medium', 100)).toBe(0);
  expect(layer('high', 2_000)).toBe(2);
});

test('[W8] the one largest picture comes first, then screens, then the others by size', () => {
  const all = [candidate('small'), candidate('speaker'), candidate('middle'), candidate('screen', 'screen', 2)];
  const order = (shown: Record<string, number>) => {
    const of = aims(all, shown);
    return Object.keys(shown).sort((a, b) => (of(b)?.priority ?? 0) - (of(a)?.priority ?? 0));
  };
  expect(order({ small: 120, middle: 240, screen: 400, speaker: 700 })).toEqual(['speaker', 'screen', 'middle', 'small']);
  expect(order({ small: 120, middle: 240, screen: 800, speaker: 700 })).toEqual(['screen', 'speaker', 'middle', 'small']);
  const equal = aims(all, { small: 300, middle: 300, speaker: 300 });
  expect(new Set(['small', 'middle', 'speaker'].map((name) => equal(name)?.priority)).size).toBe(1);
  const huge = aims(all, { small: 16_384, middle: 16_384, screen: 10 });
  expect(huge('screen')?.priority).toBeGreaterThan(huge('small')?.priority ?? 0);
  for (const name of ['small', 'middle', 'screen']) expect(huge(name)?.priority).toBeLessThanOrEqual(255);
});

test('[W9] voices that are left out are paused', () => {
  const of = aims([candidate('v', 'microphone', 1), candidate('w', 'microphone', 1)], null, 'auto', ['w']);
  expect([of('v')?.isPaused, of('w')?.isPaused]).toEqual([false, true]);
});

test('[W7] heights that mean nothing, the same picture twice, and strangers do no harm', () => {
  const shown = createShown([
    { publicationId: idOf('a'), height: 100 }, { publicationId: idOf('a'), height: 400 }, { publicationId: idOf('a') },
    { publicationId: idOf('b'), height: Number.NaN }, { publicationId: idOf('c'), height: -5 }, { publicationId: idOf('nobody'), height: 9 },
  ]);
  expect(['a', 'b', 'c', 'd'].map((name) => shown.heightOf(candidate(name)))).toEqual([400, 0, 0, 0]);
});

test('[W7] what is published in the place of another is shown in its place, until the page says otherwise', () => {
  const shown = createShown([{ publicationId: idOf('old'), height: 300 }]);
  const person = { participantId: 'p' as ParticipantId };
  expect(shown.heightOf({ ...candidate('new'), ...person })).toBe(0);
  expect(shown.heightOf({ ...candidate('old'), ...person })).toBe(300);
  shown.forget(idOf('old'));
  expect(shown.heightOf({ ...candidate('new'), ...person })).toBe(300);
  expect(shown.heightOf({ ...candidate('new', 'screen'), ...person })).toBe(0);
  expect(shown.heightOf(candidate('new'))).toBe(0);
});
