// What is suggested while somebody types. Asks a moment after the last key, and gives up questions that a later key overtook, so that the
// list always fits what stands in the box.

import type { SearchResult } from '../../../shared/finding-routes.ts';
import { SEARCH_SUGGESTIONS_MAX } from '../../../shared/limits.ts';
import { stepIndex } from '../../ui/floating.ts';

const PAUSE_MS = 120;

export type Ask = (query: string, countMax: number, signal: AbortSignal) => Promise<readonly SearchResult[]>;

export class Suggestions {
  results = $state.raw<readonly SearchResult[]>([]);
  /** What the results are for. */
  query = $state('');
  /** Chosen with the arrow keys; the last, behind all results, is the search itself. -1: none. */
  active = $state(-1);
  isOpen = $state(false);
  readonly #ask: Ask;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  readonly count = $derived(this.query === '' ? 0 : this.results.length + 1);

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  typed(text: string): void {
    const query = text.trim();
    this.#stop();
    this.active = -1;
    if (query === '') return this.#become('', []);
    this.isOpen = true;
    this.#timer = setTimeout(() => void this.#read(query), PAUSE_MS);
  }

  /** False if the key does not mean that. */
  step(key: 'ArrowDown' | 'ArrowUp'): boolean {
    if (this.count === 0) return false;
    this.isOpen = true;
    this.active = stepIndex(this.active, this.count, key) ?? -1;
    return true;
  }

  close(): void {
    this.#stop();
    this.isOpen = false;
    this.active = -1;
  }

  async #read(query: string): Promise<void> {
    const asking = (this.#asking = new AbortController());
    try {
      const results = await this.#ask(query, SEARCH_SUGGESTIONS_MAX, asking.signal);
      if (!asking.signal.aborted) this.#become(query, results);
    } catch {
      // Suggestions are an extra; the search itself says what is wrong.
      if (!asking.signal.aborted) this.#become(query, []);
    }
  }

  #become(query: string, results: readonly SearchResult[]): void {
    this.query = query;
    this.results = results;
    this.isOpen = query !== '' && this.isOpen;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
  }
}
