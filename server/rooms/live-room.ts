// One open room: who is in it. Plain state, no I/O. What features keep about a room lies with them, keyed by its id.

import type { ParticipantId, RoomId } from '../../shared/ids.ts';
import type { Participant } from './participant.ts';

export class LiveRoom {
  readonly id: RoomId;
  readonly #participants = new Map<ParticipantId, Participant>();

  constructor(id: RoomId) {
    this.id = id;
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

  /** Distinct people watching (rule J7). */
  viewers(): number {
    const people = new Set<string>();
    for (const participant of this.#participants.values()) if (!participant.isStudio) people.add(participant.person);
    return people.size;
  }
}
