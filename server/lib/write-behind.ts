// Writes that must not be lost and need not be waited for: tried again until the database takes them (rules B6, M9).
// One pending write for a key; the newest wins. Bounded: what comes on top is given up and logged.

import type { Cancel, Clock } from './clock.ts';
import type { Log } from './log.ts';

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 15_000;
const PENDING_MAX = 10_000;

export const createWriteBehind = (deps: { readonly clock: Clock; readonly log: Log }) => {
  const pending = new Map<string, () => Promise<void>>();
  let running: Promise<void> | null = null;
  let waiting: Cancel | null = null;
  let delayMs = RETRY_MS_MIN;

  const drain = async (): Promise<void> => {
    for (const [key, write] of pending) {
      await write();
      if (pending.get(key) === write) pending.delete(key);
    }
    delayMs = RETRY_MS_MIN;
  };

  const run = (): void => {
    waiting = null;
    running ??= drain()
      .catch((error: unknown) => {
        deps.log.warn({ err: error, pending: pending.size, delayMs }, 'write put off');
      })
      .finally(() => {
        running = null;
        if (pending.size === 0 || waiting) return;
        waiting = deps.clock.after(delayMs, run);
        delayMs = Math.min(delayMs * 2, RETRY_MS_MAX);
      });
  };

  return {
    add(key: string, write: () => Promise<void>): void {
      if (pending.size >= PENDING_MAX && !pending.has(key)) {
        deps.log.error({ key }, 'write given up: too many are waiting');
        return;
      }
      pending.set(key, write);
      if (!waiting) run();
    },
    pending: (): number => pending.size,
    /** One last try; what still cannot be written is left to the next start's restore. */
    async close(): Promise<void> {
      waiting?.();
      waiting = null;
      if (pending.size > 0 && !running) run();
      await running;
      (waiting as Cancel | null)?.();
    },
  };
};
