// A battle of two linked channels as one page sees it (rules K1-K6): the newest that the server told, and what a host does with it.

import type { BattleView } from '../../../shared/messages/battles.ts';
import type { Params, RequestName } from '../../../shared/messages.ts';
import { codeOf } from '../../live/request-error.ts';
import type { Joined } from '../../live/room-session.ts';
import { errorText } from '../../text/error-text.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';

export class Battle implements Part {
  now = $state.raw<BattleView | null>(null);

  readonly #deps: PartDeps;

  constructor(deps: PartDeps) {
    this.#deps = deps;
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

  propose = (lengthS: number): Promise<boolean> => this.#act('battle.propose', { lengthS });
  withdraw = (): Promise<boolean> => this.#act('battle.withdraw', {});
  answer = (isAccepted: boolean): Promise<boolean> => this.#act('battle.answer', { isAccepted });
  giveUp = (): Promise<boolean> => this.#act('battle.giveUp', {});

  async #act<R extends RequestName>(name: R, params: Params<R>): Promise<boolean> {
    try {
      await this.#deps.ask(name, params);
      return true;
    } catch (error) {
      this.#deps.toasts.show(errorText(codeOf(error) ?? 'internal'), { tone: 'danger' });
      return false;
    }
  }
}
