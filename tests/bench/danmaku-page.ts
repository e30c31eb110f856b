// Runs in the page that the danmaku bench opens: the three engines on the same ground with the same words, and how many
// frames come while more and more lines are on screen. Built into one script by the bench; knows no Node.

import Danmaku from 'danmaku';
import { openStage, type DrawnLine } from '../../web/features/danmaku/canvas.ts';

export type EngineName = 'qiao' | 'danmakuDom' | 'danmakuCanvas';
export type Ramp = { readonly sustained: number; readonly highest: number };
export type Fixed = { readonly onScreen: number; readonly framesPerSecond: number; readonly scriptMsPerFrame: number };
export type DanmakuBench = {
  readonly ramp: (engine: EngineName, framesPerSecond: number) => Promise<Ramp>;
  readonly fixed: (engine: EngineName, lines: number, forMs: number) => Promise<Fixed>;
};
declare global {
  interface Window {
    danmakuBench?: DanmakuBench;
    /** Time spent in frame callbacks so far; counted by the page before any script is loaded. */
    frameScriptMs: number;
  }
}

const WIDTH = 1_280;
const HEIGHT = 720;
const CROSS_MS = 8_000;
const FONT_PX = 24;
const LANE_PX = 34;
const OUTLINE_PX = 3;
const FIRST_LINES = 30;
const GROWTH_PER_S = 1.12;
const LINES_MAX = 6_000;
const WINDOW_MS = 1_000;
/** A slow second or two may be another program's; three are ours. */
const SLOW_WINDOWS_MAX = 3;
const EMIT_EVERY_MS = 50;
const COLORS = ['white', 'yellow', 'cyan', 'pink'] as const;

type Engine = { readonly emit: (text: string, at: number) => void; readonly onScreen: () => number; readonly close: () => void };

/** Each line's words are its own: a cache of pictures gains nothing here that a loud room would not give it. */
const wordsOf = (at: number): string => `${'弹幕第'.repeat(1 + (at % 3))}${at} 条 ${'来自桥的观众 hello'.slice(0, 4 + (at % 9))}`;

const openQiao = (ground: HTMLElement): Engine => {
  const canvas = document.createElement('canvas');
  ground.append(canvas);
  let flying = 0;
  const stage = openStage<DrawnLine>(canvas, {
    words: () => ({ fontFamily: 'sans-serif', fontPx: FONT_PX, lanePx: LANE_PX }),
    counted: (count) => { flying = count; },
  });
  stage.layOut({ widthPx: WIDTH, heightPx: HEIGHT, lanePx: LANE_PX, gapPx: 24, crossMs: CROSS_MS, isStill: false });
  return {
    // Shown whatever is in the way, as the other engines do with every line.
    emit: (text, at) => void stage.fly({ text, place: 'scroll', isAlwaysShown: true, isOwn: false, color: COLORS[at % COLORS.length] ?? 'white' }),
    onScreen: () => flying,
    close: stage.close,
  };
};

const openPackage = (ground: HTMLElement, engine: 'dom' | 'canvas'): Engine => {
  // As the package's own page shows it: an outline of shadows in the DOM, a stroke on the canvas.
  const styleOf = (at: number): Partial<CSSStyleDeclaration> & Partial<CanvasRenderingContext2D> => {
    const font = `600 ${FONT_PX}px sans-serif`;
    const color = COLORS[at % COLORS.length] ?? 'white';
    return engine === 'dom'
      ? { font, color, textShadow: '-1px -1px #000, -1px 1px #000, 1px -1px #000, 1px 1px #000' }
      : { font, fillStyle: color, strokeStyle: '#000', lineWidth: OUTLINE_PX };
  };
  const danmaku = new Danmaku({ container: ground, engine, comments: [], speed: (WIDTH / CROSS_MS) * 1_000 });
  let emitted: number[] = [];
  return {
    emit: (text, at) => {
      danmaku.emit({ text, mode: 'rtl', style: styleOf(at) as CSSStyleDeclaration & CanvasRenderingContext2D });
      emitted.push(performance.now());
    },
    // The package does not tell; it shows every line for the time of one crossing.
    onScreen: () => {
      const sinceMs = performance.now() - CROSS_MS;
      emitted = emitted.filter((atMs) => atMs > sinceMs);
      return emitted.length;
    },
    close: () => danmaku.destroy(),
  };
};

const OPEN: Record<EngineName, (ground: HTMLElement) => Engine> = {
  qiao: openQiao,
  danmakuDom: (ground) => openPackage(ground, 'dom'),
  danmakuCanvas: (ground) => openPackage(ground, 'canvas'),
};

/** Keeps `wanted()` lines on screen until the returned function is called. */
const run = (name: EngineName, wanted: () => number): { engine: Engine; close: () => void } => {
  const ground = document.createElement('div');
  ground.style.cssText = `position:relative;overflow:hidden;width:${WIDTH}px;height:${HEIGHT}px`;
  document.body.replaceChildren(ground);
  const engine = OPEN[name](ground);
  let at = 0;
  const timer = setInterval(() => {
    for (let missing = Math.round(wanted()) - engine.onScreen(); missing > 0; missing -= 1) engine.emit(wordsOf(at), at++);
  }, EMIT_EVERY_MS);
  return { engine, close: () => (clearInterval(timer), engine.close(), ground.remove()) };
};

const framesIn = async (forMs: number): Promise<number> => {
  const startedMs = performance.now();
  let frames = 0;
  while (performance.now() - startedMs < forMs) {
    await new Promise(requestAnimationFrame);
    frames += 1;
  }
  return (frames * 1_000) / (performance.now() - startedMs);
};

const ramp: DanmakuBench['ramp'] = async (name, framesPerSecond) => {
  const startedMs = performance.now();
  const wanted = (): number => Math.min(LINES_MAX, FIRST_LINES * GROWTH_PER_S ** ((performance.now() - startedMs) / 1_000));
  const { engine, close } = run(name, wanted);
  let [sustained, slow, highest] = [0, 0, 0];
  while (slow < SLOW_WINDOWS_MAX && highest < LINES_MAX) {
    const seen = await framesIn(WINDOW_MS);
    highest = engine.onScreen();
    slow = seen < framesPerSecond ? slow + 1 : 0;
    if (slow === 0) sustained = highest;
  }
  close();
  return { sustained, highest };
};

const fixed: DanmakuBench['fixed'] = async (name, lines, forMs) => {
  const startedMs = performance.now();
  // In over one crossing, so that they are spread over the picture.
  const { engine, close } = run(name, () => Math.min(lines, (lines * (performance.now() - startedMs)) / CROSS_MS));
  while (performance.now() - startedMs < CROSS_MS * 1.25) await framesIn(WINDOW_MS);
  const beforeMs = window.frameScriptMs;
  const framesPerSecond = await framesIn(forMs);
  const found = { onScreen: engine.onScreen(), framesPerSecond, scriptMsPerFrame: (window.frameScriptMs - beforeMs) / ((framesPerSecond * forMs) / 1_000) };
  close();
  return found;
};

window.danmakuBench = { ramp, fixed };
