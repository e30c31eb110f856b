// Chat on a real database and a clock that tests turn, with neighbours that do as the test says and a database that can be
// taken away. Everything told is kept in order.

import type { ConnectionId, LineId, ParticipantId, RequestKey, RoomId, SessionId, UserId } from '../../../shared/ids.ts';
import type { Params } from '../../../shared/messages.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { HandClock } from '../../lib/clock.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createMetrics } from '../../lib/metrics.ts';
import { createChat } from './chat.ts';
import type { ChatDeps, Verdict } from './parts.ts';
import type { Database } from './store.ts';

export const ROOM = 'ch-host' as RoomId;
export const FINE: Verdict = { isShadow: false, hold: null };

export const callerOf = (name: string, role: Role = 'viewer', isOwner = role === 'host'): Caller => ({
  connectionId: name as ConnectionId,
  address: '192.0.2.1',
  user: role === 'guest' ? null : { userId: name as UserId, sessionId: name as SessionId, name, displayName: name.toUpperCase() },
  seat: { roomId: ROOM, participantId: name as ParticipantId, role, isOwner },
  sit() {},
  notify() {},
  close() {},
});

let lastKey = 0;
/** What a page sends; a key of its own unless it is given one. */
export const lineOf = (text: string, more: Partial<Params<'chat.send'>> = {}): Params<'chat.send'> => ({
  key: `key-${(lastKey += 1)}` as RequestKey, text, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null, ...more,
});

type Told = { readonly name: string; readonly data: unknown };

/** `clock`: one that went on from an earlier process. */
export const startChat = (database: Database, clock: HandClock = createHandClock(1_700_000_000_000)) => {
  const told: Told[] = [];
  const judged: string[] = [];
  const control = { verdict: FINE as Verdict | AppError, isAway: false, queries: 0, here: {} as Record<string, UserId>, fanLevels: {} as Record<string, number>, stamp: null as ReturnType<ChatDeps['stampFrame']> };
  const tell = (name: string) => (...data: unknown[]) => void told.push({ name, data });
  const chat = createChat({
    clock,
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
    database: {
      ...database,
      run(work) {
        control.queries += 1;
        return control.isAway ? Promise.reject(new AppError('database_unavailable')) : database.run(work);
      },
    },
    publish: (_, name, data) => void told.push({ name, data }),
    stampFrame: () => control.stamp,
    broadcastIdIn: () => null,
    judge(_, { text }) {
      judged.push(text);
      if (control.verdict instanceof AppError) throw control.verdict;
      return control.verdict;
    },
    acted: (caller, act, target, detail) => tell('acted')(caller.user?.userId, act, target, detail),
    lineHeld: tell('lineHeld'),
    lineDecided: tell('lineDecided'),
    fanLevelIn: (_, userId) => control.fanLevels[userId] ?? 0,
    userIdsNamed: (_, names) => names.flatMap((name) => control.here[name] ?? []),
  });
  const { handlers } = chat;
  return {
    chat, clock, told, judged, control,
    say: async (caller: Caller, text: string, more: Partial<Params<'chat.send'>> = {}) => (await handlers['chat.send'](lineOf(text, more), caller)).line,
    snapshot: (reader: string | null = null) =>
      chat.part.snapshot(ROOM, { participantId: 'p' as ParticipantId, userId: reader as UserId | null, role: reader === null ? 'guest' : 'viewer' }),
    texts(reader: string | null = null): string[] {
      return this.snapshot(reader).lines.map((line) => (line.kind === 'said' ? line.text : line.fact));
    },
    history: async (beforeLineId: LineId | null, caller = callerOf('guest', 'guest')) => handlers['chat.history']({ beforeLineId }, caller),
    /** Data of all events of this name so far. */
    heard: (name: string): unknown[] => told.filter((it) => it.name === name).map(({ data }) => data),
  };
};
