// The viewer's choice of volume and silence, kept on this device. Whatever is stored, reading it gives something usable.

export type Sound = { readonly volume: number; readonly isMuted: boolean };

const KEY = 'qiao.sound';
const FULL: Sound = { volume: 1, isMuted: false };

const soundOf = (value: unknown): Sound => {
  if (typeof value !== 'object' || value === null) return FULL;
  const volume = 'volume' in value && typeof value.volume === 'number' && Number.isFinite(value.volume) ? value.volume : FULL.volume;
  return { volume: Math.min(1, Math.max(0, volume)), isMuted: 'isMuted' in value && value.isMuted === true };
};

export const readSound = (storage: Pick<Storage, 'getItem'>): Sound => {
  try {
    return soundOf(JSON.parse(storage.getItem(KEY) ?? 'null'));
  } catch {
    return FULL; // Storage is switched off, or holds something else.
  }
};

export const keepSound = (storage: Pick<Storage, 'setItem'>, sound: Sound): void => {
  try {
    storage.setItem(KEY, JSON.stringify(sound));
  } catch {
    // Storage is full or switched off: the choice lasts for this page only.
  }
};
