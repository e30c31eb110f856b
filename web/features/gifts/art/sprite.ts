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

/** Something painted once, to be copied with every frame. */
export const layerOf = (width: number, height: number, draw: (context: CanvasRenderingContext2D, width: number, height: number) => void): Sprite => {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(2, Math.round(width));
  canvas.height = Math.max(2, Math.round(height));
  const context = canvas.getContext('2d');
  if (context) draw(context, canvas.width, canvas.height);
  return canvas;
};

/** `px`: its side. `turn`: around its middle, in radians. */
export const spriteOf = (picture: Picture, px: number, turn = 0): Sprite =>
  layerOf(px, px, (context, side) => {
    context.translate(side / 2, side / 2);
    context.rotate(turn);
    context.scale(side / BOX, side / BOX);
    context.translate(-BOX / 2, -BOX / 2);
    paint(context, picture);
  });

/** A soft round light of one colour, as `#rrggbb`. */
export const glowOf = (color: string, px: number): Sprite =>
  layerOf(px, px, (context, side) => {
    const middle = side / 2;
    const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
    gradient.addColorStop(0, `${color}ff`);
    gradient.addColorStop(0.35, `${color}88`);
    gradient.addColorStop(1, `${color}00`);
    context.fillStyle = gradient;
    context.fillRect(0, 0, side, side);
  });

/** A spark in flight to the right: a white head, and a tail of its colour. */
export const streakOf = (color: string, px: number, tall: number): Sprite =>
  layerOf(px, px * tall, (context, width, height) => {
    const gradient = context.createLinearGradient(0, 0, width, 0);
    gradient.addColorStop(0, `${color}00`);
    gradient.addColorStop(0.7, `${color}d0`);
    gradient.addColorStop(0.92, '#fffbea');
    gradient.addColorStop(1, `${color}00`);
    context.fillStyle = gradient;
    context.beginPath();
    context.moveTo(0, height / 2);
    context.quadraticCurveTo(width * 0.75, 0, width, height / 2);
    context.quadraticCurveTo(width * 0.75, height, 0, height / 2);
    context.fill();
  });

/** A picture in its own light, as one bitmap: half the copying of two. `reach`: how much wider the light is than the picture. */
export const litOf = (picture: Picture, px: number, color: string, reach: number, alpha: number): Sprite =>
  layerOf(px * reach, px * reach, (context, side) => {
    context.globalAlpha = alpha;
    context.drawImage(glowOf(color, side), 0, 0);
    context.globalAlpha = 1;
    context.drawImage(spriteOf(picture, px), (side - Math.round(px)) / 2, (side - Math.round(px)) / 2);
  });
