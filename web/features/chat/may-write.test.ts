import { expect, test } from 'vitest';
import type { RoomRules } from '../../../shared/messages/moderation.ts';
import { writingOf, type WritingFacts } from './may-write.ts';

const RULES: RoomRules = { slowModeS: 0, followersOnlyMin: null, loggedInOnly: false, links: 'allow', holdsAll: false, isShielded: false };
const facts: WritingFacts = {
  role: 'viewer', isLoggedIn: true, isJoined: true, rules: RULES, sanction: null, isFollowing: false, nowMs: 100_000, lastSaidAtMs: null, slowUntilMs: 0,
};

test('a guest is asked to log in, also before the room is joined', () => {
  expect(writingOf({ ...facts, role: 'guest', isLoggedIn: false }).is).toBe('guest');
  expect(writingOf({ ...facts, role: null, isLoggedIn: false, isJoined: false }).is).toBe('guest');
  expect(writingOf({ ...facts, role: null, isJoined: false }).is).toBe('away');
});

test('a sanction holds until it is over', () => {
  const sanction = { kind: 'time_out' as const, reason: 'spam', untilMs: 160_000 };
  expect(writingOf({ ...facts, sanction })).toEqual({ is: 'timed_out', untilMs: 160_000, reason: 'spam' });
  expect(writingOf({ ...facts, sanction, nowMs: 160_000 }).is).toBe('free');
  expect(writingOf({ ...facts, sanction: { kind: 'ban', reason: '', untilMs: null } }).is).toBe('banned');
});

test('rules hold for viewers, and not for those who lead the show', () => {
  const strict = { ...facts, rules: { ...RULES, slowModeS: 30, followersOnlyMin: 10 }, lastSaidAtMs: 90_000 };
  expect(writingOf(strict)).toEqual({ is: 'followers_only', minutes: 10 });
  expect(writingOf({ ...strict, isFollowing: true })).toEqual({ is: 'slow', waitMs: 20_000 });
  expect(writingOf({ ...strict, isFollowing: true, nowMs: 120_000 }).is).toBe('free');
  expect(writingOf({ ...strict, role: 'moderator' }).is).toBe('free');
});

test('the server knows best how long one has to wait', () => {
  expect(writingOf({ ...facts, slowUntilMs: 107_000 })).toEqual({ is: 'slow', waitMs: 7_000 });
});
