// The six pictures of reactions, our own so that they look the same on every system, also where no pictographs are installed.

import type { Reaction } from '../../../shared/messages/reactions.ts';
import { m } from '../../text/generated/messages.js';

export const PICTURES: Record<Reaction, string> = {
  heart: new URL('./pictures/heart.svg', import.meta.url).href,
  clap: new URL('./pictures/clap.svg', import.meta.url).href,
  laugh: new URL('./pictures/laugh.svg', import.meta.url).href,
  wow: new URL('./pictures/wow.svg', import.meta.url).href,
  fire: new URL('./pictures/fire.svg', import.meta.url).href,
  party: new URL('./pictures/party.svg', import.meta.url).href,
};

export const NAMES: Record<Reaction, () => string> = {
  heart: m.reactions_heart,
  clap: m.reactions_clap,
  laugh: m.reactions_laugh,
  wow: m.reactions_wow,
  fire: m.reactions_fire,
  party: m.reactions_party,
};
