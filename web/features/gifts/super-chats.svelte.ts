// Paid messages that stay on top for a while. A message that was sent and not answered for keeps its key, so that sending it again
// is not paying again.

import type { RequestKey, SuperChatId } from '../../../shared/ids.ts';
import { SUPER_CHAT_COINS_MIN } from '../../../shared/limits.ts';
import type { SuperChat } from '../../../shared/messages/gifts.ts';
import { browserClock, every, type Cancel } from '../../live/clock.ts';
import { newKey } from '../../live/request-key.ts';
import { createAct } from '../interaction/act.ts';
import type { PartDeps } from '../interaction/part.ts';
import type { PaidRequests } from './paid-request.ts';

export class SuperChats {
  /** In the order in which they were said. */
  pinned = $state.raw<readonly SuperChat[]>([]);
  /** The server's time, second by second while something is pinned. */
  nowMs = $state(0);
  draft = $state({ text: '', coins: SUPER_CHAT_COINS_MIN });
  isComposing = $state(false);

  readonly #deps: PartDeps;
  readonly #paid: PaidRequests;
  #unsure: { readonly text: string; readonly coins: number; readonly key: RequestKey } | null = null;
  #stopClock: Cancel | null = null;

  constructor(deps: PartDeps, paid: PaidRequests) {
    this.#deps = deps;
    this.#paid = paid;
  }

  become(pinned: readonly SuperChat[]): void {
    this.pinned = [...pinned].sort((a, b) => a.saidAtMs - b.saidAtMs);
    this.#look();
  }

  said(superChat: SuperChat): void {
    this.become([...this.pinned.filter(({ superChatId }) => superChatId !== superChat.superChatId), superChat]);
  }

  removed(superChatId: SuperChatId): void {
    this.pinned = this.pinned.filter((one) => one.superChatId !== superChatId);
  }

  /** Resolves with the coins that are left; throws what the server answers. */
  async send(text: string, coins: number): Promise<number> {
    const before = this.#unsure;
    const key = before?.text === text && before.coins === coins ? before.key : newKey();
    this.#unsure = { text, coins, key };
    const { balance } = await this.#paid.ask('superchat.send', { key, text, coins, seen: this.#deps.seen() });
    this.#unsure = null;
    this.draft = { text: '', coins };
    return balance;
  }

  async remove(superChatId: SuperChatId): Promise<void> {
    await createAct(this.#deps)('superchat.remove', { superChatId });
  }

  close(): void {
    this.#stopClock?.();
  }

  #look(): void {
    this.nowMs = this.#deps.serverNowMs();
    this.pinned = this.pinned.filter(({ pinnedUntilMs }) => pinnedUntilMs > this.nowMs);
    if (this.pinned.length > 0) {
      this.#stopClock ??= every(browserClock, 1_000, () => this.#look());
      return;
    }
    this.#stopClock?.();
    this.#stopClock = null;
  }
}
