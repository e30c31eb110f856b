// Who gave the most (rule G6): in this broadcast from memory, in the last seven days and ever from the database, kept for a moment
// because everybody looks at the same list. Who is banned is left out of what others see; what they gave stays counted.

import { fanLevelOf } from '../../../shared/fans.ts';
import type { RoomId } from '../../../shared/ids.ts';
import { SUPPORTERS_MAX } from '../../../shared/limits.ts';
import type { Params } from '../../../shared/messages.ts';
import type { Supporter } from '../../../shared/messages/gifts.ts';
import { createLastKnown } from '../../lib/last-known.ts';
import type { GiftsDeps } from './parts.ts';
import type { RoomSupport } from './room-support.ts';
import type { GiftStore } from './store.ts';
import { topOf } from './support.ts';

export type SupportersDeps = Pick<GiftsDeps, 'clock' | 'isOutcast'> & { readonly store: GiftStore; readonly support: RoomSupport };

const WEEK_MS = 7 * 86_400_000;
const FRESH_MS = 5_000;
const ROOMS_KEPT_MAX = 500;
/** Read beyond what is shown, so that the banned leave no gap. */
const READ_MAX = SUPPORTERS_MAX * 2;

export const createSupporters = ({ clock, isOutcast, store, support }: SupportersDeps) => {
  const listOf = (read: (roomId: RoomId) => ReturnType<GiftStore['fansEver']>) =>
    createLastKnown<Supporter[]>({
      clock, keysMax: ROOMS_KEPT_MAX, freshMs: FRESH_MS,
      load: async (roomId) => (await read(roomId as RoomId)).map(({ fanCoins, ...fan }) => ({ ...fan, fanLevel: fanLevelOf(fanCoins) })),
    });
  const lists = {
    week: listOf((roomId) => store.fansSince(roomId, clock.nowMs() - WEEK_MS, READ_MAX)),
    ever: listOf((roomId) => store.fansEver(roomId, READ_MAX)),
  };

  return async (roomId: RoomId, span: Params<'supporter.list'>['span']): Promise<Supporter[]> => {
    const isHidden = (userId: Supporter['userId']): boolean => isOutcast(roomId, userId);
    if (span === 'broadcast') return topOf((await support.ready(roomId)).support, SUPPORTERS_MAX, isHidden);
    const all = (await lists[span].get(roomId)) ?? [];
    return all.filter(({ userId }) => !isHidden(userId)).slice(0, SUPPORTERS_MAX);
  };
};
