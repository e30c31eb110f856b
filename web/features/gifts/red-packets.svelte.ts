// Red packets on this screen: each lies there from the frame on which it was announced (rule G7), is reached for once, and opens
// with who got what. Who reaches first on the road gains nothing, so nothing here hurries.

import type { RedPacketId, RequestKey } from '../../../shared/ids.ts';
import type { RedPacket } from '../../../shared/messages/gifts.ts';
import type { EventData } from '../../../shared/messages.ts';
import { browserClock, every, type Cancel, type Clock } from '../../live/clock.ts';
import { codeOf, RequestError } from '../../live/request-error.ts';
import { newKey } from '../../live/request-key.ts';
import { errorText } from '../../text/error-text.ts';
import type { PartDeps } from '../interaction/part.ts';
import type { PaidRequests } from './paid-request.ts';

const LOOK_EVERY_MS = 250;
const CLAIM_AGAIN_MS = 400;
const CLAIM_TRIES_MAX = 8;
/** A result that somebody waited for can be read; it goes by itself. */
const RESULT_STAYS_MS = 15_000;
/** Without a word of the result by then, the packet is put away. */
const FORGOTTEN_AFTER_MS = 60_000;

export type PacketState = 'open' | 'reaching' | 'reached' | 'over';
export type ShownPacket = { readonly packet: RedPacket; readonly state: PacketState; readonly shownAtMs: number };
export type PacketResult = { readonly packet: RedPacket; readonly opened: EventData<'redpacket.opened'> };

export class RedPackets {
  shown = $state.raw<readonly ShownPacket[]>([]);
  result = $state.raw<PacketResult | null>(null);
  isGiving = $state(false);
  nowMs = $state(0);

  readonly #deps: PartDeps;
  readonly #paid: PaidRequests;
  readonly #clock: Clock;
  #cues: Cancel[] = [];
  #stopClock: Cancel | null = null;
  #cancelResult: Cancel = () => {};
  #unsure: { readonly coins: number; readonly shares: number; readonly key: RequestKey } | null = null;
  /** Decided before this screen had come to them. */
  readonly #decided = new Set<RedPacketId>();

  constructor(deps: PartDeps, paid: PaidRequests, clock: Clock = browserClock) {
    this.#deps = deps;
    this.#paid = paid;
    this.#clock = clock;
  }

  joined(packets: readonly RedPacket[], claimed: readonly RedPacketId[]): void {
    this.#forgetCues();
    const before = this.shown;
    this.shown = [];
    for (const packet of packets) this.announced(packet, claimed.includes(packet.redPacketId), before.find((one) => one.packet.redPacketId === packet.redPacketId));
  }

  announced(packet: RedPacket, isClaimed = false, before?: ShownPacket): void {
    this.#cues.push(this.#deps.cue.on(packet.announcedFrameMs, () => {
      if (this.#decided.has(packet.redPacketId) || this.#stateOf(packet.redPacketId)) return;
      this.shown = [...this.shown, { packet, state: isClaimed ? 'reached' : (before?.state ?? 'open'), shownAtMs: before?.shownAtMs ?? this.#clock.nowMs() }];
      this.#look();
    }));
  }

  opened(opened: EventData<'redpacket.opened'>): PacketResult | null {
    this.#decided.add(opened.redPacketId);
    const found = this.#stateOf(opened.redPacketId);
    this.shown = this.shown.filter((one) => one !== found);
    if (!found) return null;
    const result = { packet: found.packet, opened };
    const me = this.#deps.me()?.userId;
    if (found.state === 'reached' || found.state === 'reaching' || found.packet.giver.userId === me) this.#show(result);
    return result;
  }

  isOwn(packet: RedPacket): boolean {
    return packet.giver.userId === this.#deps.me()?.userId;
  }

  /** Until reaching counts no more; by the frame on this screen. */
  leftMs({ packet, shownAtMs }: ShownPacket): number {
    return Math.max(0, packet.claimMs - (this.nowMs - shownAtMs));
  }

  /** One tap. What was tapped before the server could know that this screen had the frame is said again a moment later. */
  async reach(redPacketId: RedPacketId): Promise<void> {
    if (this.#stateOf(redPacketId)?.state !== 'open') return;
    this.#become(redPacketId, 'reaching');
    // The frame of the tap is what counts, however often it must be said.
    const seen = this.#deps.seen();
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#deps.ask('redpacket.claim', { redPacketId, seen });
        return this.#become(redPacketId, 'reached');
      } catch (error) {
        if (!(error instanceof RequestError) || !error.retryable || tries >= CLAIM_TRIES_MAX) return this.#notReached(redPacketId, error);
        await this.#rest(error.retryAfterMs ?? CLAIM_AGAIN_MS);
      }
    }
  }

  /** Resolves with the coins that are left; throws what the server answers. */
  async give(coins: number, shares: number): Promise<number> {
    const before = this.#unsure;
    const key = before?.coins === coins && before.shares === shares ? before.key : newKey();
    this.#unsure = { coins, shares, key };
    const { balance } = await this.#paid.ask('redpacket.give', { key, coins, shares, seen: this.#deps.seen() });
    this.#unsure = null;
    return balance;
  }

  putResultAway(): void {
    this.#cancelResult();
    this.result = null;
  }

  close(): void {
    this.#forgetCues();
    this.#stopClock?.();
    this.#cancelResult();
  }

  #stateOf(redPacketId: RedPacketId): ShownPacket | undefined {
    return this.shown.find(({ packet }) => packet.redPacketId === redPacketId);
  }

  #become(redPacketId: RedPacketId, state: PacketState): void {
    this.shown = this.shown.map((one) => (one.packet.redPacketId === redPacketId ? { ...one, state } : one));
  }

  #notReached(redPacketId: RedPacketId, error: unknown): void {
    const code = codeOf(error) ?? 'internal';
    this.#become(redPacketId, code === 'red_packet_over' ? 'over' : 'open');
    this.#deps.toasts.show(errorText(code), { tone: 'danger' });
  }

  #rest(delayMs: number): Promise<void> {
    return new Promise((resolve) => { this.#clock.after(delayMs, resolve); });
  }

  #show(result: PacketResult): void {
    this.#cancelResult();
    this.result = result;
    this.#cancelResult = this.#clock.after(RESULT_STAYS_MS, () => { this.result = null; });
  }

  #look(): void {
    this.nowMs = this.#clock.nowMs();
    this.shown = this.shown
      .map((one) => (one.state === 'open' && this.leftMs(one) === 0 ? { ...one, state: 'over' as const } : one))
      .filter(({ shownAtMs }) => this.nowMs - shownAtMs < FORGOTTEN_AFTER_MS);
    if (this.shown.length > 0) {
      this.#stopClock ??= every(this.#clock, LOOK_EVERY_MS, () => this.#look());
      return;
    }
    this.#stopClock?.();
    this.#stopClock = null;
  }

  #forgetCues(): void {
    for (const cancel of this.#cues) cancel();
    this.#cues = [];
  }
}
