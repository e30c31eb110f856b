// Finished pictures of words, so that a frame only copies them: painted once for each text and style (the key), given out
// again while on screen and for some time after. Bounded by pixels; a picture in use is never thrown away. Knows no canvas.

export type Sprite<I> = { readonly image: I; readonly widthPx: number; readonly heightPx: number };
export type SpriteCache<I> = {
  /** One more user of this picture, which `paint` makes if it is not there; each `take` needs a `giveBack`. */
  readonly take: (key: string, paint: () => Sprite<I>) => Sprite<I>;
  readonly giveBack: (key: string) => void;
  readonly pixels: () => number;
  readonly close: () => void;
};

type Kept<I> = { readonly sprite: Sprite<I>; users: number };

export const createSpriteCache = <I>(deps: { readonly dispose: (image: I) => void; readonly pixelsMax: number }): SpriteCache<I> => {
  /** The least recently used first. */
  const kept = new Map<string, Kept<I>>();
  let pixels = 0;
  const sizeOf = ({ widthPx, heightPx }: Sprite<I>): number => widthPx * heightPx;

  const forget = (key: string, { sprite }: Kept<I>): void => {
    kept.delete(key);
    pixels -= sizeOf(sprite);
    deps.dispose(sprite.image);
  };
  const makeRoom = (): void => {
    for (const [key, one] of kept) {
      if (pixels <= deps.pixelsMax) return;
      if (one.users === 0) forget(key, one);
    }
  };

  return {
    take: (key, paint) => {
      const one = kept.get(key) ?? { sprite: paint(), users: 0 };
      if (!kept.delete(key)) pixels += sizeOf(one.sprite);
      kept.set(key, one);
      one.users += 1;
      makeRoom();
      return one.sprite;
    },
    giveBack: (key) => {
      const one = kept.get(key);
      if (!one) return;
      one.users = Math.max(0, one.users - 1);
      makeRoom();
    },
    pixels: () => pixels,
    close: () => {
      for (const [key, one] of kept) forget(key, one);
    },
  };
};
