// A gift's picture as a bitmap that the performances copy: painting its paths anew with each frame would cost a frame's time.

import { BOX } from './shapes.ts';
import type { Picture } from './shapes.ts';

export type Sprite = HTMLCanvasElement;

const paint = (context: CanvasRenderingContext2D, picture: Picture): void => {
  context.lineCap = context.lineJoin = 'round';
  for (const { d, fill, stroke, width, opacity } of picture) {
    const path = new Path2D(d);
    context.globalAlpha = opacity ?? 1;
    if (fill !== undefined) {
      if (typeof fill === 'string') context.fillStyle = fill;
      else {
        const gradient = context.createLinearGradient(0, 0, 0, BOX);
        gradient.addColorStop(0, fill[0]);
        gradient.addColorStop(1, fill[1]);
        context.fillStyle = gradient;
      }
      context.fill(path);
    }
    if (stroke !== undefined) {
      context.strokeStyle = stroke;
      context.lineWidth = width ?? 1;
      context.stroke(path);
    }
  }
};

/** `px`: its side. */
export const spriteOf = (picture: Picture, px: number): Sprite => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.max(1, Math.round(px));
  const context = canvas.getContext('2d');
  if (context) {
    context.scale(canvas.width / BOX, canvas.height / BOX);
    paint(context, picture);
  }
  return canvas;
};

/** A soft round light of one colour, as `#rrggbb`. */
export const glowOf = (color: string, px: number): Sprite => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.max(2, Math.round(px));
  const context = canvas.getContext('2d');
  if (context) {
    const middle = canvas.width / 2;
    const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
    gradient.addColorStop(0, `${color}ff`);
    gradient.addColorStop(0.35, `${color}88`);
    gradient.addColorStop(1, `${color}00`);
    context.fillStyle = gradient;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  return canvas;
};
