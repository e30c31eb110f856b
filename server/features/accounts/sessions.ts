// Browsers' logins. The cookie is 256 random bits; the database has only its SHA-256, so reading the table logs nobody in.
// Look-ups are kept for seconds, and for longer while the database is away: its death logs nobody out.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SessionId, UserId } from '../../../shared/ids.ts';
import { SESSION_DAYS_MAX } from '../../../shared/limits.ts';
import type { SessionUser } from '../../hub/handler.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLastKnown } from '../../lib/last-known.ts';
import type { Log } from '../../lib/log.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import type { AccountStore, Checked, FoundSession, SessionRow } from './store.ts';

const DAY_MS = 86_400_000;
/** Unused for this long, a session is over. */
const LIFE_MS = SESSION_DAYS_MAX * DAY_MS;
/** The cookie outlives the session, which the server alone ends: 400 days is the most that browsers allow. */
export const COOKIE_MAX_AGE_S = (400 * DAY_MS) / 1000;
const SEEN_INTERVAL_MS = 5 * 60_000;
const SWEEP_INTERVAL_MS = 3_600_000;
const FRESH_MS = 5_000; // how long another server process may go on with a session that was ended here
const KNOWN_MAX = 20_000;
const USER_AGENT_CHARS_MAX = 200;
const ADDRESS_CHARS_MAX = 64;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export type Browser = { readonly userAgent: string; readonly address: string };
export type NewSession = { readonly token: string; readonly row: SessionRow };

export type SessionsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: AccountStore;
  /** Told after the fact, never with an empty list. */
  readonly sessionsEnded: (ids: readonly SessionId[]) => void;
};

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export const createSessions = (deps: SessionsDeps) => {
  const { clock, log, store } = deps;
  /** By the token's hash, so that a memory dump has no tokens either. */
  const known = createLastKnown<FoundSession>({
    clock, keysMax: KNOWN_MAX, freshMs: FRESH_MS, load: (key) => store.findSession(Buffer.from(key, 'hex')),
  });
  const lastSeen = new Map<SessionId, number>(); // what was written and may not be in `known` yet
  let sweptAtMs = 0;

  const later = (work: Promise<void>, what: string): void => {
    work.catch((err: unknown) => log.debug({ err, what }, 'session write skipped'));
  };
  const forgetEnded = (ids: readonly SessionId[]): void => {
    if (ids.length === 0) return;
    known.forgetWhere((found) => ids.includes(found.id));
    for (const id of ids) lastSeen.delete(id);
    deps.sessionsEnded(ids);
  };
  /** Written now and then only, since every request would be a write else. */
  const seen = (found: FoundSession, nowMs: number): void => {
    if (nowMs - Math.max(found.lastSeenAt, lastSeen.get(found.id) ?? 0) < SEEN_INTERVAL_MS) return;
    if (lastSeen.size >= KNOWN_MAX) lastSeen.clear();
    lastSeen.set(found.id, nowMs);
    later(store.touchSession(found.id, { lastSeenAt: nowMs, expiresAt: nowMs + LIFE_MS }), 'last seen');
  };
  const sweep = (nowMs: number): void => {
    if (nowMs - sweptAtMs < SWEEP_INTERVAL_MS) return;
    sweptAtMs = nowMs;
    later(store.endExpired(nowMs), 'sweep');
  };

  return {
    /** A session that is not stored yet. */
    make(userId: UserId, browser: Browser): NewSession {
      const token = randomBytes(32).toString('base64url');
      const nowMs = clock.nowMs();
      const row: SessionRow = {
        id: randomUUID() as SessionId,
        tokenHash: hashOf(token),
        userId,
        createdAt: nowMs,
        lastSeenAt: nowMs,
        expiresAt: nowMs + LIFE_MS,
        userAgent: cleanLine(browser.userAgent).slice(0, USER_AGENT_CHARS_MAX),
        address: browser.address.slice(0, ADDRESS_CHARS_MAX),
      };
      return { token, row };
    },
    /** False: the password was changed since it was checked. */
    async add(session: NewSession, checked: Checked): Promise<boolean> {
      const ended = await store.addSession(session.row, checked);
      if (ended) forgetEnded(ended);
      sweep(clock.nowMs());
      return ended !== null;
    },
    async authenticate(token: string): Promise<SessionUser | null> {
      if (!TOKEN.test(token)) return null;
      const found = await known.get(hashOf(token).toString('hex'));
      const nowMs = clock.nowMs();
      if (!found || Math.max(found.expiresAt, (lastSeen.get(found.id) ?? 0) + LIFE_MS) <= nowMs) return null;
      seen(found, nowMs);
      const { id, name, displayName } = found.user;
      return { userId: id, sessionId: found.id, name, displayName };
    },
    /** False: this user has no such session. */
    async end(userId: UserId, id: SessionId): Promise<boolean> {
      const isEnded = await store.endSession(userId, id);
      if (isEnded) forgetEnded([id]);
      return isEnded;
    },
    list: (userId: UserId): Promise<SessionRow[]> => store.listSessions(userId, clock.nowMs()),
    async changePassword(user: SessionUser, passwordHash: string): Promise<void> {
      forgetEnded(await store.changePassword(user.userId, passwordHash, user.sessionId));
    },
    /** Ended by somebody else. */
    ended: forgetEnded,
    /** Name or display name changed. */
    userChanged(userId: UserId): void {
      known.forgetWhere((found) => found.user.id === userId);
    },
  };
};

export type Sessions = ReturnType<typeof createSessions>;
