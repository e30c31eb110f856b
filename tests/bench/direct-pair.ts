// The measure for everything: two pages of the same Chromium, joined by a plain RTCPeerConnection with nothing in between.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'puppeteer-core';
import { openPage } from '../support/browser.ts';
import { mountClockCamera } from '../support/clock-camera.ts';
import { mountPictureReader } from '../support/picture-reader.ts';

declare global {
  interface Window {
    directPair?: RTCPeerConnection;
  }
}

/** As large as the studio's preview and the watch page's player are in the same window, so that both arms paint as much. */
const [PREVIEW_WIDTH, PLAYER_WIDTH] = [800, 840];
const HTML = '<!doctype html><title>bench</title><button>start</button><br><video data-testid="player" autoplay playsinline muted></video>';

export type BlankSite = { readonly url: string; close(): void };

/** A page with a player and nothing else, on localhost, where a camera is allowed. */
export const openBlankSite = async (): Promise<BlankSite> => {
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(HTML));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  return { url: `http://localhost:${(site.address() as AddressInfo).port}/`, close: () => void site.close() };
};

const openSide = async (browser: Browser, url: string, mount: (page: Page) => Promise<void>): Promise<Page> => {
  const { page } = await openPage(browser);
  await mount(page);
  await page.goto(url);
  await page.click('button');
  return page;
};

const offer = async (previewWidth: number): Promise<string> => {
  const pair = (window.directPair = new RTCPeerConnection());
  const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  for (const track of stream.getTracks()) pair.addTrack(track, stream);
  const preview = document.querySelector('video');
  if (preview) Object.assign(preview, { srcObject: stream, width: previewWidth });
  await pair.setLocalDescription();
  if (pair.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) => pair.addEventListener('icegatheringstatechange', () => pair.iceGatheringState === 'complete' && resolve()));
  }
  return pair.localDescription?.sdp ?? '';
};

const answer = async (sdp: string, playerWidth: number): Promise<string> => {
  const pair = (window.directPair = new RTCPeerConnection());
  const stream = new MediaStream();
  pair.addEventListener('track', ({ track, receiver }) => {
    // The product asks for the same, so the comparison is with the best that a direct pair can do.
    receiver.jitterBufferTarget = 0;
    stream.addTrack(track);
    const player = document.querySelector('video');
    if (player) Object.assign(player, { srcObject: stream, width: playerWidth });
  });
  await pair.setRemoteDescription({ type: 'offer', sdp });
  await pair.setLocalDescription();
  if (pair.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) => pair.addEventListener('icegatheringstatechange', () => pair.iceGatheringState === 'complete' && resolve()));
  }
  return pair.localDescription?.sdp ?? '';
};

/** Opens both pages; the returned one shows the picture. */
export const openDirectPair = async (browser: Browser, url: string): Promise<{ viewer: Page; close(): Promise<void> }> => {
  const sender = await openSide(browser, url, (page) => mountClockCamera(page));
  const viewer = await openSide(browser, url, (page) => mountPictureReader(page));
  const reply = await viewer.evaluate(answer, await sender.evaluate(offer, PREVIEW_WIDTH), PLAYER_WIDTH);
  await sender.evaluate((sdp) => window.directPair?.setRemoteDescription({ type: 'answer', sdp }), reply);
  const close = async (): Promise<void> => {
    for (const page of [sender, viewer]) await page.browserContext().close();
  };
  return { viewer, close };
};

/** Camera and player in one page with no network at all: what the instrument itself adds. */
export const openLocalLoop = async (browser: Browser, url: string): Promise<{ viewer: Page; close(): Promise<void> }> => {
  const viewer = await openSide(browser, url, async (page) => {
    await mountClockCamera(page);
    await mountPictureReader(page);
  });
  await viewer.evaluate(async () => {
    const player = document.querySelector('video');
    if (player) player.srcObject = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  });
  return { viewer, close: () => viewer.browserContext().close() };
};
