// The room's rules and what they mean for this person; for those who may moderate, what waits for them, and their acts. Acts
// that a form waits for throw what the server answers; the others say it in a toast.

import { untrack } from 'svelte';
import type { LineId } from '../../../shared/ids.ts';
import type { HeldLine, OwnSanction, Report, RoomRules, SanctionKind } from '../../../shared/messages/moderation.ts';
import type { Params } from '../../../shared/messages.ts';
import { codeOf } from '../../live/request-error.ts';
import type { Joined } from '../../live/room-session.ts';
import { errorText } from '../../text/error-text.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import type { Part, PartDeps, Person } from '../interaction/part.ts';
import { withHeld, withoutHeld, withoutReports, withReport } from './waiting.ts';

/** Another moderator may have been faster, and then it is done. */
const unlessGone = async (asking: Promise<unknown>): Promise<void> => {
  try {
    await asking;
  } catch (error) {
    if (codeOf(error) !== 'not_found') throw error;
  }
};

export class Moderation implements Part {
  /** Null: not in the room yet. */
  rules = $state.raw<RoomRules | null>(null);
  /** The own one. */
  sanction = $state.raw<OwnSanction | null>(null);
  /** Oldest first, as they are worked through. */
  held = $state.raw<readonly HeldLine[]>([]);
  reports = $state.raw<readonly Report[]>([]);
  /** Grows with every act in this room that a list on screen may be about, so that it looks again. */
  actsSeen = $state(0);

  readonly deps: PartDeps;
  readonly waiting = $derived(this.held.length + this.reports.length);

  readonly #stop: () => void;

  constructor(deps: PartDeps) {
    this.deps = deps;
    // What waits is told to moderators one by one and not kept for who was away, so it is asked for whenever one comes back.
    this.#stop = $effect.root(() => {
      $effect(() => {
        const mayAsk = deps.isJoined() && deps.may('moderate');
        untrack(() => (mayAsk ? void this.loadWaiting() : this.#forgetWaiting()));
      });
    });
  }

  close(): void {
    this.#stop();
  }

  get mayModerate(): boolean {
    return this.deps.may('moderate');
  }

  joined({ snapshot: { moderation } }: Joined): void {
    this.rules = moderation.rules;
    this.sanction = moderation.sanction;
  }

  heard({ event, data }: FeedEvent): void {
    if (event === 'rules.changed') this.#rulesAre(data.rules);
    if (event === 'sanction.changed') this.sanction = data.sanction;
    if (event === 'line.held') this.held = withHeld(this.held, data);
    if (event === 'line.decided') this.held = withoutHeld(this.held, data.lineId);
    if (event === 'report.filed') this.reports = withReport(this.reports, data.report);
    if (event === 'report.decided') this.reports = withoutReports(this.reports, data.lineId);
    if (event === 'line.decided' || event === 'report.decided' || event === 'chat.cleared' || event === 'chat.restored') this.actsSeen += 1;
  }

  /** Asks for the whole of what waits. */
  async loadWaiting(): Promise<void> {
    const { held: heldBefore, reports: reportsBefore } = this;
    await this.#try(async () => {
      const [{ held }, { reports }] = await Promise.all([this.deps.ask('held.list', {}), this.deps.ask('report.list', {})]);
      // What was told while the answer was on its way is kept; what was known before may have been decided.
      this.held = this.held.filter((one) => !heldBefore.includes(one)).reduce(withHeld, held);
      this.reports = this.reports.filter((one) => !reportsBefore.includes(one)).reduce(withReport, reports);
    });
  }

  /** Any visitor who is logged in may. */
  async fileReport(lineId: LineId, reason: Report['reason'], note: string): Promise<void> {
    await this.deps.ask('report.file', { lineId, reason, note });
  }

  async updateRules(change: Params<'rules.update'>): Promise<void> {
    await this.#try(async () => this.#rulesAre((await this.deps.ask('rules.update', change)).rules));
  }

  async setShield(isUp: boolean): Promise<void> {
    await this.#try(async () => this.#rulesAre((await this.deps.ask('shield.set', { isUp })).rules));
  }

  async decideHeld(lineId: LineId, isApproved: boolean): Promise<void> {
    await this.#try(async () => {
      await unlessGone(this.deps.ask('held.decide', { lineId, isApproved }));
      this.held = withoutHeld(this.held, lineId);
    });
  }

  async decideReport({ reportId, line }: Report, isUpheld: boolean): Promise<void> {
    await this.#try(async () => {
      await unlessGone(this.deps.ask('report.decide', { reportId, isUpheld }));
      this.reports = withoutReports(this.reports, line.lineId);
    });
  }

  async deleteLine(lineId: LineId): Promise<boolean> {
    return this.#try(() => this.deps.ask('chat.delete', { lineId }));
  }

  /** Null takes the pinned one down. */
  async pin(lineId: LineId | null): Promise<boolean> {
    return this.#try(() => this.deps.ask('chat.pin', { lineId }));
  }

  async give({ userId }: Pick<Person, 'userId'>, kind: SanctionKind, lengthS: number | null, reason: string): Promise<void> {
    await this.deps.ask('sanction.give', { userId, kind, lengthS, reason });
    this.actsSeen += 1;
  }

  async lift({ userId }: Pick<Person, 'userId'>): Promise<boolean> {
    return this.#try(() => this.deps.ask('sanction.lift', { userId }));
  }

  async nameModerator({ userId }: Pick<Person, 'userId'>, isModerator: boolean): Promise<boolean> {
    return this.#try(() => this.deps.ask(isModerator ? 'moderator.name' : 'moderator.dismiss', { userId }));
  }

  #rulesAre(rules: RoomRules): void {
    this.rules = rules;
    this.actsSeen += 1;
  }

  #forgetWaiting(): void {
    if (this.deps.may('moderate')) return;
    this.held = [];
    this.reports = [];
  }

  async #try(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      this.actsSeen += 1;
      return true;
    } catch (error) {
      const code = codeOf(error) ?? 'internal';
      // A dropped connection says so itself, and brings the lists anew.
      if (code !== 'unreachable') this.deps.toasts.show(errorText(code), { tone: 'danger' });
      return false;
    }
  }
}
