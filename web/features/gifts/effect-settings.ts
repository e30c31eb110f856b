// How this viewer wants gifts to be shown, kept on this device. Whatever is stored, reading it gives something usable.

export type EffectSettings = {
  /** Off: gifts are told in the chat alone. */
  readonly isOn: boolean;
  /** Null: as the player has it, until somebody chooses. */
  readonly hasSound: boolean | null;
};

const KEY = 'qiao.gifts';
const PLAIN: EffectSettings = { isOn: true, hasSound: null };

export const readEffectSettings = (storage: Pick<Storage, 'getItem'>): EffectSettings => {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return PLAIN;
    const { isOn, hasSound }: Partial<Record<keyof EffectSettings, unknown>> = kept;
    return { isOn: typeof isOn === 'boolean' ? isOn : PLAIN.isOn, hasSound: typeof hasSound === 'boolean' ? hasSound : null };
  } catch {
    return PLAIN; // Storage is switched off, or holds something else.
  }
};

export const keepEffectSettings = (storage: Pick<Storage, 'setItem'>, settings: EffectSettings): void => {
  try {
    storage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is full or switched off: the choice lasts for this page only.
  }
};
