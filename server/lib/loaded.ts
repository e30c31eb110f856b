// State by key that lies in the database and is needed in memory: loaded when it is first asked for, once for all who ask
// at the same time, and again after a failure. What was forgotten during a load is not put back by it.

import { AppError } from './app-error.ts';

export type Loaded<K, V> = {
  /** Loads it if it is not here; rejects as the load does. */
  ready(key: K): Promise<V>;
  /** Tries to; an outage is no failure, since whoever really needs it asks again. */
  prepare(key: K): Promise<void>;
  get(key: K): V | undefined;
  forget(key: K): void;
  size(): number;
};

const isOutage = (error: unknown): boolean => error instanceof AppError && (error.code === 'database_unavailable' || error.code === 'busy');

/** `loadedLate`: those who were prepared for without it, in an outage, can be told now. */
export const createLoaded = <K, V>(load: (key: K) => Promise<V>, loadedLate?: (key: K, value: V) => void): Loaded<K, V> => {
  const here = new Map<K, V>();
  const loading = new Map<K, Promise<V>>();
  const missed = new Set<K>();

  const keep = (key: K, value: V): void => {
    here.set(key, value);
    if (missed.delete(key)) loadedLate?.(key, value);
  };

  const start = (key: K): Promise<V> => {
    const work = load(key).then((value) => {
      if (loading.get(key) === work) keep(key, value);
      return value;
    });
    loading.set(key, work);
    const done = (): void => {
      if (loading.get(key) === work) loading.delete(key);
    };
    work.then(done, done);
    return work;
  };

  const ready = async (key: K): Promise<V> => here.get(key) ?? (await (loading.get(key) ?? start(key)));

  return {
    ready,
    async prepare(key) {
      try {
        await ready(key);
      } catch (error) {
        if (!isOutage(error)) throw error;
        missed.add(key);
      }
    },
    get: (key) => here.get(key),
    forget(key) {
      here.delete(key);
      loading.delete(key);
      missed.delete(key);
    },
    size: () => here.size,
  };
};
