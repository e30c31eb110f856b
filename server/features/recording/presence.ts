// Who is in which room, also while nothing is on air: a broadcast that begins finds its first viewers here. Plain state. The
// channel's own people are not in it.

import type { ParticipantId, RoomId, UserId } from '../../../shared/ids.ts';
import type { Source } from '../../../shared/sources.ts';

/** `person`: the user's id, or the participant's of a guest. */
export type Tab = { readonly person: string; readonly participantId: ParticipantId; readonly userId: UserId | null; readonly source: Source };
type KeptTab = Tab & { reportedAtMs: number };

export const createPresence = () => {
  const rooms = new Map<RoomId, Map<ParticipantId, KeptTab>>();
  /** How many tabs, and of several only, so that leaving looks at nobody else. */
  const tabsOf = new Map<RoomId, Map<string, Set<ParticipantId>>>();

  return {
    add(roomId: RoomId, tab: Tab, nowMs: number): void {
      const tabs = rooms.get(roomId) ?? new Map<ParticipantId, KeptTab>();
      rooms.set(roomId, tabs.set(tab.participantId, { ...tab, reportedAtMs: nowMs }));
      const people = tabsOf.get(roomId) ?? new Map<string, Set<ParticipantId>>();
      tabsOf.set(roomId, people.set(tab.person, (people.get(tab.person) ?? new Set()).add(tab.participantId)));
    },
    /** `other`: a tab of the same person that is still there. Null: they were not in here. */
    remove(roomId: RoomId, participantId: ParticipantId): { readonly other: ParticipantId | null } | null {
      const tab = rooms.get(roomId)?.get(participantId);
      const people = tabsOf.get(roomId);
      if (!tab || !people) return null;
      rooms.get(roomId)?.delete(participantId);
      const others = people.get(tab.person);
      others?.delete(participantId);
      const [other = null] = others ?? [];
      if (other === null) people.delete(tab.person);
      if (people.size === 0) {
        rooms.delete(roomId);
        tabsOf.delete(roomId);
      }
      return { other };
    },
    /** Whose report it is, and when that tab reported before; null: nobody's that counts. */
    reported(roomId: RoomId, participantId: ParticipantId, nowMs: number): { readonly person: string; readonly sinceMs: number } | null {
      const tab = rooms.get(roomId)?.get(participantId);
      if (!tab) return null;
      const sinceMs = tab.reportedAtMs;
      tab.reportedAtMs = nowMs;
      return { person: tab.person, sinceMs };
    },
    /** One tab of each person, the oldest. */
    peopleIn(roomId: RoomId): Tab[] {
      const people = new Map<string, Tab>();
      for (const tab of rooms.get(roomId)?.values() ?? []) if (!people.has(tab.person)) people.set(tab.person, tab);
      return [...people.values()];
    },
    /** Tabs; tests count them to zero. */
    size: (): number => [...rooms.values()].reduce((sum, tabs) => sum + tabs.size, 0),
  };
};
