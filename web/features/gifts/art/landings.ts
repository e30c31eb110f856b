// How the still picture of a gift moves once when it arrives, for gifts that are more than a line and less than the whole picture.

import type { GiftAnimation } from '../../../../shared/messages/gifts.ts';

/** Each is a movement of GiftArt.svelte, at most two seconds long. */
export type Landing = 'swing' | 'bloom' | 'leap' | 'glide' | 'rock' | 'burst' | 'rise' | 'open';

export const LANDINGS: Readonly<Record<GiftAnimation, Landing>> = {
  lantern: 'swing', bell: 'swing', rose: 'bloom', bamboo: 'bloom', koi: 'leap', kite: 'glide', crane: 'glide', tea: 'rock', boat: 'rock',
  firefly: 'burst', fireworks: 'burst', moon: 'rise', bridge: 'rise', umbrella: 'open',
};
