// Gives the works of one key turns: each begins when the one before it has ended, well or badly. Works of different keys do not wait
// for each other. Within this process only.

export type Turns<Key> = {
  /** What the work answers or throws. */
  inTurn<T>(key: Key, work: () => Promise<T>): Promise<T>;
};

export const createTurns = <Key>(): Turns<Key> => {
  const lines = new Map<Key, Promise<unknown>>();
  return {
    async inTurn(key, work) {
      const before = lines.get(key) ?? Promise.resolve();
      const mine = before.catch(() => {}).then(work);
      lines.set(key, mine);
      try {
        return await mine;
      } finally {
        if (lines.get(key) === mine) lines.delete(key);
      }
    },
  };
};
