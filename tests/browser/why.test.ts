// A viewer with a bad picture is told whose fault it is, in real Chromiums: packets are lost on the viewer's road, then on the
// creator's, and what the line says follows.

import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScene } from '../chaos/scene.ts';
import type { Scene, Viewer } from '../chaos/scene.ts';
import { click, hook, nowMs, picturesSince, textOf } from '../support/pages.ts';
import { until } from '../support/wait.ts';

const SAID_TIMEOUT_MS = 60_000;
const LOSS = 0.35;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ roads: [{}], guests: 0 });
});
afterAll(() => scene.close());

const faultOn = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.querySelector<HTMLElement>('[data-testid="why"]')?.dataset['fault'] ?? null);
const says = (page: Page, fault: string): Promise<unknown> =>
  until(`the line to say ${fault}`, async () => (await faultOn(page)) === fault, SAID_TIMEOUT_MS);
/** On a busy machine something else may be said rightly. */
const saysNoMore = (page: Page, fault: string): Promise<unknown> =>
  until(`the line to say ${fault} no more`, async () => (await faultOn(page)) !== fault, SAID_TIMEOUT_MS);

test('[B8] loss on the viewer’s own road is theirs, loss on the creator’s is the creator’s, and each goes away again', async () => {
  const { page, road: { road } } = scene.viewers[0] as Viewer;
  await picturesSince(page, nowMs(), 60);
  expect(await faultOn(page)).not.toBe('own_link');

  road.lossDown = LOSS;
  await says(page, 'own_link');
  expect(await textOf(page, hook('why'))).toContain('Your connection is slow just now.');
  await click(page, hook('why-low'));
  await until('the offer to be gone when it is taken', async () => (await page.$(hook('why-low'))) === null);
  road.lossDown = 0;
  await saysNoMore(page, 'own_link');

  scene.studioRoad.road.lossUp = LOSS;
  await says(page, 'creator_link');
  expect(await textOf(page, hook('why'))).toContain('The creator’s connection is slow just now. It is not yours.');
  scene.studioRoad.road.lossUp = 0;
  await saysNoMore(page, 'creator_link');
});
