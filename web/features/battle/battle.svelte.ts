// A battle of two linked channels as one page sees it (rules K1-K6): the newest that the server told, and what a host does with it.

import type { BattleView } from '../../../shared/messages/battles.ts';
import type { Joined } from '../../live/room-session.ts';
import { createAct, type Act } from '../interaction/act.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';

export class Battle implements Part {
  now = $state.raw<BattleView | null>(null);

  readonly #deps: PartDeps;
  readonly #act: Act;

  constructor(deps: PartDeps) {
    this.#deps = deps;
    this.#act = createAct(deps);
  }

  joined({ snapshot: { battle } }: Joined): void {
    this.now = battle;
  }

  heard({ event, data }: FeedEvent): void {
    if (event === 'battle.changed') this.now = data.battle;
    if (event === 'broadcast.ended') this.now = null;
    if (event === 'link.changed' && !data.link) this.now = null;
  }

  /** Whole seconds until it ends, or until the proposal expires. */
  leftS(): number {
    return Math.max(0, Math.ceil(((this.now?.endsAtMs ?? 0) - this.#deps.serverNowMs()) / 1_000));
  }

  propose = (lengthS: number) => this.#act('battle.propose', { lengthS });
  withdraw = () => this.#act('battle.withdraw', {});
  answer = (isAccepted: boolean) => this.#act('battle.answer', { isAccepted });
  giveUp = () => this.#act('battle.giveUp', {});
}
