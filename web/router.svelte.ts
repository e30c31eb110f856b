// Where the page is. Turns clicks on links and the browser's own back and forward into a route, without loading anew.
// Knows no page. App builds one Router and hands it down; anything below calls getRouter().

import { createContext, untrack } from 'svelte';
import type { Source } from '../shared/sources.ts';
import { matchRoute, sourceIn, type PageRoute } from './routes.ts';

/** Asked before the page is left inside the app; false stays. */
type LeaveGuard = () => boolean | Promise<boolean>;

const isPlainLeftClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;

const fromOf = (state: unknown): Source | null => (state as { from?: Source | null } | null)?.from ?? null;

export class Router {
  #address = $state.raw(new URL(location.href));
  readonly route: PageRoute = $derived(matchRoute(this.#address.pathname));
  /** `?a=b` of the address. */
  readonly search: string = $derived(this.#address.search);
  /** Of the entry shown now, counted over this tab's history: tells back from forward, and where the reader had scrolled to. */
  #position = 0;
  readonly #scrolls = new Map<number, number>();
  /** What led to the entry shown now, kept beside the address: a link that is handed on must not say it. */
  #from: Source | null = null;
  #guard: LeaveGuard | null = null;
  /** A history step that we made ourselves to undo one that the guard refused. */
  #undoing = false;

  /** Starts listening; returns how to stop. */
  start(): () => void {
    history.scrollRestoration = 'manual';
    this.#position = this.#positionOf(history.state);
    this.#from = sourceIn(this.#address.search) ?? fromOf(history.state);
    this.#address.searchParams.delete('from'); // Whoever copies the address says something else with it.
    history.replaceState({ position: this.#position, from: this.#from }, '', this.#address);
    const stop = new AbortController();
    document.addEventListener('click', (event) => this.#clicked(event), { signal: stop.signal });
    addEventListener('popstate', (event) => void this.#popped(event), { signal: stop.signal });
    return () => stop.abort();
  }

  /** Goes to a path of ours. */
  go(path: string, options: { replace?: boolean; from?: Source | null } = {}): Promise<void> {
    // Often called from an effect, which must not run again because the address has changed as it wished.
    return untrack(() => this.#go(path, options.replace ?? false, options.from ?? null));
  }

  async #go(path: string, replace: boolean, from: Source | null): Promise<void> {
    const address = new URL(path, location.href);
    const samePage = address.pathname === this.#address.pathname;
    if (!samePage && !(await this.#mayLeave())) return;
    this.#scrolls.set(this.#position, scrollY);
    if (!replace) this.#position += 1;
    this.#from = from ?? (replace ? this.#from : null);
    history[replace ? 'replaceState' : 'pushState']({ position: this.#position, from: this.#from }, '', address);
    this.#address = address;
  }

  /** Has `guard` asked before leaving; returns how to lift it. Closing the tab is another matter: see `beforeunload`. */
  beforeLeave(guard: LeaveGuard): () => void {
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = null;
    };
  }

  /** How far down the entry shown now was read before; 0 for a new one. */
  get scrollTop(): number {
    return this.#scrolls.get(this.#position) ?? 0;
  }

  /** What brought the reader to the entry shown now. */
  get source(): Source {
    return this.#from ?? sourceIn(this.#address.search) ?? 'direct';
  }

  #positionOf(state: unknown): number {
    const position = (state as { position?: unknown } | null)?.position;
    return typeof position === 'number' ? position : 0;
  }

  async #mayLeave(): Promise<boolean> {
    return this.#guard === null || (await this.#guard());
  }

  #clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || !isPlainLeftClick(event) || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    // A jump within the page is the browser's business.
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    void this.go(link.pathname + link.search + link.hash, { from: (link.dataset['from'] ?? null) as Source | null });
  }

  async #popped(event: PopStateEvent): Promise<void> {
    if (this.#undoing) {
      this.#undoing = false;
      return;
    }
    const position = this.#positionOf(event.state);
    const address = new URL(location.href);
    if (address.pathname !== this.#address.pathname && !(await this.#mayLeave())) {
      this.#undoing = true;
      history.go(this.#position - position);
      return;
    }
    this.#scrolls.set(this.#position, scrollY);
    this.#position = position;
    this.#from = fromOf(event.state);
    this.#address = address;
  }
}

export const [getRouter, setRouter] = createContext<Router>();
