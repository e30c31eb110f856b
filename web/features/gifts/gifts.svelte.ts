// Giving in a room: builds what belongs to it and hands it the room's news. What one gives is in giving, what gifts do to the
// picture in effects; here only their order and the rows for the chat are kept.

import type { SentGift } from '../../../shared/messages/gifts.ts';
import type { EventData } from '../../../shared/messages.ts';
import { browserClock, type Cancel } from '../../live/clock.ts';
import { callMoney } from '../../live/http-money.ts';
import type { Joined } from '../../live/room-session.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import { Catalogue, type CatalogueDeps } from './catalogue.svelte.ts';
import { Effects } from './effects.svelte.ts';
import { rowsWith, rowsWithGift, type GiveRow } from './give-rows.ts';
import { Giving } from './giving.svelte.ts';
import { createPaidRequests, type PaidRequests } from './paid-request.ts';
import { RedPackets } from './red-packets.svelte.ts';
import { SuperChats } from './super-chats.svelte.ts';
import { Support } from './support.svelte.ts';

export class Gifts implements Part {
  readonly deps: PartDeps;
  readonly catalogue: Catalogue;
  readonly giving: Giving;
  readonly effects: Effects;
  readonly support: Support;
  readonly superChats: SuperChats;
  readonly redPackets: RedPackets;
  /** What was given since this page is here, for the chat. */
  rows = $state.raw<readonly GiveRow[]>([]);
  isSupportersOpen = $state(false);

  readonly #paid: PaidRequests;
  readonly #stop: Cancel;

  constructor(deps: PartDeps, { load }: CatalogueDeps = { load: () => callMoney('gift.catalogue') }) {
    this.deps = deps;
    this.#paid = createPaidRequests({ ask: deps.ask, clock: browserClock, isJoined: deps.isJoined });
    const catalogue = (this.catalogue = new Catalogue({ load }));
    const giftOf = catalogue.giftOf.bind(catalogue);
    this.giving = new Giving({ part: deps, paid: this.#paid, storage: localStorage, giftOf, outdated: () => catalogue.refresh() });
    this.effects = new Effects({
      giftOf, isOwn: ({ author }) => author.userId === deps.me()?.userId, serverNowMs: deps.serverNowMs, storage: localStorage,
    });
    this.support = new Support(deps);
    this.superChats = new SuperChats(deps, this.#paid);
    this.redPackets = new RedPackets(deps, this.#paid);
    let startedAtMs: number | null = null;
    this.#stop = $effect.root(() => {
      $effect(() => { if (deps.isJoined()) this.#paid.resume(); });
      $effect(() => {
        const now = deps.startedAtMs();
        if (now === null) return;
        catalogue.need();
        if (startedAtMs !== null && now !== startedAtMs) this.support.beginsAnew();
        startedAtMs = now;
      });
    });
  }

  joined({ snapshot: { gifts } }: Joined): void {
    this.support.joined(gifts);
    this.superChats.become(gifts.superChats);
    this.redPackets.joined(gifts.redPackets, gifts.mine?.claimed ?? []);
    this.giving.balance = gifts.mine?.balance ?? null;
    this.giving.fanCoins = gifts.mine?.fanCoins ?? 0;
  }

  heard(event: FeedEvent): void {
    this.support.heard(event);
    if (event.event === 'gifts.received') this.#received(event.data.gifts);
    else if (event.event === 'superchat.said') this.#said(event.data.superChat);
    else if (event.event === 'superchat.removed') this.#removed(event.data.superChatId);
    else if (event.event === 'redpacket.announced') this.#announced(event.data.redPacket);
    else if (event.event === 'redpacket.opened') this.#opened(event.data);
    else if (event.event === 'wallet.changed') {
      this.giving.balance = event.data.balance;
      if (event.data.fanCoins !== null) this.giving.fanCoins = event.data.fanCoins;
    }
  }

  close(): void {
    this.#stop();
    this.#paid.close();
    this.catalogue.close();
    this.giving.close();
    this.effects.close();
    this.superChats.close();
    this.redPackets.close();
  }

  #received(gifts: readonly SentGift[]): void {
    let { rows } = this;
    for (const gift of gifts) {
      this.catalogue.met(gift.giftId);
      rows = rowsWithGift(rows, gift);
      this.effects.take(gift);
    }
    this.rows = rows;
  }

  #said(superChat: EventData<'superchat.said'>['superChat']): void {
    this.superChats.said(superChat);
    this.rows = rowsWith(this.rows, { is: 'superchat', id: superChat.superChatId, atMs: superChat.saidAtMs, superChat });
  }

  #removed(superChatId: EventData<'superchat.removed'>['superChatId']): void {
    this.superChats.removed(superChatId);
    this.rows = this.rows.filter(({ id }) => id !== superChatId);
  }

  #announced(packet: EventData<'redpacket.announced'>['redPacket']): void {
    this.redPackets.announced(packet);
    const { redPacketId: id, announcedAtMs: atMs, giver: author, coins, shares } = packet;
    this.rows = rowsWith(this.rows, { is: 'packet', id, atMs, author, coins, shares, result: null });
  }

  #opened(opened: EventData<'redpacket.opened'>): void {
    this.redPackets.opened(opened);
    const [luckiest = null] = opened.shares;
    this.rows = this.rows.map((row) => (row.id === opened.redPacketId && row.is === 'packet' ? { ...row, result: { winners: opened.shares.length, luckiest } } : row));
  }
}
