// The stage's canvas and the pictures of words on it: outlined so that they can be read on any picture, painted once into a
// bitmap of whole pixels and copied from then on. Own lines have a frame.

import type { DanmakuColor } from '../../../shared/messages/chat.ts';
import { createSpriteCache, type Sprite } from './sprite-cache.ts';
import { createStage, type FlyingLine, type Stage, type StageDeps } from './stage.ts';

export type WordsLook = {
  /** As CSS has it, with the fonts for Chinese; pictographs come from the system's own. */
  readonly fontFamily: string;
  readonly fontPx: number;
  /** The height of every picture. */
  readonly lanePx: number;
};

export type DrawnLine = FlyingLine & { readonly color: DanmakuColor; readonly isOwn: boolean };

/** Bright enough for the dark outline around them. */
const COLORS: Record<DanmakuColor, string> = {
  white: '#ffffff', red: '#ff7b72', orange: '#ffab52', yellow: '#ffe45c', green: '#7ee787', cyan: '#6fe3f0', blue: '#8cc2ff', pink: '#ff9ed1',
};
/** Seen on white and on black. */
const OWN_FRAME = '#ff8f70';
const OUTLINE = 'rgb(0 0 0 / 0.82)';
/** 48 MB of bitmaps: several screens full of lines at twice the pixels. */
const PIXELS_MAX = 12_000_000;
/** A line of 300 signs would need the length of four screens. */
const SIGNS_MAX = 80;

const signs = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const shortened = (text: string): string => {
  if (text.length <= SIGNS_MAX) return text;
  const all = [...signs.segment(text)];
  return all.length <= SIGNS_MAX ? text : `${all.slice(0, SIGNS_MAX).map(({ segment }) => segment).join('')}…`;
};

const contextOf = (canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D => {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser has no 2d canvas');
  return context;
};

const frame = (context: OffscreenCanvasRenderingContext2D, widthPx: number, { lanePx, fontPx }: WordsLook): void => {
  const line = Math.max(1, Math.round(fontPx / 14));
  context.beginPath();
  context.roundRect(line, line * 1.5, widthPx - line * 2, lanePx - line * 3, fontPx * 0.3);
  context.fillStyle = 'rgb(0 0 0 / 0.28)';
  context.fill();
  context.lineWidth = line;
  context.strokeStyle = OWN_FRAME;
  context.stroke();
};

const paintWords = (line: DrawnLine, look: WordsLook, probe: OffscreenCanvasRenderingContext2D): Sprite<ImageBitmap> => {
  const text = shortened(line.text);
  const font = `600 ${look.fontPx}px ${look.fontFamily}`;
  const outline = Math.max(2, Math.round(look.fontPx / 7));
  const side = outline + (line.isOwn ? Math.round(look.fontPx * 0.35) : 0);
  probe.font = font;
  const widthPx = Math.max(1, Math.ceil(probe.measureText(text).width) + side * 2);
  const canvas = new OffscreenCanvas(widthPx, look.lanePx);
  const context = contextOf(canvas);
  if (line.isOwn) frame(context, widthPx, look);
  Object.assign(context, {
    font, textBaseline: 'middle', lineJoin: 'round', lineWidth: outline, strokeStyle: OUTLINE, fillStyle: COLORS[line.color],
  });
  context.strokeText(text, side, look.lanePx / 2);
  context.fillText(text, side, look.lanePx / 2);
  return { image: canvas.transferToImageBitmap(), widthPx, heightPx: look.lanePx };
};

export const openCanvas = (canvas: HTMLCanvasElement): StageDeps<FlyingLine, ImageBitmap>['canvas'] => {
  const context = canvas.getContext('2d');
  return {
    resize: (widthPx, heightPx) => {
      canvas.width = widthPx;
      canvas.height = heightPx;
    },
    clear: () => context?.clearRect(0, 0, canvas.width, canvas.height),
    paint: (image, leftPx, topPx, alpha) => {
      if (!context) return;
      if (context.globalAlpha !== alpha) context.globalAlpha = alpha;
      context.drawImage(image, leftPx, topPx);
    },
  };
};

export const nextFrame = (paint: (nowMs: number) => void): (() => void) => {
  const id = requestAnimationFrame(paint);
  return () => cancelAnimationFrame(id);
};

/** A stage on this canvas. `words` says how words look now; it may change with every `layOut`. */
export const openStage = <L extends DrawnLine>(
  canvas: HTMLCanvasElement,
  deps: { readonly words: () => WordsLook; readonly counted: (flying: number) => void },
): Stage<L, ImageBitmap> => {
  const sprites = createSpriteCache<ImageBitmap>({ dispose: (image) => image.close(), pixelsMax: PIXELS_MAX });
  const probe = contextOf(new OffscreenCanvas(1, 1));
  /** Under which key each line's picture was taken; the look may have changed when it is given back. */
  const keys = new WeakMap<L, string>();
  const stage = createStage<L, ImageBitmap>({
    take: (line) => {
      const look = deps.words();
      const key = `${look.fontPx} ${look.lanePx} ${line.color} ${line.isOwn} ${line.text}`;
      keys.set(line, key);
      return sprites.take(key, () => paintWords(line, look, probe));
    },
    giveBack: (line) => sprites.giveBack(keys.get(line) ?? ''),
    canvas: openCanvas(canvas),
    nowMs: () => performance.now(),
    nextFrame,
    counted: deps.counted,
  });
  return {
    ...stage,
    close: () => {
      stage.close();
      sprites.close();
    },
  };
};
