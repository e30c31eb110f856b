// The room's newest poll, shown on the frame it belongs to: it opens and closes on this screen when the picture here is where
// the host's was. Until then a vote still counts, which the server decides by the same frames. Counts are shown as they come.

import type { PollView } from '../../../shared/messages/polls.ts';
import type { PollId } from '../../../shared/ids.ts';
import type { EventData } from '../../../shared/messages.ts';
import { browserClock, type Cancel } from '../../live/clock.ts';
import { codeOf } from '../../live/request-error.ts';
import type { Joined } from '../../live/room-session.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import { tellRefusal } from '../interaction/act.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import { isRecent, RESULT_STAYS_MS, withVotes } from './poll-view.ts';

const emptyDraft = (): { question: string; options: string[] } => ({ question: '', options: ['', ''] });

export class Polls implements Part {
  /** As it is on this screen's frame; null: none, or the result was read. */
  shown = $state.raw<PollView | null>(null);
  myOption = $state<number | null>(null);
  /** The poll that is being written. */
  draft = $state(emptyDraft());

  readonly #deps: PartDeps;
  /** The newest that the server told of, shown or not yet. */
  #newest: PollView | null = null;
  #cues: Cancel[] = [];
  #putAwayId: PollId | null = null;
  #cancelPutAway: Cancel = () => {};

  constructor(deps: PartDeps) {
    this.#deps = deps;
  }

  joined({ snapshot: { poll: part } }: Joined): void {
    this.#forgetCues();
    if (!part || part.poll.pollId === this.#putAwayId) return this.#show(null);
    const { poll, myOption } = part;
    const wasShown = this.shown?.pollId === poll.pollId;
    this.#newest = poll;
    if (!wasShown && !isRecent(poll, this.#deps.serverNowMs())) return this.#show(null);
    if (wasShown) {
      this.myOption = myOption;
      return this.#closeOnFrame(poll);
    }
    this.#show(null);
    this.#openOnFrame(poll, myOption);
    if (poll.state !== 'open') this.#closeOnFrame(poll);
  }

  heard({ event, data }: FeedEvent): void {
    if (event === 'poll.opened') this.#opened(data.poll);
    if (event === 'poll.tallied') this.#tallied(data);
    if (event === 'poll.closed') this.#closed(data.poll);
  }

  close(): void {
    this.#forgetCues();
    this.#cancelPutAway();
  }

  /** The last one counts. Shown at once; a refusal takes it back and says why. */
  async vote(option: number): Promise<void> {
    const poll = this.shown;
    const before = this.myOption;
    if (!poll || option === before) return;
    this.myOption = option;
    try {
      await this.#deps.ask('poll.vote', { pollId: poll.pollId, option, seen: this.#deps.seen() });
    } catch (error) {
      if (this.shown?.pollId === poll.pollId && this.myOption === option) this.myOption = before;
      tellRefusal(this.#deps, error);
    }
  }

  /** Throws what the server answers; the poll itself comes as an event, as to everybody. */
  async open(question: string, options: readonly string[]): Promise<void> {
    await this.#deps.ask('poll.open', { question, options: [...options], seen: this.#deps.seen() });
  }

  async closePoll(): Promise<void> {
    const poll = this.shown;
    if (!poll) return;
    try {
      await this.#deps.ask('poll.close', { pollId: poll.pollId, seen: this.#deps.seen() });
    } catch (error) {
      // It was closed from elsewhere, which is what was wanted.
      if (codeOf(error) !== 'poll_closed') tellRefusal(this.#deps, error);
    }
  }

  forgetDraft(): void {
    this.draft = emptyDraft();
  }

  /** The result was read. */
  putAway(): void {
    this.#putAwayId = this.shown?.pollId ?? null;
    this.#show(null);
  }

  #opened(poll: PollView): void {
    this.#forgetCues();
    this.#newest = poll;
    this.#openOnFrame(poll, null);
  }

  #tallied(tally: EventData<'poll.tallied'>): void {
    this.#newest = withVotes(this.#newest, tally);
    this.shown = withVotes(this.shown, tally);
  }

  #closed(poll: PollView): void {
    this.#newest = poll;
    this.#closeOnFrame(poll);
  }

  #openOnFrame({ pollId, openedFrameMs }: PollView, myOption: number | null): void {
    this.#cues.push(this.#deps.cue.on(openedFrameMs, () => {
      if (this.#newest?.pollId !== pollId) return;
      this.myOption = myOption;
      this.#show({ ...this.#newest, state: 'open', closedFrameMs: null });
    }));
  }

  #closeOnFrame(poll: PollView): void {
    this.shown = withVotes(this.shown, poll);
    this.#cues.push(this.#deps.cue.on(poll.closedFrameMs, () => {
      if (this.shown?.pollId === poll.pollId && this.#newest) this.#show(this.#newest);
    }));
  }

  #show(poll: PollView | null): void {
    this.shown = poll;
    this.#cancelPutAway();
    // Those who lead the show talk about the result as long as they like.
    if (poll?.state !== 'closed' || this.#deps.may('show.control')) return;
    this.#cancelPutAway = browserClock.after(RESULT_STAYS_MS, () => this.putAway());
  }

  #forgetCues(): void {
    for (const cancel of this.#cues) cancel();
    this.#cues = [];
  }
}
