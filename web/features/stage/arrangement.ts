// Where each tile of the stage lies: shares of the frame, so that every screen shows the same, in its own size. Pure. The frame's
// shape decides only how rows and columns fall: an upright phone stacks what a wide window puts side by side.

import type { ParticipantId } from '../../../shared/ids.ts';
import type { LayoutKind } from '../../../shared/messages/seats.ts';
import type { Tile } from './tiles.ts';

export type Place = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whole, or filling its place. */
  readonly fit: 'contain' | 'cover';
  /** Lies on another one. */
  readonly isOver: boolean;
};
export type Places = ReadonlyMap<string, Place>;
type Rect = Pick<Place, 'x' | 'y' | 'width' | 'height'>;

const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };
const CORNER: Rect = { x: 0.715, y: 0.03, width: 0.27, height: 0.27 };
const FACE_ASPECT = 16 / 9;
/** Narrower than that, what is beside the large picture goes below it. */
const WIDE_FROM = 1.2;
const NEARLY = 0.97;

const place = (tile: Tile, rect: Rect, isLarge: boolean, isOver = false): readonly [string, Place] =>
  [tile.key, { ...rect, isOver, fit: tile.part === 'screen' || isLarge ? 'contain' : 'cover' }];

/** Of a face in a cell of this shape, as much as is seen without being cut. */
const seenIn = (width: number, height: number): number => Math.min(width, height * FACE_ASPECT) * Math.min(height, width / FACE_ASPECT);

/** Rows of equal cells; the last row is centred. */
const gridIn = (count: number, { x, y, width, height }: Rect, aspect: number): Rect[] => {
  const choices = Array.from({ length: count }, (_, index) => index + 1);
  const seen = (columns: number): number => seenIn((width * aspect) / columns, height / Math.ceil(count / columns));
  // Nearly as good is good enough: beside each other in a wide frame, below each other in an upright one.
  const byTaste = width * aspect >= height * WIDE_FROM ? choices.toReversed() : choices;
  const best = Math.max(...choices.map(seen));
  const columns = byTaste.find((choice) => seen(choice) >= best * NEARLY) ?? 1;
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = x + (width * (columns - inRow)) / columns / 2;
    return { x: left + (width / columns) * (index % columns), y: y + (height / rows) * row, width: width / columns, height: height / rows };
  });
};

/** A strip at the right, or below, that leaves the rest to one. */
const withStrip = (large: Tile, small: readonly Tile[], aspect: number): Places => {
  if (small.length === 0) return new Map([place(large, WHOLE, true)]);
  const share = small.length > 4 ? 0.32 : 0.24;
  const isWide = aspect >= WIDE_FROM;
  const [main, strip]: [Rect, Rect] = isWide
    ? [{ ...WHOLE, width: 1 - share }, { x: 1 - share, y: 0, width: share, height: 1 }]
    : [{ ...WHOLE, height: 1 - share }, { x: 0, y: 1 - share, width: 1, height: share }];
  const across = small.length > 4 ? 2 : 1;
  const along = Math.max(2, Math.ceil(small.length / across));
  const cell = isWide ? { width: share / across, height: 1 / along } : { width: 1 / along, height: share / across };
  // Fewer than would fill it lie in its middle.
  const used = Math.ceil(small.length / across);
  const cells = small.map((_, index): Rect => {
    const [step, lane] = [Math.floor(index / across), index % across];
    const start = (along - used) / 2;
    return isWide
      ? { ...cell, x: strip.x + lane * cell.width, y: (start + step) * cell.height }
      : { ...cell, x: (start + step) * cell.width, y: strip.y + lane * cell.height };
  });
  return new Map([place(large, main, true), ...small.map((tile, index) => place(tile, cells[index] ?? strip, false))]);
};

const grid = (tiles: readonly Tile[], aspect: number): Places => {
  const cells = gridIn(tiles.length, WHOLE, aspect);
  return new Map(tiles.map((tile, index) => place(tile, cells[index] ?? WHOLE, tiles.length === 1)));
};

/** Tiles without a place are not shown; whoever they are of is heard all the same. */
export const arrange = (kind: LayoutKind, tiles: readonly Tile[], frame: { readonly aspect: number; readonly speaker: ParticipantId | null }): Places => {
  const { aspect, speaker } = frame;
  const [first] = tiles;
  if (!first) return new Map();
  const faces = tiles.filter(({ part }) => part === 'face');
  const others = (large: Tile, of: readonly Tile[]): Tile[] => of.filter((tile) => tile !== large);
  switch (kind) {
    case 'solo':
      return new Map([place(first, WHOLE, true)]);
    case 'side_by_side':
      return grid(faces.slice(0, 2), aspect);
    case 'grid':
      return grid(tiles, aspect);
    case 'speaker_first': {
      const large = faces.find(({ participantId }) => participantId === speaker) ?? first;
      return withStrip(large, others(large, tiles), aspect);
    }
    case 'screen_with_faces': {
      const large = tiles.find(({ part }) => part === 'screen') ?? first;
      return withStrip(large, others(large, tiles), aspect);
    }
    case 'picture_in_picture': {
      const [corner] = others(first, tiles);
      return new Map([place(first, WHOLE, true), ...(corner ? [place(corner, CORNER, false, true)] : [])]);
    }
  }
};
