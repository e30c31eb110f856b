// What this person is writing: the words, the line they answer or change, and how it will look over the picture. The words
// outlive a reload of the page, and a line that is being changed gives them back when it is done.

import { CHAT_CHARS_MAX } from '../../../shared/limits.ts';
import type { DanmakuLook, SaidLine } from '../../../shared/messages/chat.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import { browserClock } from '../../live/clock.ts';
import { createDraftFrame, type DraftFrame } from './draft.ts';
import type { Remembered } from './remembered.ts';

export type Composed = { readonly text: string; readonly seen: SeenFrame | null; readonly replyTo: SaidLine | null };

/** A line is one line, also when several were pasted. */
const oneLine = (text: string): string => text.replace(/\s*[\r\n\u2028\u2029]+\s*/gu, ' ').slice(0, CHAT_CHARS_MAX);

export class Composing {
  readonly #memory: Remembered;
  readonly #frame: DraftFrame;
  #text = $state('');
  #look = $state.raw<DanmakuLook>({ color: 'white', place: 'scroll' });
  #replyTo = $state.raw<SaidLine | null>(null);
  #editing = $state.raw<SaidLine | null>(null);
  /** The unsent words, while a line is being changed. */
  #aside = '';
  /** Counts the wishes to have the cursor in the box. */
  wantsFocus = $state(0);

  constructor(memory: Remembered, seen: () => SeenFrame | null) {
    this.#memory = memory;
    this.#frame = createDraftFrame({ seen, clock: browserClock });
    this.#text = memory.draft();
    this.#look = memory.look();
  }

  get text(): string {
    return this.#text;
  }

  get look(): DanmakuLook {
    return this.#look;
  }

  get replyTo(): SaidLine | null {
    return this.#replyTo;
  }

  get editing(): SaidLine | null {
    return this.#editing;
  }

  /** `isComposing`: a word is being put together, as of pinyin; to replace the text then would break it off. */
  write(text: string, isComposing = false): void {
    const line = oneLine(text);
    if (!isComposing || line === text) this.#text = line;
    if (this.#editing) return;
    this.#frame.typed(line);
    this.#memory.keepDraft(this.#text);
  }

  choose(look: DanmakuLook): void {
    this.#look = look;
    this.#memory.keepLook(look);
  }

  reply(line: SaidLine): void {
    this.leave();
    this.#replyTo = line;
    this.wantsFocus += 1;
  }

  edit(line: SaidLine): void {
    if (!this.#editing) this.#aside = this.#text;
    this.#replyTo = null;
    this.#editing = line;
    this.#text = line.text;
    this.wantsFocus += 1;
  }

  /** Neither answers nor changes a line any more. */
  leave(): void {
    this.#replyTo = null;
    if (!this.#editing) return;
    this.#editing = null;
    this.#text = this.#aside;
  }

  /** Takes what is written, and begins anew; null: nothing is. */
  take(): Composed | null {
    const text = this.#text.trim();
    if (text === '') return null;
    const composed = { text, seen: this.#frame.take(), replyTo: this.#replyTo };
    this.#replyTo = null;
    this.write('');
    return composed;
  }

  /** Words that could not be sent come back, before those that were written since. */
  giveBack(text: string): void {
    this.leave();
    this.write([text, this.#text].filter((part) => part !== '').join(' '));
    this.wantsFocus += 1;
  }

  /** Nobody answers or changes what is gone; the words stay. */
  lost(isGone: (line: SaidLine) => boolean): void {
    if ((this.#replyTo && isGone(this.#replyTo)) || (this.#editing && isGone(this.#editing))) this.leave();
  }
}
