// Answers that are asked for often and change seldom: kept for a moment, and for longer while their source is away. Bounded;
// what was forgotten during a look-up is not put back by it.

import { AppError } from './app-error.ts';
import type { Clock } from './clock.ts';

export type LastKnown<V> = {
  /** Null: the source says there is none; that is never kept. */
  get(key: string): Promise<V | null>;
  forget(key: string): void;
  forgetWhere(matches: (value: V) => boolean): void;
};

export type LastKnownDeps<V> = {
  readonly clock: Clock;
  readonly keysMax: number;
  /** How old an answer may be while the source can be asked. */
  readonly freshMs: number;
  readonly load: (key: string) => Promise<V | null>;
};

export const createLastKnown = <V>(deps: LastKnownDeps<V>): LastKnown<V> => {
  const { clock, keysMax, freshMs } = deps;
  // In the order of the last use: the first key is the longest unused.
  const kept = new Map<string, { readonly value: V; readonly atMs: number }>();
  const loading = new Map<string, Promise<V | null>>();

  const keep = (key: string, value: V, atMs: number): void => {
    kept.delete(key);
    kept.set(key, { value, atMs });
    if (kept.size > keysMax) for (const oldest of kept.keys()) { kept.delete(oldest); break; }
  };

  const load = (key: string): Promise<V | null> => {
    const atMs = clock.nowMs();
    const work = deps.load(key).then((value) => {
      if (loading.get(key) !== work) return value; // forgotten meanwhile
      if (value === null) kept.delete(key);
      else keep(key, value, atMs);
      return value;
    });
    loading.set(key, work);
    const done = (): void => {
      if (loading.get(key) === work) loading.delete(key);
    };
    work.then(done, done);
    return work;
  };

  return {
    async get(key) {
      const known = kept.get(key);
      if (known && clock.nowMs() - known.atMs < freshMs) {
        keep(key, known.value, known.atMs);
        return known.value;
      }
      try {
        return await (loading.get(key) ?? load(key)); // many who ask at once are one question
      } catch (error) {
        const stale = kept.get(key);
        if (stale && error instanceof AppError && error.code === 'database_unavailable') return stale.value;
        throw error;
      }
    },
    forget(key) {
      kept.delete(key);
      loading.delete(key);
    },
    forgetWhere(matches) {
      loading.clear(); // what they will say is not known yet
      for (const [key, { value }] of kept) if (matches(value)) kept.delete(key);
    },
  };
};
