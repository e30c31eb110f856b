// The room's talk as the page shows it, and what its person does with it. Lines that come in are put on the page once per
// frame at most, however many they are. What was said is in talk.ts, what is on its way in outbox.ts; this joins them.

import type { LineId, RequestKey, UserId } from '../../../shared/ids.ts';
import { CHAT_BATCH_MAX, CHAT_EDIT_MS_MAX } from '../../../shared/limits.ts';
import type { Author, ChatLine, SaidLine } from '../../../shared/messages/chat.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import { browserClock, type Cancel } from '../../live/clock.ts';
import { createListeners } from '../../live/listeners.ts';
import { codeOf } from '../../live/request-error.ts';
import { newKey } from '../../live/request-key.ts';
import type { Joined } from '../../live/room-session.ts';
import { errorText } from '../../text/error-text.ts';
import { m } from '../../text/generated/messages.js';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import { Composing } from './composing.svelte.ts';
import { atNextFrame } from './next-frame.ts';
import { createOutbox, type Outbox, type Outgoing, type Taken } from './outbox.ts';
import { remembered, type Remembered } from './remembered.ts';
import {
  cleared, deleted, edited, joinedWith, olderCame, pinnedIn, readBack, readNewest, restored, said, shownIn, SILENCE, type Talk,
} from './talk.ts';

/** So many at once are more than anybody reads: then the page is brought up to date less often, and has time for its picture. */
const LOUD_LINES = 5;
const LOUD_EVERY_MS = 120;
/** Speakers that an @ can complete. */
const PEOPLE_MAX = 200;
/** Own lines that were told to listeners, so that the answer and the event with the same line are one. */
const TOLD_MAX = 50;

/** A line of the room that was said just now; never one of the history. */
export type NewLine = { readonly line: SaidLine; readonly isOwn: boolean };

export class Chat implements Part {
  readonly deps: PartDeps;
  readonly composing: Composing;
  readonly #memory: Remembered;
  readonly #outbox: Outbox;
  readonly #newLines = createListeners<NewLine>();
  readonly #stop: Cancel;
  #talk = $state.raw<Talk>(SILENCE);
  #incoming: ChatLine[] = [];
  #cancelFlush: Cancel | null = null;
  #isLoud = false;
  /** Changes that came while a page of history was on its way: it may be older than they are. */
  #sinceAsked: ((talk: Talk) => Talk)[] | null = null;
  #toldOwn: LineId[] = [];
  /** Own ones on their way out by their author's wish. */
  readonly #leaving = new Set<LineId>();
  readonly #people = new Map<UserId, Author>();

  outgoing = $state.raw<readonly Outgoing[]>([]);
  /** Own ones that wait for a moderator. */
  held = $state.raw<ReadonlySet<LineId>>(new Set());
  isLoadingOlder = $state(false);
  /** New lines are spoken by the screen reader. */
  isReadAloud = $state(false);
  /** When this person may speak again, as the server said when it refused; in the server's time. */
  slowUntilMs = $state(0);
  lastSaidAtMs = $state<number | null>(null);

