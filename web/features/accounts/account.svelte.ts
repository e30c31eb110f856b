// Who is logged in here. App builds one Account and hands it down; pages read `me` and call the acts below.
// Invariant: `me` is what the server said last; nothing is assumed before it has answered.

import { createContext } from 'svelte';
import type { Me, RouteBody } from '../../../shared/routes.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';
import { call, codeOf } from '../../live/http.ts';

const REMEMBERED_AS = 'qiao.logged-in';

const remembered = (): boolean => {
  try {
    return localStorage.getItem(REMEMBERED_AS) !== null;
  } catch {
    return false; // Storage may be forbidden.
  }
};

const remember = (me: Me | null): void => {
  try {
    if (me) localStorage.setItem(REMEMBERED_AS, '1');
    else localStorage.removeItem(REMEMBERED_AS);
  } catch {
    // Then the page guesses wrong for a moment, next time.
  }
};

export class Account {
  #me = $state.raw<Me | null | undefined>(undefined);
  /** Why `me` is still undefined. */
  problem = $state<AnyErrorCode | null>(null);
  readonly #wasLoggedIn = remembered();

  /** undefined until the server has answered, null for a guest. */
  get me(): Me | null | undefined {
    return this.#me;
  }

  /** Nobody is logged in, or nobody was last time and the answer is still on its way: pages need not jump when it comes. */
  get isGuest(): boolean {
    return this.#me === null || (this.#me === undefined && !this.#wasLoggedIn);
  }

  /** Asks who this is. A server that cannot be asked leaves the answer open. */
  async load(): Promise<void> {
    try {
      this.#is((await call('account.me')).me);
      this.problem = null;
    } catch (thrown) {
      this.problem = codeOf(thrown);
    }
  }

  async login(body: RouteBody<'session.login'>): Promise<void> {
    this.#is(await call('session.login', { body }));
  }

  async register(body: RouteBody<'account.register'>): Promise<void> {
    this.#is(await call('account.register', { body }));
  }

  async logout(): Promise<void> {
    await call('session.logout');
    this.#is(null);
  }

  async update(body: RouteBody<'account.update'>): Promise<void> {
    this.#is(await call('account.update', { body }));
  }

  /** The channel was opened or changed. */
  channelChanged(channel: ChannelView): void {
    if (this.#me) this.#is({ ...this.#me, channel });
  }

  /** The server says that the session is over. */
  sessionEnded(): void {
    this.#is(null);
  }

  #is(me: Me | null): void {
    this.#me = me;
    remember(me);
  }
}

export const [getAccount, setAccount] = createContext<Account>();
