// Changing a room's rules, word lists and shield (rules M1-M3, M8): stored first, then in force, then told.

import type { RoomId } from '../../../shared/ids.ts';
import { FILTER_WORD_CHARS_MAX } from '../../../shared/limits.ts';
import type { RoomRules, WordLists } from '../../../shared/messages/moderation.ts';
import type { Params } from '../../../shared/messages.ts';
import type { Caller } from '../../hub/handler.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { placeOf } from '../../rooms/place.ts';
import type { LogBook } from './log-book.ts';
import type { ModerationDeps } from './neighbours.ts';
import { setRules } from './room-book.ts';
import type { Room, RoomBook } from './room-book.ts';
import { withChange, withShield } from './rules.ts';
import type { KeptRules, ModerationStore } from './store.ts';

export type RoomRulesDeps = Pick<ModerationDeps, 'publish' | 'readmitViewers' | 'sayFact'> & {
  readonly book: RoomBook;
  readonly logBook: LogBook;
  readonly store: ModerationStore['rooms'];
};

const cleanWords = (words: readonly string[]): string[] =>
  [...new Set(words.map((word) => cleanLine(word).slice(0, FILTER_WORD_CHARS_MAX).toWellFormed()))].filter((word) => word !== '');

const differenceOf = (before: readonly string[], after: readonly string[]): string[] => [
  ...after.filter((word) => !before.includes(word)).map((word) => `+${word}`),
  ...before.filter((word) => !after.includes(word)).map((word) => `-${word}`),
];

const changesOf = (before: RoomRules, after: RoomRules): string[] =>
  (Object.keys(after) as (keyof RoomRules)[]).filter((rule) => before[rule] !== after[rule]).map((rule) => `${rule}: ${String(after[rule])}`);

export const createRoomRules = (deps: RoomRulesDeps) => {
  const { book, logBook, store } = deps;

  const tell = (room: Room, before: RoomRules): void => {
    const { rules } = room.kept;
    deps.publish(room.id, 'rules.changed', { rules });
    if (rules.loggedInOnly && !before.loggedInOnly) deps.readmitViewers(room.id, (user) => user !== null);
  };
  const save = async (room: Room, kept: KeptRules): Promise<void> => {
    await store.saveRules(room.id, kept);
    setRules(room, kept);
  };

  return {
    update: (caller: Caller, change: Params<'rules.update'>): Promise<RoomRules> =>
      book.change(placeOf(caller).seat.roomId, async (room) => {
        const before = room.kept.rules;
        // A field that is there but undefined would overwrite; JSON has none, and the type may not promise it.
        const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Omit<RoomRules, 'isShielded'>>;
        const kept = withChange(room.kept, given);
        const changes = changesOf(before, kept.rules);
        if (changes.length === 0) return before;
        await save(room, kept);
        logBook.add(caller, 'rules_changed', null, changes.join(', '));
        tell(room, before);
        return kept.rules;
      }),
    setShield: (caller: Caller, isUp: boolean): Promise<RoomRules> =>
      book.change(placeOf(caller).seat.roomId, async (room) => {
        const { user, seat } = placeOf(caller);
        const before = room.kept.rules;
        if (before.isShielded === isUp) return before;
        await save(room, withShield(room.kept, isUp));
        const act = isUp ? 'shield_raised' : 'shield_lowered';
        logBook.add(caller, act, null, '');
        tell(room, before);
        deps.sayFact(seat.roomId, act, user.displayName);
        return room.kept.rules;
      }),
    words: (roomId: RoomId): Promise<WordLists> => book.change(roomId, async (room) => Promise.resolve(room.kept.words)),
    updateWords: (caller: Caller, lists: WordLists): Promise<void> =>
      book.change(placeOf(caller).seat.roomId, async (room) => {
        const before = room.kept.words;
        const words = { blocked: cleanWords(lists.blocked), held: cleanWords(lists.held) };
        const changes = [...differenceOf(before.blocked, words.blocked), ...differenceOf(before.held, words.held).map((word) => `(${word})`)];
        if (changes.length === 0) return;
        await save(room, { ...room.kept, words });
        logBook.add(caller, 'words_changed', null, changes.join(', '));
      }),
  };
};

export type RoomRulesOf = ReturnType<typeof createRoomRules>;
