// One open room: who is in it. Plain state, no I/O. What features keep about a room lies with them, keyed by its id.

import type { ParticipantId, RoomId, UserId } from '../../shared/ids.ts';
import type { Participant } from './participant.ts';

const COUNT_EXACT_MAX = 200; // people
const COUNT_KEPT_MS = 500;

export class LiveRoom {
  readonly id: RoomId;
  readonly ownerUserId: UserId;
  #counted = { atMs: -Infinity, viewers: 0 };
  readonly #participants = new Map<ParticipantId, Participant>();

  constructor(id: RoomId, ownerUserId: UserId) {
    this.id = id;
    this.ownerUserId = ownerUserId;
  }

  add(participant: Participant): void {
    this.#participants.set(participant.id, participant);
  }

  remove(id: ParticipantId): void {
    this.#participants.delete(id);
  }

  get isEmpty(): boolean {
    return this.#participants.size === 0;
  }

  participants(): readonly Participant[] {
    return [...this.#participants.values()];
  }

  studio(): Participant | undefined {
    for (const participant of this.#participants.values()) if (participant.isStudio) return participant;
    return undefined;
  }

  byRejoinToken(token: string): Participant | undefined {
    for (const participant of this.#participants.values()) if (participant.rejoinToken === token) return participant;
    return undefined;
  }

  /** Those of these account names, which are in lower case, who are here. */
  usersNamed(names: ReadonlySet<string>): UserId[] {
    const found = new Set<UserId>();
    for (const { user } of this.#participants.values()) if (user && names.has(user.name)) found.add(user.userId);
    return [...found];
  }

  /** Distinct people watching (rule J7), of those that count. */
  viewers(nowMs: number, counts: (id: ParticipantId) => boolean): number {
    const people = new Set<string>();
    for (const participant of this.#participants.values())
      if (!participant.isStudio && !people.has(participant.person) && counts(participant.id)) people.add(participant.person);
    this.#counted = { atMs: nowMs, viewers: people.size };
    return people.size;
  }

  /** The same for who comes in; in a full room it may be a moment old, since counting thousands for each of thousands is millions. */
  viewersAbout(nowMs: number, counts: (id: ParticipantId) => boolean): number {
    const isFresh = this.#participants.size > COUNT_EXACT_MAX && nowMs - this.#counted.atMs < COUNT_KEPT_MS;
    return isFresh ? this.#counted.viewers : this.viewers(nowMs, counts);
  }
}
