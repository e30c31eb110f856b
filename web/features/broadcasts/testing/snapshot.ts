// A room's snapshot for tests: a channel with or without a broadcast, and nobody who said anything.

import type { ChannelId } from '../../../../shared/ids.ts';
import type { BroadcastView } from '../../../../shared/messages/broadcasts.ts';
import type { RoomSnapshot } from '../../../../shared/messages/rooms.ts';

export const testSnapshot = (broadcast: BroadcastView | null, parts: Partial<RoomSnapshot> = {}): RoomSnapshot => ({
  channel: { channelId: 'c1' as ChannelId, handle: 'lin', displayName: 'Lin', about: '', category: 'talk', avatarUrl: null },
  broadcast,
  viewers: 3,
  chat: { lines: [], pinned: null },
  moderation: {
    rules: { slowModeS: 0, followersOnlyMin: null, loggedInOnly: false, links: 'allow', holdsAll: false, isShielded: false },
    sanction: null,
  },
  follow: { followers: 0, isFollowing: false },
  poll: null,
  questions: { questions: [], highlighted: null, mine: [] },
  gifts: { goal: null, supporters: [], broadcastCoins: 0, superChats: [], redPackets: [], mine: null },
  stage: { seats: [], layout: { kind: 'grid', order: [] }, publications: [], hand: null, invitation: null, hands: [], invited: [], link: null, leadOffer: null },
  link: { link: null, asked: null, asking: [] },
  battle: null,
  ...parts,
});
