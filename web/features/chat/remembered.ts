// What this browser remembers of the chat: the unsent words of this tab, how one's lines look, and whether they are read aloud.
// Storage may be forbidden or full; then it holds for this visit.

import { DANMAKU_COLORS, DANMAKU_PLACES, type DanmakuLook } from '../../../shared/messages/chat.ts';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const DRAFT = 'qiao.chat-draft.';
const LOOK = 'qiao.chat-look';
const ALOUD = 'qiao.chat-aloud';

const read = (store: Store, key: string): string | null => {
  try {
    return store.getItem(key);
  } catch {
    return null;
  }
};

const write = (store: Store, key: string, value: string | null): void => {
  try {
    if (value === null) store.removeItem(key);
    else store.setItem(key, value);
  } catch {
    // Forbidden or full.
  }
};

export const PLAIN_LOOK: DanmakuLook = { color: 'white', place: 'scroll' };

const lookIn = (text: string | null): DanmakuLook => {
  try {
    const { color, place } = JSON.parse(text ?? '{}') as Partial<DanmakuLook>;
    return {
      color: DANMAKU_COLORS.find((one) => one === color) ?? PLAIN_LOOK.color,
      place: DANMAKU_PLACES.find((one) => one === place) ?? PLAIN_LOOK.place,
    };
  } catch {
    return PLAIN_LOOK;
  }
};

export const remembered = (handle: string, tab: Store = sessionStorage, browser: Store = localStorage) => ({
  draft: () => read(tab, DRAFT + handle) ?? '',
  keepDraft: (text: string) => write(tab, DRAFT + handle, text === '' ? null : text),
  look: () => lookIn(read(browser, LOOK)),
  keepLook: (look: DanmakuLook) => write(browser, LOOK, JSON.stringify(look)),
  isReadAloud: () => read(browser, ALOUD) !== null,
  keepReadAloud: (isOn: boolean) => write(browser, ALOUD, isOn ? '1' : null),
});

export type Remembered = ReturnType<typeof remembered>;
