// People whose lines this device does not want to see, kept in its storage. Nobody else learns of it.

import { SvelteSet } from 'svelte/reactivity';
import type { UserId } from '../../../shared/ids.ts';

const KEY = 'qiao.blocked-people';
/** The newest; storage and every line's look-up stay small. */
const PEOPLE_MAX = 1_000;

const read = (storage: Pick<Storage, 'getItem'>): UserId[] => {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one): one is UserId => typeof one === 'string').slice(-PEOPLE_MAX) : [];
  } catch {
    return []; // Storage is switched off, or holds something else.
  }
};

export class BlockedPeople {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly #ids: SvelteSet<UserId>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
    this.#ids = new SvelteSet(read(storage));
  }

  has(userId: UserId): boolean {
    return this.#ids.has(userId);
  }

  block(userId: UserId): void {
    this.#ids.add(userId);
    this.#keep();
  }

  unblock(userId: UserId): void {
    this.#ids.delete(userId);
    this.#keep();
  }

  #keep(): void {
    for (const oldest of this.#ids) {
      if (this.#ids.size <= PEOPLE_MAX) break;
      this.#ids.delete(oldest);
    }
    try {
      this.#storage.setItem(KEY, JSON.stringify([...this.#ids]));
    } catch {
      // Storage is full or switched off: it holds for this page only.
    }
  }
}
