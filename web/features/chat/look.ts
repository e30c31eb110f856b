// The palette of lines over the picture: bright, since they stand on anything, behind a dark outline; and its words.

import type { DanmakuColor, DanmakuPlace } from '../../../shared/messages/chat.ts';
import { m } from '../../text/generated/messages.js';

export const LOOK_COLORS: Readonly<Record<DanmakuColor, string>> = {
  white: '#ffffff', red: '#ff6b6b', orange: '#ffa94d', yellow: '#ffe066', green: '#69db7c', cyan: '#66d9e8', blue: '#74c0fc', pink: '#faa2c1',
};

export const COLOR_WORDS: Readonly<Record<DanmakuColor, () => string>> = {
  white: m.chat_color_white, red: m.chat_color_red, orange: m.chat_color_orange, yellow: m.chat_color_yellow,
  green: m.chat_color_green, cyan: m.chat_color_cyan, blue: m.chat_color_blue, pink: m.chat_color_pink,
};

export const PLACE_WORDS: Readonly<Record<DanmakuPlace, () => string>> = {
  scroll: m.chat_look_scroll, top: m.chat_look_top, bottom: m.chat_look_bottom,
};
