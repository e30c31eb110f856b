// Two channels side by side, as one page sees it: the link there is, and for the host who asks whom (rules X1-X7). The other host's
// pictures are the stage's.

import type { AskEnd, LinkAsk, LinkView } from '../../../shared/messages/links.ts';
import type { Joined } from '../../live/room-session.ts';
import { m } from '../../text/generated/messages.js';
import { createAct, type Act } from '../interaction/act.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';

const ENDS: Record<AskEnd, ((about: { readonly name: string }) => string) | null> = {
  accepted: (about) => m.link_accepted(about),
  declined: (about) => m.link_declined(about),
  expired: (about) => m.link_expired(about),
  gone: (about) => m.link_gone(about),
  withdrawn: null,
};

export class Link implements Part {
  link = $state.raw<LinkView | null>(null);
  /** Who this host asked. */
  asked = $state.raw<LinkAsk | null>(null);
  /** Who asks this host, the longest waiting first. */
  asking = $state.raw<readonly LinkAsk[]>([]);

  readonly #deps: PartDeps;
  readonly #act: Act;
  /** The other host's seat: silenced here or not. */
  readonly seat = $derived.by(() => this.#deps.stage()?.seats.find(({ channel }) => channel !== null) ?? null);

  constructor(deps: PartDeps) {
    this.#deps = deps;
    this.#act = createAct(deps);
  }

  joined({ snapshot: { link } }: Joined): void {
    this.link = link.link;
    this.asked = link.asked;
    this.asking = link.asking;
  }

  heard({ event, data }: FeedEvent): void {
    if (event === 'link.changed') this.link = data.link;
    if (event === 'link.asked') this.asking = [...this.asking.filter(({ channel }) => channel.handle !== data.channel.handle), data];
    if (event === 'link.answered') this.#answered(data.handle, data.answer);
    if (event === 'broadcast.ended') [this.link, this.asked, this.asking] = [null, null, []];
  }

  /** `name`: until the server tells more of it. */
  async ask(channel: LinkAsk['channel']): Promise<void> {
    const asked = await this.#act('link.ask', { handle: channel.handle });
    // They may have said yes before the reply came.
    if (asked && !this.link) this.asked = { channel, expiresAtMs: asked.expiresAtMs };
  }

  async answer(handle: string, isAccepted: boolean): Promise<void> {
    this.asking = this.asking.filter(({ channel }) => channel.handle !== handle);
    await this.#act('link.answer', { handle, isAccepted });
  }

  async withdraw(): Promise<void> {
    if (await this.#act('link.withdraw', {})) this.asked = null;
  }

  end = () => this.#act('link.end', {});
  silence = (isSilenced: boolean) => this.#act('link.silence', { isSilenced });

  #answered(handle: string, answer: AskEnd): void {
    const mine = this.asked?.channel.handle === handle ? this.asked : null;
    if (mine) this.asked = null;
    this.asking = this.asking.filter(({ channel }) => channel.handle !== handle);
    const words = mine && ENDS[answer];
    if (words) this.#deps.toasts.show(words({ name: mine.channel.displayName }), answer === 'accepted' ? { tone: 'good' } : {});
  }
}
