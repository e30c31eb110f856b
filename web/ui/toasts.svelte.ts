// Short messages that come and go. App builds one Toasts and hands it down; anything below calls getToasts().show(...).

import { createContext } from 'svelte';

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: 'neutral' | 'good' | 'warn' | 'danger';
  readonly action: { readonly label: string; readonly run: () => void } | null;
};
type Options = { tone?: Toast['tone']; action?: Toast['action']; durationMs?: number };

const TOASTS_MAX = 3;
const DURATION_MS = 5_000;

export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #lastId = 0;

  /** Shows a message; with an action or as danger it stays twice as long. `durationMs: Infinity` leaves it until dismissed. */
  show(text: string, { tone = 'neutral', action = null, durationMs }: Options = {}): number {
    const id = ++this.#lastId;
    this.list = [...this.list.filter((toast) => toast.text !== text), { id, text, tone, action }].slice(-TOASTS_MAX);
    const stayMs = durationMs ?? (action || tone === 'danger' ? 2 * DURATION_MS : DURATION_MS);
    if (Number.isFinite(stayMs)) setTimeout(() => this.dismiss(id), stayMs);
    return id;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const [getToasts, setToasts] = createContext<Toasts>();
