// What a line's menu can do beyond the chat itself; each opens a question.

import type { SaidLine } from '../../../shared/messages/chat.ts';

export type LineActions = {
  /** A viewer tells the moderators. */
  readonly report: (line: SaidLine) => void;
  /** Those who may moderate: all that can be done about the line and its author. */
  readonly moderate: (line: SaidLine) => void;
};
