import { expect, test } from 'vitest';
import { NAME_DARK, NAME_LIGHT, nameHueOf } from './name-color.ts';
import { userIdOf } from './testing/lines.ts';

const SURFACES = { light: 1, lightHover: 0.81, dark: 0.0075, darkHover: 0.024 };

/** Relative luminance of an OKLCH colour, out-of-gamut channels cut off (CSS Color 4, WCAG 2). */
const luminance = ({ lightness, chroma }: typeof NAME_LIGHT, hue: number): number => {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (value: number): number => Math.min(1, Math.max(0, value));
  const red = cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: number, other: number): number => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

test('every name can be read on both themes', () => {
  for (let hue = 0; hue < 360; hue += 1) {
    for (const ground of [SURFACES.light, SURFACES.lightHover]) expect(contrast(luminance(NAME_LIGHT, hue), ground)).toBeGreaterThan(4.5);
    for (const ground of [SURFACES.dark, SURFACES.darkHover]) expect(contrast(luminance(NAME_DARK, hue), ground)).toBeGreaterThan(4.5);
  }
});

test('a person keeps their colour, and people differ', () => {
  expect(nameHueOf(userIdOf('ann'))).toBe(nameHueOf(userIdOf('ann')));
  expect(new Set(['ann', 'bob', 'chen', 'dara', 'eve'].map((name) => nameHueOf(userIdOf(name)))).size).toBeGreaterThan(3);
});
