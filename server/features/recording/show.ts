// One broadcast on air as recording sees it: its open stays, those of people who may come back, and its minutes. No I/O; whatever
// begins, ends or changes is told to the functions it is given. Invariant: one stay for each person, however many tabs.

import type { BroadcastId, ParticipantId, RoomId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { REJOIN_GRACE_MS, STAY_RETURN_MS, WATCHED_MS_MIN } from '../../../shared/limits.ts';
import type { Source } from '../../../shared/sources.ts';
import { createMinutes } from './minutes.ts';
import type { MinuteRow } from './minutes.ts';
import { addDeed, addPlayed, beginStay, endedStay } from './stay.ts';
import type { DeedName, EndedStay, OpenStay, Stay } from './stay.ts';
import type { SavedStay } from './store.ts';

/** Who came in; `person` is the user's id, or the participant's of a guest. */
export type Comer = {
  readonly person: string;
  /** Null: a guest, or somebody who keeps no history. */
  readonly userId: UserId | null;
  readonly participantId: ParticipantId;
  readonly source: Source;
  /** Their page has been here before, says it: it brought a token that this server does not know. */
  readonly returns: boolean;
};

/** What a viewer's page measured since its last report, of which `sinceMs` is the time. */
export type Measured = {
  readonly playedMs: number;
  readonly latencyMs: number | null;
  readonly freezes: number;
  /** Null: not told now. */
  readonly firstPictureMs: number | null;
  readonly sinceMs: number;
};

export type ShowDeps = {
  readonly newId: () => WatchSessionId;
  readonly began: (stay: OpenStay) => void;
  readonly ended: (stay: EndedStay) => void;
  /** Once for each stay of somebody who keeps a history: they really watch, or took part. */
  readonly watched: (stay: OpenStay, atMs: number) => void;
  /** To be written: as it stands, with what is known of its end. */
  readonly changed: (stay: EndedStay) => void;
};

export type ShowStart = {
  readonly broadcastId: BroadcastId;
  readonly roomId: RoomId;
  readonly startedAtMs: number;
  readonly isPublic: boolean;
  readonly viewers: number;
  readonly nowMs: number;
  /** After a restart. */
  readonly minutes?: readonly MinuteRow[];
  readonly stays?: readonly SavedStay[];
};

/** A picture that stands still does so for a while; more freezes than this in a second are invented. */
const FREEZE_MS_MIN = 200;

export const createShow = (start: ShowStart, deps: ShowDeps) => {
  const { broadcastId, roomId, startedAtMs, isPublic } = start;
  const minutes = createMinutes({ startedAtMs, countedAtMs: start.minutes ? start.nowMs : startedAtMs, viewers: start.viewers, rows: start.minutes ?? [] });
  const stays = new Map<string, Stay>();
  const away = new Map<string, Stay>();
  /** Who was here in some stay already: they are not new in the next one. */
  const seen = new Set<UserId>();
  /** Nameless stays of before a restart; a guest who comes back goes on with one of them, and nobody can tell with which. */
  const nameless: string[] = [];

  const finish = (person: string, stay: Stay, endedAtMs: number, sawEnd: boolean): void => {
    stays.delete(person);
    away.delete(person);
    const ended = endedStay(stay, endedAtMs, sawEnd);
    if (!sawEnd) minutes.add('went', 1, ended.endedAtMs);
    deps.changed(ended);
    deps.ended(ended);
  };
  const leaveFor = (person: string, stay: Stay, sinceMs: number, untilMs: number): void => {
    stays.delete(person);
    stay.awaySinceMs = sinceMs;
    stay.awayUntilMs = untilMs;
    away.set(person, stay);
  };
  for (const { endedAtMs, ...saved } of start.stays ?? []) {
    const stay: Stay = { ...beginStay({ ...saved, participantId: saved.id as string as ParticipantId }), ...saved, playedUntilMs: start.nowMs, isTold: true };
    const person = saved.userId ?? saved.id;
    if (saved.userId) seen.add(saved.userId);
    else nameless.push(person);
    leaveFor(person, stay, endedAtMs, start.nowMs + STAY_RETURN_MS);
  }

  const comeBack = (comer: Comer): Stay | null => {
    const { person } = comer;
    const stay = away.get(person);
    if (stay || comer.userId !== null || !comer.returns) return stay ?? null;
    for (let earlier = nameless.pop(); earlier !== undefined; earlier = nameless.pop()) {
      const found = away.get(earlier);
      if (!found) continue;
      away.delete(earlier);
      return found;
    }
    return null;
  };

  const tellWatched = (stay: Stay, nowMs: number): void => {
    if (stay.isTold || !isPublic || stay.userId === null) return;
    stay.isTold = true;
    deps.watched(stay, nowMs);
  };

  const came = (comer: Comer, nowMs: number): void => {
    const { person, userId, participantId, source } = comer;
    if (stays.has(person)) return; // another tab
    const back = comeBack(comer);
    if (back) {
      away.delete(person);
      Object.assign(back, { awaySinceMs: null, participantId });
      stays.set(person, back);
      return;
    }
    const isNew = userId !== null && seen.has(userId) ? false : null;
    if (userId !== null) seen.add(userId);
    const stay = beginStay({ id: deps.newId(), roomId, broadcastId, userId, participantId, source, startedAtMs: Math.max(nowMs, startedAtMs), isNew });
    stays.set(person, stay);
    minutes.add('came', 1, stay.startedAtMs);
    deps.changed(endedStay(stay, nowMs, true));
    deps.began(stay);
  };

  return {
    broadcastId,
    roomId,
    minutes,
    came,
    /** Their last tab went, at a moment that may be some seconds ago. Who has a name may come back; a guest would be another guest. */
    went(person: string, hasName: boolean, leftAtMs: number, nowMs: number): void {
      const stay = stays.get(person);
      if (!stay) return;
      const untilMs = leftAtMs + REJOIN_GRACE_MS;
      if (!hasName || untilMs <= nowMs) return finish(person, stay, leftAtMs, false);
      leaveFor(person, stay, leftAtMs, untilMs);
      deps.changed(endedStay(stay, leftAtMs, false));
    },
    /** The tab that stood for them went, another is still there. */
    movedTo(person: string, participantId: ParticipantId): void {
      const stay = stays.get(person);
      if (stay) stay.participantId = participantId;
    },
    did(person: string, deed: DeedName, count: number, nowMs: number): void {
      const stay = stays.get(person);
      if (deed === 'follows' && (!stay || stay.follows > 0)) return;
      minutes.add(deed, count, nowMs);
      if (!stay) return;
      addDeed(stay, deed, count, nowMs);
      tellWatched(stay, nowMs);
    },
    measured(person: string, { playedMs, latencyMs, freezes, firstPictureMs, sinceMs }: Measured, nowMs: number): void {
      const stay = stays.get(person);
      if (!stay) return;
      minutes.add('reports', 1, nowMs);
      const freezesMax = Math.ceil((nowMs - sinceMs) / FREEZE_MS_MIN);
      if (freezes > 0) minutes.add('freezes', Math.min(freezes, freezesMax), nowMs);
      if (latencyMs !== null) minutes.latency(latencyMs, nowMs);
      stay.firstPictureMs ??= firstPictureMs;
      addPlayed(stay, playedMs, sinceMs, nowMs);
      if (stay.playedMs >= WATCHED_MS_MIN) tellWatched(stay, nowMs);
    },
    /** Who was away for too long has gone. */
    expire(nowMs: number): void {
      for (const [person, stay] of away) if (stay.awayUntilMs <= nowMs) finish(person, stay, stay.awaySinceMs ?? nowMs, false);
    },
    /** All that go on, to be written as they stand. */
    save(nowMs: number): void {
      for (const stay of stays.values()) deps.changed(endedStay(stay, nowMs, true));
    },
    /** Who is still away has seen no end. */
    end(nowMs: number): void {
      minutes.advance(nowMs);
      for (const [person, stay] of [...away]) finish(person, stay, stay.awaySinceMs ?? nowMs, false);
      for (const [person, stay] of [...stays]) finish(person, stay, nowMs, true);
    },
    open: (): OpenStay[] => [...stays.values()],
    /** The database knows better whether this is somebody's first stay here. */
    learned(isNewOf: ReadonlyMap<WatchSessionId, boolean | null>): void {
      for (const stay of stays.values()) if (stay.isNew === null && stay.userId !== null) stay.isNew = isNewOf.get(stay.id) ?? null;
    },
    /** They keep no history any more: what goes on does so without a name. */
    makeNameless(userId: UserId): void {
      seen.delete(userId);
      for (const kept of [stays, away]) {
        const stay = kept.get(userId);
        if (stay) Object.assign(stay, { userId: null, isNew: null });
      }
    },
  };
};

export type Show = ReturnType<typeof createShow>;
