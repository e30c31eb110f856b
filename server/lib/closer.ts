// Owns things that must be closed: closes them in reverse order of adding, once, and goes on when one of them fails.

export type Closer = {
  /** Added after close() began: closed at once. */
  add(name: string, close: () => void | Promise<void>): void;
  /** Every call gives the same promise. It rejects, after all were tried, with an AggregateError of what failed. */
  close(): Promise<void>;
};

export const createCloser = (): Closer => {
  const things: { name: string; close: () => void | Promise<void> }[] = [];
  const failures: Error[] = [];
  let closing: Promise<void> | null = null;

  const closeOne = async (thing: (typeof things)[number]): Promise<void> => {
    try {
      await thing.close();
    } catch (cause) {
      failures.push(new Error(`could not close ${thing.name}`, { cause }));
    }
  };
  const closeAll = async (): Promise<void> => {
    for (let thing = things.pop(); thing; thing = things.pop()) await closeOne(thing);
    if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join('; '));
  };

  return {
    add(name, close) {
      if (closing) void closeOne({ name, close });
      else things.push({ name, close });
    },
    close: () => (closing ??= closeAll()),
  };
};
