// Lines that fly over the picture: which of them, and how this viewer wants them. Hands each to the screens that are open;
// knows no canvas. A line that cannot fly when it comes does not fly later: old lines are what the chat is for.

import type { LineId, UserId } from '../../../shared/ids.ts';
import type { SaidLine } from '../../../shared/messages/chat.ts';
import type { Role } from '../../../shared/permissions.ts';
import { browserClock, type Cancel } from '../../live/clock.ts';
import type { Joined } from '../../live/room-session.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import { BlockedPeople } from './blocked-people.svelte.ts';
import type { DrawnLine } from './canvas.ts';
import { createLineRate, isChosen } from './sampling.ts';
import { keepSettings, readSettings, type DanmakuSettings } from './settings.ts';

/** As a screen gets it. */
export type Danmu = DrawnLine & { readonly said: SaidLine };

export type DanmakuScreen = {
  readonly fly: (line: Danmu) => void;
  readonly remove: (isGone: (line: Danmu) => boolean) => void;
};

export type LineQuestion = 'report' | 'moderate';

/** After a dropped connection the missed lines come all at once; those are not news any more. */
const FRESH_MS_MAX = 5_000;
const RATE_LOOKED_AT_EVERY_MS = 1_000;
/** Theirs are never among those that a loud room leaves out. */
const LEADING: readonly Role[] = ['host', 'leader', 'co_host', 'moderator'];

const wantsLessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

export class Danmaku implements Part {
  readonly deps: PartDeps;
  readonly blocked = new BlockedPeople(localStorage);
  settings = $state.raw<DanmakuSettings>(readSettings(localStorage, wantsLessMotion()));
  /** While the room is loud one line in so many flies; 1: every one. */
  oneIn = $state(1);

  /** The line that a card's report or moderation is about; null: no question is open. */
  asked = $state.raw<{ readonly about: LineQuestion; readonly line: SaidLine } | null>(null);

  readonly #rate = createLineRate();
  readonly #screens = new Set<DanmakuScreen>();
  #cancelLook: Cancel | null = null;

  constructor(deps: PartDeps) {
    this.deps = deps;
  }

  /** Until the returned function is called. */
  open(screen: DanmakuScreen): () => void {
    this.#screens.add(screen);
    return () => this.#screens.delete(screen);
  }

  change(wish: Partial<DanmakuSettings>): void {
    this.settings = { ...this.settings, ...wish };
    keepSettings(localStorage, this.settings);
  }

  toggle(): void {
    this.change({ isOn: !this.settings.isOn });
  }

  ask(about: LineQuestion, line: SaidLine): void {
    this.asked = { about, line };
  }

  block(userId: UserId): void {
    this.blocked.block(userId);
    this.#remove(({ said }) => said.author.userId === userId);
  }

  /** Nothing of the snapshot flies; its lines only tell how loud the room is. */
  joined({ snapshot }: Joined): void {
    for (const line of snapshot.chat.lines) if (line.kind === 'said') this.#rate.take(line.saidAtMs);
  }

  /** A line that was said just now. */
  take(said: SaidLine): void {
    this.oneIn = this.#rate.take(said.saidAtMs);
    if (this.oneIn > 1) this.#lookAgain();
    const isOwn = said.author.userId === this.deps.me()?.userId;
    const isAlwaysShown = isOwn || LEADING.includes(said.author.role);
    if (!this.#isWanted(said, isOwn, isAlwaysShown)) return;
    const { color, place } = said.look;
    const line: Danmu = { said, text: said.text, place, color: this.settings.hasColors ? color : 'white', isOwn, isAlwaysShown };
    for (const screen of this.#screens) screen.fly(line);
  }

  heard({ event, data }: FeedEvent): void {
    if (event === 'chat.deleted') this.#gone(new Set(data.lineIds));
    // What was meant is in the chat; the old words must not fly on.
    if (event === 'chat.edited') this.#gone(new Set([data.line.lineId]));
    if (event === 'chat.cleared') this.#remove(({ said }) => said.author.userId === data.userId);
  }

  close(): void {
    this.#cancelLook?.();
    this.#screens.clear();
  }

  #isWanted(said: SaidLine, isOwn: boolean, isAlwaysShown: boolean): boolean {
    const { isOn, hasStanding } = this.settings;
    if (!isOn || this.blocked.has(said.author.userId)) return false;
    if (said.look.place !== 'scroll' && !hasStanding && !isOwn) return false;
    if (said.saidAtMs < this.deps.serverNowMs() - FRESH_MS_MAX) return false;
    return isAlwaysShown || isChosen(said.lineId, this.oneIn);
  }

  #gone(lineIds: ReadonlySet<LineId>): void {
    this.#remove(({ said }) => lineIds.has(said.lineId));
  }

  #remove(isGone: (line: Danmu) => boolean): void {
    for (const screen of this.#screens) screen.remove(isGone);
  }

  /** A room that falls silent says nothing that would end "one in N". */
  #lookAgain(): void {
    this.#cancelLook ??= browserClock.after(RATE_LOOKED_AT_EVERY_MS, () => {
      this.#cancelLook = null;
      this.oneIn = this.#rate.oneIn(this.deps.serverNowMs());
      if (this.oneIn > 1) this.#lookAgain();
    });
  }
}
