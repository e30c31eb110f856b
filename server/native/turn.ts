// Taking another server's place: see replace.mjs, which is at the other end of the channel.

import { WAITS } from './replace.mjs';

/**
 * Resolves when the place is free: at once, unless this one was started to follow another, which it then lets go first. What it gives
 * is to be called once it serves.
 */
export const ourTurn = async (): Promise<() => void> => {
  if (process.env[WAITS] !== '1' || !process.send) return () => {};
  const end = (): never => process.exit(0);
  // Without a launcher nobody would ever say that the place is free.
  process.once('disconnect', end);
  process.once('SIGTERM', end);
  process.send('loaded');
  await new Promise<void>((resolve) => process.once('message', () => resolve()));
  process.off('disconnect', end);
  process.off('SIGTERM', end);
  return () => {
    if (process.connected) process.send?.('serves', () => process.disconnect());
  };
};