  readonly shown = $derived(shownIn(this.#talk));
  readonly pinned = $derived(this.#talk.pinned);
  readonly isReading = $derived(this.#talk.reading !== null);
  readonly unseen = $derived(this.#talk.unseen);

  constructor(deps: PartDeps) {
    this.deps = deps;
    this.#memory = remembered(deps.handle);
    this.composing = new Composing(this.#memory, deps.seen);
    this.isReadAloud = this.#memory.isReadAloud();
    this.#outbox = createOutbox({
      ask: deps.ask,
      clock: browserClock,
      isJoined: deps.isJoined,
      changed: (outgoing) => { this.outgoing = outgoing; },
      taken: (_, taken) => this.#taken(taken),
      refused: (_, { code, retryAfterMs }) => {
        if (code === 'slow_mode' && retryAfterMs !== undefined) this.slowUntilMs = deps.serverNowMs() + retryAfterMs;
      },
    });
    // Back in the room: with a snapshot or with what was missed, what waits is sent.
    this.#stop = $effect.root(() => { $effect(() => { if (deps.isJoined()) this.#outbox.resume(); }); });
  }

  get me(): UserId | null {
    return this.deps.me()?.userId ?? null;
  }

  /** People who spoke, the latest first. */
  get people(): readonly Author[] {
    return [...this.#people.values()].reverse();
  }

  joined({ snapshot }: Joined): void {
    this.#dropIncoming();
    this.#sinceAsked = null;
    const last = this.#talk.newest.lines.at(-1)?.lineId;
    this.#talk = joinedWith(this.#talk, snapshot.chat);
    this.#meet(snapshot.chat.lines);
    // Said, and only the answer was lost; and what became of those that waited is not known any more.
    if (last !== undefined) this.#outbox.heard(this.#ownIn(snapshot.chat.lines).filter(({ lineId }) => lineId > last));
    this.held = new Set();
  }

  heard(event: FeedEvent): void {
    if (event.event === 'chat.said') return this.#said(event.data.lines);
    if (!event.event.startsWith('chat.') && event.event !== 'line.decided') return;
    // Facts hold in the order in which they came.
    this.#flush();
    if (event.event === 'chat.edited') this.#apply((talk) => edited(talk, event.data.line));
    else if (event.event === 'chat.deleted') this.#removed(event.data.lineIds, this.held);
    else if (event.event === 'chat.pinned') this.#apply((talk) => pinnedIn(talk, event.data.line));
    else if (event.event === 'chat.cleared') this.#cleared(event.data.userId);
    else if (event.event === 'chat.restored') this.#apply((talk) => restored(talk, event.data.lines));
    else if (event.event === 'line.decided') this.#decided(event.data.lineId, event.data.isApproved);
  }

  close(): void {
    this.#dropIncoming();
    this.#outbox.close();
    this.#stop();
  }

  /** Calls with each line that is said from now on, at once. */
  onLine(fn: (line: NewLine) => void): Cancel {
    return this.#newLines.add(fn);
  }

  /** Says a line; it is on the page at once and goes out as soon as it can. `seen`: the frame it is about. */
  send(text: string, seen: SeenFrame | null = this.deps.seen(), replyTo: SaidLine | null = null): boolean {
    const line = text.trim();
    if (line === '') return false;
    const isTaken = this.#outbox.add({ key: newKey(), text: line, look: this.composing.look, replyTo, seen });
    if (!isTaken) this.#failed(m.chat_too_many_waiting());
    this.readNewest();
    return isTaken;
  }

  /** Says or changes what is in the box. */
  async submit(): Promise<void> {
    const { composing } = this;
    const line = composing.editing;
    if (!line) {
      const composed = composing.take();
      if (composed && !this.send(composed.text, composed.seen, composed.replyTo)) composing.giveBack(composed.text);
      return;
    }
    const text = composing.text.trim();
    if (text === '') return;
    // A refusal leaves the words in the box.
    if ((text === line.text || (await this.edit(line.lineId, text))) && composing.editing?.lineId === line.lineId) composing.leave();
  }

  retry(key: RequestKey): void {
    this.#outbox.retry(key);
  }

  /** Takes a refused one away; `giveBack`: its words go into the box. */
  discard(outgoing: Outgoing, giveBack = false): void {
    this.#outbox.discard(outgoing.key);
    if (giveBack) this.composing.giveBack(outgoing.text);
  }

  /** True: the line has its new words. */
  async edit(lineId: LineId, text: string): Promise<boolean> {
    return this.#act(async () => {
      const { line, isHeld } = await this.deps.ask('chat.edit', { lineId, text: text.trim() });
      this.#flush();
      // Its new words wait for a moderator: it was taken from everybody, but not from its author.
      this.#apply((talk) => (isHeld ? restored(talk, [line]) : edited(talk, line)));
      this.#hold(lineId, isHeld);
    });
  }

  async remove(lineId: LineId): Promise<void> {
    this.#leaving.add(lineId);
    await this.#act(async () => {
      await this.deps.ask('chat.delete', { lineId });
      this.#flush();
      this.#removed([lineId]);
    });
    this.#leaving.delete(lineId);
  }

  async pin(lineId: LineId | null): Promise<void> {
    await this.#act(() => this.deps.ask('chat.pin', { lineId }));
  }

  isOwn(line: SaidLine): boolean {
    return line.author.userId === this.me;
  }

  /** Own lines, while they are young. */
  mayEdit(line: SaidLine): boolean {
    return this.isOwn(line) && this.deps.serverNowMs() - line.saidAtMs < CHAT_EDIT_MS_MAX;
  }

  mayDelete(line: SaidLine): boolean {
    return this.isOwn(line) || this.deps.may('moderate');
  }

  /** The own line that the arrow up changes. */
  lastOwn(): SaidLine | null {
    const line = this.shown.lines.findLast((one): one is SaidLine => one.kind === 'said' && this.isOwn(one));
    return line && this.mayEdit(line) ? line : null;
  }

  readBack(): void {
    this.#talk = readBack(this.#talk);
  }

  readNewest(): void {
    this.#talk = readNewest(this.#talk);
  }

  /** The page of history before what is shown. */
  async loadOlder(): Promise<void> {
    const { hasOlder, lines } = this.shown;
    if (!hasOlder || this.isLoadingOlder || !this.deps.isJoined()) return;
    this.isLoadingOlder = true;
    this.readBack();
    const changes: ((talk: Talk) => Talk)[] = (this.#sinceAsked = []);
    try {
      const page = await this.deps.ask('chat.history', { beforeLineId: lines[0]?.lineId ?? null });
      // A fresh snapshot or the way back to the newest lines took the place of the list that this belongs to.
      if (this.#sinceAsked !== changes || !this.isReading) return;
      this.#talk = changes.reduce((talk, change) => change(talk), olderCame(this.#talk, page.lines, page.hasMore));
      this.#meet(page.lines, true);
    } catch {
      // Scrolling up again asks again.
    } finally {
      if (this.#sinceAsked === changes) this.#sinceAsked = null;
      this.isLoadingOlder = false;
    }
  }

  readAloud(isOn: boolean): void {
    this.isReadAloud = isOn;
    this.#memory.keepReadAloud(isOn);
  }

  #apply(change: (talk: Talk) => Talk): void {
    this.#talk = change(this.#talk);
    this.#sinceAsked?.push(change);
  }

  #said(lines: readonly ChatLine[]): void {
    for (const line of lines) this.#incoming.push(line);
    const own = this.#ownIn(lines);
    // Those whose answer came before are not on their way any more.
    this.#outbox.heard(own.filter(({ lineId }) => !this.#toldOwn.includes(lineId)));
    // What waited for a moderator and is heard was approved.
    for (const { lineId } of own) this.#hold(lineId, false);
    for (const line of lines) if (line.kind === 'said') this.#tell(line);
    if (this.#incoming.length >= CHAT_BATCH_MAX) this.#flush();
    else this.#cancelFlush ??= atNextFrame(() => this.#flush(), this.#isLoud ? LOUD_EVERY_MS : 0);
  }

  #flush(): void {
    const lines = this.#incoming;
    this.#dropIncoming();
    if (lines.length === 0) return;
    this.#isLoud = lines.length >= LOUD_LINES;
    this.#talk = said(this.#talk, lines, this.me);
    this.#meet(lines);
  }

  #dropIncoming(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#incoming = [];
  }

  #taken({ line, isHeld }: Taken): void {
    this.#flush();
    this.#talk = said(this.#talk, [line], this.me);
    this.#meet([line]);
    this.lastSaidAtMs = line.saidAtMs;
    this.#hold(line.lineId, isHeld);
    if (!isHeld) this.#tell(line);
  }

