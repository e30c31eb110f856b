// What the creator wants to send, kept on this device: which devices are used is web/media's memory, whether any is and
// whether it is on is this one's. Pure but for the storage it is given.

import { SOUNDS, type SoundKind } from '../../media/capture.ts';

export type SourceChoice = {
  readonly wantsCamera: boolean;
  readonly wantsMicrophone: boolean;
  readonly isCameraOn: boolean;
  readonly isMicrophoneOn: boolean;
  readonly sound: SoundKind;
};

const KEY = 'qiao.sources';

/** Everything but a clear no is a yes: whoever opens the studio wants to be seen and heard. */
export const readChoice = (storage: Pick<Storage, 'getItem'>): SourceChoice => {
  const kept = ((): Record<string, unknown> => {
    try {
      const value: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
      return typeof value === 'object' && value !== null ? { ...value } : {};
    } catch {
      return {}; // Storage is switched off, or holds something else.
    }
  })();
  return {
    wantsCamera: kept['wantsCamera'] !== false,
    wantsMicrophone: kept['wantsMicrophone'] !== false,
    isCameraOn: kept['isCameraOn'] !== false,
    isMicrophoneOn: kept['isMicrophoneOn'] !== false,
    sound: SOUNDS.find((sound) => sound === kept['sound']) ?? 'speech',
  };
};

export const keepChoice = (storage: Pick<Storage, 'setItem'>, choice: SourceChoice): void => {
  try {
    storage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Storage is full or switched off: the choice lasts for this page only.
  }
};
