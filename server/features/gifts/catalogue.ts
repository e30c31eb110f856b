// The gifts that can be given. Held in memory, because each gift on its way asks for its price; read again after a change and,
// since another server may have changed it, now and then.

import type { GiftId } from '../../../shared/ids.ts';
import { GIFTS_MAX } from '../../../shared/limits.ts';
import type { GiftView } from '../../../shared/messages/gifts.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLastKnown } from '../../lib/last-known.ts';

export type CatalogueDeps = {
  readonly clock: Clock;
  readonly store: { readonly gifts: () => Promise<GiftView[]>; readonly saveGift: (gift: GiftView) => Promise<void> };
};

const FRESH_MS = 2_000;
const ALL = 'all';

type Shelf = { readonly gifts: readonly GiftView[]; readonly byId: ReadonlyMap<GiftId, GiftView> };

export const createCatalogue = ({ clock, store }: CatalogueDeps) => {
  /** The last reading, for who cannot wait. */
  let shelf: Shelf | null = null;
  const kept = createLastKnown<Shelf>({
    clock, keysMax: 1, freshMs: FRESH_MS,
    async load() {
      const gifts = await store.gifts();
      return (shelf = { gifts, byId: new Map(gifts.map((gift) => [gift.giftId, gift])) });
    },
  });
  const read = async (): Promise<Shelf> => (await kept.get(ALL)) ?? { gifts: [], byId: new Map() };

  return {
    all: async (): Promise<GiftView[]> => [...(await read()).gifts],
    /** At once where it was ever read; it is made fresh for the next one. Throws `database_unavailable`, `gift_unknown`. */
    async onSale(giftId: GiftId): Promise<GiftView> {
      const reading = read();
      if (shelf) reading.catch(() => {}); // the shelf that we have is good enough
      const gift = (shelf ?? (await reading)).byId.get(giftId);
      if (!gift?.isOnSale) throw new AppError('gift_unknown');
      return gift;
    },
    /** Throws `too_many_items`. */
    async save(gift: GiftView): Promise<GiftView> {
      const { byId } = await read();
      if (!byId.has(gift.giftId) && byId.size >= GIFTS_MAX) throw new AppError('too_many_items');
      await store.saveGift(gift);
      kept.forget(ALL);
      await read();
      return gift;
    },
  };
};

export type Catalogue = ReturnType<typeof createCatalogue>;
