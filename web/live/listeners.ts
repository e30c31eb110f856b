// A set of functions that want to be told. One that throws does not keep the others from hearing.

import type { Cancel } from './clock.ts';

export type Listeners<T> = {
  readonly add: (fn: (value: T) => void) => Cancel;
  readonly tell: (value: T) => void;
};

export const createListeners = <T>(): Listeners<T> => {
  const all = new Set<(value: T) => void>();
  return {
    add: (fn) => {
      all.add(fn);
      return () => { all.delete(fn); };
    },
    tell: (value) => {
      for (const fn of [...all]) {
        try {
          fn(value);
        } catch (error) {
          reportError(error); // As an error in an event handler of the browser's would be.
        }
      }
    },
  };
};
