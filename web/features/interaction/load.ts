// Brings the interaction in after the picture, which must not wait for it. Part of the first script, so it is small.

import { browserClock, type Cancel } from '../../live/clock.ts';
import type { Interaction, InteractionDeps } from './interaction.svelte.ts';

/** A server that restarts is back within some seconds. */
const RETRY_MS = 4_000;

/** Calls `opened` when it is there. The returned function closes it, or gives up waiting. */
export const loadInteraction = (deps: InteractionDeps, opened: (interaction: Interaction) => void): Cancel => {
  let isClosed = false;
  let close: Cancel = () => {};

  const load = (): void => {
    import('./interaction.svelte.ts').then(
      ({ openInteraction }) => {
        if (isClosed) return;
        const interaction = openInteraction(deps);
        close = () => interaction.close();
        opened(interaction);
      },
      () => { close = browserClock.after(RETRY_MS, load); },
    );
  };
  load();

  return () => {
    isClosed = true;
    close();
  };
};
