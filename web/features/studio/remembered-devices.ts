// Which camera and microphone the creator chose on this device. Pure but for the storage it is given.

export type DeviceChoice = {
  /** `''`: none wanted; null: never chosen, so the browser's own first one. */
  readonly cameraId: string | null;
  readonly microphoneId: string | null;
  readonly isCameraOn: boolean;
  readonly isMicrophoneOn: boolean;
};

const KEY = 'qiao.devices';
const FIRST: DeviceChoice = { cameraId: null, microphoneId: null, isCameraOn: true, isMicrophoneOn: true };

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const readDevices = (storage: Pick<Storage, 'getItem'>): DeviceChoice => {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return FIRST;
    const { cameraId, microphoneId, isCameraOn, isMicrophoneOn } = kept as Record<string, unknown>;
    return {
      cameraId: textOr(cameraId), microphoneId: textOr(microphoneId),
      isCameraOn: isCameraOn !== false, isMicrophoneOn: isMicrophoneOn !== false,
    };
  } catch {
    return FIRST; // Storage is switched off, or holds something else.
  }
};

export const keepDevices = (storage: Pick<Storage, 'setItem'>, choice: DeviceChoice): void => {
  try {
    storage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Storage is full or switched off: the choice lasts for this page only.
  }
};
