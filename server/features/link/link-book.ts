// What is kept of links: who asks whom, and who is linked with whom. Plain state, in memory only. Invariant: a room is in one link
// at most, and asks for one at most.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import type { LinkChannel } from '../../../shared/messages/links.ts';
import type { Cancel } from '../../lib/clock.ts';

export type End = { readonly roomId: RoomId; readonly ownerUserId: UserId; readonly channel: LinkChannel };

/** `isShadow`: who is asked never hears of it (rule M7). */
export type Ask = { readonly from: End; readonly to: End; readonly expiresAtMs: number; readonly expiry: Cancel; readonly isShadow: boolean };

/** One room's end of a link, and how it shows the other one's host. */
export type Side = End & { isHidden: boolean; isSilenced: boolean };
export type Link = { readonly sides: readonly [Side, Side]; readonly sinceMs: number };

export const createLinkBook = () => {
  /** By the room that asks. */
  const asks = new Map<RoomId, Ask>();
  const links = new Map<RoomId, Link>();

  const linkOf = (roomId: RoomId): { readonly link: Link; readonly own: Side; readonly other: Side } | null => {
    const link = links.get(roomId);
    if (!link) return null;
    const [one, two] = link.sides;
    return one.roomId === roomId ? { link, own: one, other: two } : { link, own: two, other: one };
  };

  return {
    linkOf,
    askFrom: (roomId: RoomId): Ask | undefined => asks.get(roomId),
    /** The oldest first. */
    asksTo: (roomId: RoomId): Ask[] => [...asks.values()].filter(({ to }) => to.roomId === roomId),
    asksAbout: (roomId: RoomId): Ask[] => [...asks.values()].filter(({ from, to }) => from.roomId === roomId || to.roomId === roomId),
    addAsk: (ask: Ask): void => void asks.set(ask.from.roomId, ask),
    /** False: it has ended before. */
    dropAsk(ask: Ask): boolean {
      ask.expiry();
      return asks.get(ask.from.roomId) === ask && asks.delete(ask.from.roomId);
    },
    addLink(link: Link): void {
      for (const { roomId } of link.sides) links.set(roomId, link);
    },
    dropLink(link: Link): void {
      for (const { roomId } of link.sides) links.delete(roomId);
    },
    /** Tests count them to zero. */
    counts: () => ({ asks: asks.size, links: links.size / 2 }),
    close(): void {
      for (const { expiry } of asks.values()) expiry();
    },
  };
};

export type LinkBook = ReturnType<typeof createLinkBook>;
