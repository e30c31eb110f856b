// The colour of a person's name: always the same for the same person, told apart from its neighbours, and readable on both
// themes (lightness and strength are fixed, only the hue is theirs; name-color.test.ts measures the contrast).

import type { UserId } from '../../../shared/ids.ts';

/** In degrees. Red is left out: it is the colour of being live. */
export const nameHueOf = (userId: UserId): number => {
  let sum = 7;
  for (const unit of userId) sum = (sum * 31 + (unit.codePointAt(0) ?? 0)) % 65_521;
  return 50 + (sum % 24) * 13;
};

export const NAME_LIGHT = { lightness: 0.47, chroma: 0.13 };
export const NAME_DARK = { lightness: 0.8, chroma: 0.11 };

export const nameColorOf = (userId: UserId): string => {
  const hue = nameHueOf(userId);
  return `light-dark(oklch(${NAME_LIGHT.lightness} ${NAME_LIGHT.chroma} ${hue}), oklch(${NAME_DARK.lightness} ${NAME_DARK.chroma} ${hue}))`;
};
