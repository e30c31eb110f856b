// What the room's fans have given together: the host's goal, the sum of this broadcast, and who gave most.

import type { Goal, GiftSnapshot, Supporter } from '../../../shared/messages/gifts.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import type { PartDeps } from '../interaction/part.ts';

export type SupportSpan = 'broadcast' | 'week' | 'ever';

export class Support {
  goal = $state.raw<Goal | null>(null);
  broadcastCoins = $state(0);
  /** Of this broadcast, most first. */
  top = $state.raw<readonly Supporter[]>([]);
  /** The goal that is being written. */
  draft = $state({ title: '', coins: '' });

  readonly #deps: Pick<PartDeps, 'ask'>;

  /** 0 to 1. */
  readonly goalShare: number = $derived(this.goal ? Math.min(1, this.goal.givenCoins / this.goal.coins) : 0);

  constructor(deps: Pick<PartDeps, 'ask'>) {
    this.#deps = deps;
  }

  joined({ goal, supporters, broadcastCoins }: GiftSnapshot): void {
    this.goal = goal;
    this.top = supporters;
    this.broadcastCoins = broadcastCoins;
  }

  heard({ event, data }: FeedEvent): void {
    if (event === 'goal.changed') this.goal = data.goal;
    if (event !== 'support.counted') return;
    this.broadcastCoins = data.broadcastCoins;
    this.top = data.supporters;
    if (this.goal && data.goalCoins !== null) this.goal = { ...this.goal, givenCoins: data.goalCoins };
  }

  /** Another broadcast is on air: its sums begin at nothing. */
  beginsAnew(): void {
    this.broadcastCoins = 0;
    this.top = [];
  }

  /** Throws what the server answers. */
  async setGoal(goal: { readonly title: string; readonly coins: number } | null): Promise<void> {
    await this.#deps.ask('goal.set', { goal });
  }

  /** Throws what the server answers. */
  async list(span: SupportSpan): Promise<readonly Supporter[]> {
    return (await this.#deps.ask('supporter.list', { span })).supporters;
  }
}
