// What happens to a line after it was said: edited, deleted, pinned (rules C5, C6).

import type { LineId, RoomId } from '../../../shared/ids.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import { CHAT_EDIT_MS_MAX } from '../../../shared/limits.ts';
import type { SaidLine } from '../../../shared/messages/chat.ts';
import { can } from '../../../shared/permissions.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Holding } from './holding.ts';
import { answerOf, authorOf, isPublic, isShownTo } from './line.ts';
import type { SaidEntry } from './line.ts';
import { placeOf } from '../../rooms/place.ts';
import type { ChatParts } from './parts.ts';
import type { Removal } from './removal.ts';
import type { Room } from './room-book.ts';
import { cleanWords, mentionsIn } from './words.ts';

export const createChanging = ({ deps, writer, book }: ChatParts, holding: Holding, removal: Removal) => {
  const remove = (room: Room, entry: SaidEntry): void => {
    if (entry.state === 'deleted' || entry.state === 'rejected') return;
    if (entry.state === 'held') return holding.withdraw(room, entry, 'deleted');
    const wasPublic = isPublic(entry);
    entry.state = 'deleted';
    writer.change(entry);
    if (wasPublic) removal.line(room, entry);
  };

  /** The caller's own line, while it may be edited. */
  const editable = async (lineId: LineId, caller: Caller): Promise<SaidEntry> => {
    const { seat, user } = placeOf(caller);
    const entry = await book.find(seat.roomId, lineId);
    if (!entry || entry.state !== 'shown' || !isShownTo(entry, user.userId)) throw new AppError('not_found');
    if (authorOf(entry) !== user.userId) throw new AppError('permission_denied', 'not your line');
    if (deps.clock.nowMs() - entry.said.saidAtMs > CHAT_EDIT_MS_MAX) throw new AppError('permission_denied', 'too old to be edited');
    return entry;
  };

  const edit = async (params: Params<'chat.edit'>, caller: Caller): Promise<Result<'chat.edit'>> => {
    const entry = await editable(params.lineId, caller);
    const room = book.open(entry.roomId);
    const text = cleanWords(params.text);
    if (text === entry.said.text) return answerOf(entry); // Sent again after a drop, for instance.
    const verdict = deps.judge(caller, { text, isEdit: true });
    const said: SaidLine = { ...entry.said, text, mentions: mentionsIn(text, room, deps.userIdsNamed), editedAtMs: deps.clock.nowMs() };
    // Said before a shadow ban and edited under it: others go on seeing the old words.
    if (verdict.isShadow && isPublic(entry)) return { line: said, isHeld: verdict.hold !== null };
    entry.said = said;
    entry.holdCause = verdict.hold;
    if (!isPublic(entry)) writer.change(entry);
    else if (verdict.hold) {
      entry.state = 'held';
      writer.change(entry);
      removal.line(room, entry);
      holding.hold(room, entry);
    } else {
      writer.change(entry);
      deps.publish(room.id, 'chat.edited', { line: said });
    }
    return answerOf(entry);
  };

  return {
    edit,
    async delete({ lineId }: Params<'chat.delete'>, caller: Caller): Promise<Result<'chat.delete'>> {
      const { seat, user } = placeOf(caller);
      const entry = await book.find(seat.roomId, lineId);
      if (!entry) throw new AppError('not_found');
      const isOwn = authorOf(entry) === user.userId;
      if (!isOwn && !can(seat.role, 'moderate')) throw new AppError(isPublic(entry) ? 'permission_denied' : 'not_found');
      if (entry.state === 'deleted' || entry.state === 'rejected') return {}; // Asked again after a drop, for instance.
      remove(book.open(seat.roomId), entry);
      if (!isOwn) deps.acted(caller, 'line_deleted', authorOf(entry), entry.said.text);
      return {};
    },
    async pin({ lineId }: Params<'chat.pin'>, caller: Caller): Promise<Result<'chat.pin'>> {
      const { seat } = placeOf(caller);
      const room = await book.ready(seat.roomId);
      const entry = lineId === null ? null : await book.find(seat.roomId, lineId);
      if (lineId !== null && (!entry || !isPublic(entry))) throw new AppError('not_found');
      if (room.pinned === entry) return {};
      removal.setPin(room, entry);
      if (entry) deps.acted(caller, 'line_pinned', authorOf(entry), entry.said.text);
      return {};
    },
    /** For everybody, now. Null: no such line. */
    async deleteLine(roomId: RoomId, lineId: LineId): Promise<SaidLine | null> {
      const entry = await book.find(roomId, lineId);
      if (!entry) return null;
      remove(book.open(roomId), entry);
      return entry.said;
    },
  };
};
