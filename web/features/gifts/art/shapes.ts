// What a gift's picture is made of: flat shapes in a box of 64 by 64, painted one over the other. The same shapes are the small
// still pictures (SVG) and the actors of the large performances (canvas), so a gift looks the same wherever it is. Pure.

export const BOX = 64;

export type Shape = {
  /** SVG path data. */
  readonly d: string;
  /** One colour, or two from top to bottom of the box; none: only an outline. */
  readonly fill?: string | readonly [string, string];
  readonly stroke?: string;
  /** Of the outline, in units of the box. */
  readonly width?: number;
  readonly opacity?: number;
  /** What a performance moves by itself, or leaves out because it brings its own. */
  readonly part?: 'wing' | 'oar' | 'ground' | 'glow';
};
export type Picture = readonly Shape[];

/** The shapes of one part, and all others without parts: what stays. */
export const partOf = (picture: Picture, part: NonNullable<Shape['part']>): Picture => picture.filter((shape) => shape.part === part);
export const bodyOf = (picture: Picture): Picture => picture.filter((shape) => shape.part === undefined);

export const ellipse = (x: number, y: number, rx: number, ry = rx): string =>
  `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`;

/** Rays around a point, from one radius to another. */
export const rays = (x: number, y: number, from: number, to: number, count: number, turn = 0): string =>
  Array.from({ length: count }, (_, at) => {
    const angle = ((at + turn) / count) * 2 * Math.PI;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    return `M${(x + from * cos).toFixed(1)} ${(y + from * sin).toFixed(1)}L${(x + to * cos).toFixed(1)} ${(y + to * sin).toFixed(1)}`;
  }).join('');

/** Dots on a ring. */
export const ring = (x: number, y: number, radius: number, count: number, size: number, turn = 0): string =>
  Array.from({ length: count }, (_, at) => {
    const angle = ((at + turn) / count) * 2 * Math.PI;
    return ellipse(Number((x + radius * Math.cos(angle)).toFixed(1)), Number((y + radius * Math.sin(angle)).toFixed(1)), size);
  }).join('');