  #tell(line: SaidLine): void {
    const isOwn = this.isOwn(line);
    if (isOwn) {
      if (this.#toldOwn.includes(line.lineId)) return;
      this.#toldOwn = [...this.#toldOwn, line.lineId].slice(-TOLD_MAX);
    }
    this.#newLines.tell({ line, isOwn });
  }

  #ownIn(lines: readonly ChatLine[]): SaidLine[] {
    return lines.filter((line): line is SaidLine => line.kind === 'said' && this.isOwn(line));
  }

  /** `kept`: those that go from everybody else, while their author waits for a moderator. */
  #removed(ids: readonly LineId[], kept: ReadonlySet<LineId> = new Set()): void {
    this.#apply((talk) => deleted(talk, ids, kept));
    this.#leave((line) => ids.includes(line.lineId) && !kept.has(line.lineId));
    for (const lineId of ids) if (!kept.has(lineId)) this.#hold(lineId, false);
  }

  #cleared(userId: UserId): void {
    this.#apply((talk) => cleared(talk, userId));
    this.#leave((line) => line.author.userId === userId);
    this.#people.delete(userId);
  }

  #leave(isGone: (line: SaidLine) => boolean): void {
    this.composing.lost(isGone);
    this.#outbox.forget(isGone);
  }

  #decided(lineId: LineId, isApproved: boolean): void {
    // Moderators hear of everybody's.
    if (!this.held.has(lineId) && !this.#ownIn(this.shown.lines).some((line) => line.lineId === lineId)) return;
    this.#hold(lineId, false);
    if (isApproved) return;
    this.#removed([lineId]);
    if (!this.#leaving.has(lineId)) this.deps.toasts.show(m.chat_held_rejected());
  }

  #hold(lineId: LineId, isHeld: boolean): void {
    if (this.held.has(lineId) === isHeld) return;
    const held = new Set(this.held);
    if (isHeld) held.add(lineId);
    else held.delete(lineId);
    this.held = held;
  }

  /** Remembers who speaks; of history, only those who are not known from later. */
  #meet(lines: readonly ChatLine[], isOld = false): void {
    for (const line of lines) {
      if (line.kind === 'system' || (isOld && this.#people.has(line.author.userId))) continue;
      this.#people.delete(line.author.userId);
      this.#people.set(line.author.userId, line.author);
    }
    for (const userId of [...this.#people.keys()].slice(0, -PEOPLE_MAX)) this.#people.delete(userId);
  }

  async #act(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.#failed(errorText(codeOf(error) ?? 'internal'));
      return false;
    }
  }

  #failed(text: string): void {
    this.deps.toasts.show(text, { tone: 'danger' });
  }
}
