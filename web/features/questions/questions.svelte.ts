// Questions to those who lead the show: the list as the room has it, what this person voted for, and the one that lies over the
// picture, from the host's frame in that moment on.

import type { QuestionId, RequestKey } from '../../../shared/ids.ts';
import type { QuestionView } from '../../../shared/messages/questions.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { Cancel } from '../../live/clock.ts';
import { newKey } from '../../live/request-key.ts';
import type { Joined } from '../../live/room-session.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import { tellRefusal } from '../interaction/act.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import { withCounts, withoutQuestion, withQuestion, type Order, type QuestionList } from './question-list.ts';

type Highlighted = EventData<'question.highlighted'>['highlighted'];

export class Questions implements Part {
  list = $state.raw<QuestionList>([]);
  order = $state<Order>('votes');
  mine = $state.raw<ReadonlySet<QuestionId>>(new Set());
  /** What is being written; it outlives the tab it is written in. */
  draft = $state('');

  readonly #deps: PartDeps;
  #highlightedId = $state<QuestionId | null>(null);
  #cancelCue: Cancel = () => {};
  /** A question whose reply did not come: asked again in the same words it is the same one. */
  #unsure: { readonly text: string; readonly key: RequestKey } | null = null;

  /** Over the picture now. */
  readonly highlighted: QuestionView | null = $derived(this.list.find(({ questionId }) => questionId === this.#highlightedId) ?? null);

  constructor(deps: PartDeps) {
    this.#deps = deps;
  }

  joined({ snapshot: { questions } }: Joined): void {
    this.list = questions.questions;
    this.mine = new Set(questions.mine);
    this.#highlight(questions.highlighted);
  }

  heard({ event, data }: FeedEvent): void {
    if (event === 'question.asked' || event === 'question.changed') this.list = withQuestion(this.list, data.question);
    if (event === 'question.removed') this.list = withoutQuestion(this.list, data.questionId);
    if (event === 'questions.counted') this.list = withCounts(this.list, data.counts);
    if (event === 'question.highlighted') this.#highlight(data.highlighted);
  }

  close(): void {
    this.#cancelCue();
  }

  isOwn({ author }: QuestionView): boolean {
    return author.userId === this.#deps.me()?.userId;
  }

  /** Throws what the server answers. */
  async ask(text: string): Promise<void> {
    const key = this.#unsure?.text === text ? this.#unsure.key : newKey();
    this.#unsure = { text, key };
    const { question } = await this.#deps.ask('question.ask', { key, text, seen: this.#deps.seen() });
    this.#unsure = null;
    this.list = withQuestion(this.list, question);
  }

  /** Shown at once; a refusal takes it back and says why. */
  async vote({ questionId, votes }: QuestionView, isFor: boolean): Promise<void> {
    this.#count(questionId, Math.max(0, votes + (isFor ? 1 : -1)), isFor);
    try {
      await this.#deps.ask('question.vote', { questionId, isFor, seen: this.#deps.seen() });
    } catch (error) {
      this.#count(questionId, votes, !isFor);
      this.failed(error);
    }
  }

  /** `answer` null: said aloud. Throws what the server answers. */
  async answer({ questionId }: QuestionView, answer: string | null): Promise<void> {
    const { question } = await this.#deps.ask('question.answer', { questionId, isAnswered: true, answer, seen: this.#deps.seen() });
    this.list = withQuestion(this.list, question);
  }

  async reopen({ questionId }: QuestionView): Promise<void> {
    await this.#try(this.#deps.ask('question.answer', { questionId, isAnswered: false, answer: null, seen: this.#deps.seen() }));
  }

  /** Null takes it off the picture. */
  async highlight(question: QuestionView | null): Promise<void> {
    await this.#try(this.#deps.ask('question.highlight', { questionId: question?.questionId ?? null, seen: this.#deps.seen() }));
  }

  async remove({ questionId }: QuestionView): Promise<void> {
    const isGone = await this.#try(this.#deps.ask('question.remove', { questionId }));
    if (isGone) this.list = withoutQuestion(this.list, questionId);
  }

  /** Says why an act did not work. */
  failed(error: unknown): void {
    tellRefusal(this.#deps, error);
  }

  #count(questionId: QuestionId, votes: number, isMine: boolean): void {
    this.list = withCounts(this.list, [{ questionId, votes }]);
    this.mine = new Set([...this.mine].filter((id) => id !== questionId).concat(isMine ? [questionId] : []));
  }

  #highlight(highlighted: Highlighted): void {
    this.#cancelCue();
    if (highlighted === null) this.#highlightedId = null;
    else this.#cancelCue = this.#deps.cue.on(highlighted.frameMs, () => { this.#highlightedId = highlighted.questionId; });
  }

  async #try(asking: Promise<unknown>): Promise<boolean> {
    try {
      await asking;
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }
}
