// Carries encoded room events to every server process that has listeners of the room. Today that is this one; a second
// implementation, over the network, has to keep the order of frames within a topic and nothing else.

export type Bus = {
  send(topic: string, frame: string): void;
  /** Hears every frame until the returned function is called. */
  listen(listener: (topic: string, frame: string) => void): () => void;
};

export const createLocalBus = (): Bus => {
  const listeners = new Set<(topic: string, frame: string) => void>();
  return {
    send(topic, frame) {
      for (const listener of listeners) listener(topic, frame);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
