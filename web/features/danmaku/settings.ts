// How this viewer wants the flying lines, kept on this device. Whatever is stored, reading it gives something usable.

export const AREAS = ['quarter', 'half', 'three_quarters', 'full'] as const;
export type DanmakuArea = (typeof AREAS)[number];
export const AREA_SHARE: Record<DanmakuArea, number> = { quarter: 0.25, half: 0.5, three_quarters: 0.75, full: 1 };

/** Of the plain value, which is 1. */
export const OPACITY = { min: 0.2, max: 1 } as const;
export const SIZE = { min: 0.6, max: 1.8 } as const;
export const SPEED = { min: 0.5, max: 2 } as const;

export type DanmakuSettings = {
  readonly isOn: boolean;
  readonly opacity: number;
  readonly size: number;
  readonly speed: number;
  /** From the picture's upper edge down. */
  readonly area: DanmakuArea;
  readonly hasColors: boolean;
  /** Lines that stand at the top or bottom. */
  readonly hasStanding: boolean;
  /** Nothing flies: lines appear, stand and go. */
  readonly isStill: boolean;
};

const KEY = 'qiao.danmaku';

/** Who asked the system for less motion still gets the words, standing. */
export const defaultSettings = (wantsLessMotion: boolean): DanmakuSettings => ({
  isOn: true, opacity: 1, size: 1, speed: 1, area: 'half', hasColors: true, hasStanding: true, isStill: wantsLessMotion,
});

const within = (value: unknown, range: { readonly min: number; readonly max: number }, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(range.max, Math.max(range.min, value)) : otherwise;
const flag = (value: unknown, otherwise: boolean): boolean => (typeof value === 'boolean' ? value : otherwise);

const settingsOf = (value: unknown, plain: DanmakuSettings): DanmakuSettings => {
  if (typeof value !== 'object' || value === null) return plain;
  const kept: Partial<Record<keyof DanmakuSettings, unknown>> = value;
  return {
    isOn: flag(kept.isOn, plain.isOn),
    opacity: within(kept.opacity, OPACITY, plain.opacity),
    size: within(kept.size, SIZE, plain.size),
    speed: within(kept.speed, SPEED, plain.speed),
    area: AREAS.find((area) => area === kept.area) ?? plain.area,
    hasColors: flag(kept.hasColors, plain.hasColors),
    hasStanding: flag(kept.hasStanding, plain.hasStanding),
    isStill: flag(kept.isStill, plain.isStill),
  };
};

export const readSettings = (storage: Pick<Storage, 'getItem'>, wantsLessMotion: boolean): DanmakuSettings => {
  const plain = defaultSettings(wantsLessMotion);
  try {
    return settingsOf(JSON.parse(storage.getItem(KEY) ?? 'null'), plain);
  } catch {
    return plain; // Storage is switched off, or holds something else.
  }
};

export const keepSettings = (storage: Pick<Storage, 'setItem'>, settings: DanmakuSettings): void => {
  try {
    storage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is full or switched off: the choice lasts for this page only.
  }
};
