// A room's last events as encoded frames, bounded by number and by bytes. Invariant: what is kept is a row without gaps that
// ends with the newest, so `after` gives all or nothing.

export type EventRing = {
  /** `seq` is one more than that of the frame before. */
  add(seq: number, frame: string): void;
  /** All frames after this number, oldest first; null if some of them are gone. */
  after(seq: number): string[] | null;
};

export const createEventRing = (limits: { readonly eventsMax: number; readonly bytesMax: number }): EventRing => {
  let frames: string[] = [];
  /** Of frames[first]; those before it are let go, and cut off in one go when there are many. */
  let first = 0;
  let newestSeq = 0;
  let bytes = 0; // In UTF-16 units: a bound of memory, not of the wire.

  const dropOldest = (): void => {
    bytes -= frames[first]?.length ?? 0;
    frames[first] = '';
    first += 1;
    if (first < limits.eventsMax) return;
    frames = frames.slice(first);
    first = 0;
  };

  return {
    add(seq, frame) {
      frames.push(frame);
      newestSeq = seq;
      bytes += frame.length;
      while (frames.length - first > limits.eventsMax || bytes > limits.bytesMax) dropOldest();
    },
    after(seq) {
      const missing = newestSeq - seq;
      return missing <= frames.length - first ? frames.slice(frames.length - missing) : null;
    },
  };
};
