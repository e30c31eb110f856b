// Saying a line (rules C1-C4). The whole of it happens in one turn of the event loop and asks no database: this is the way
// that thousands take at once.

import type { Params, Result } from '../../../shared/messages.ts';
import { DRAFT_MS_MAX } from '../../../shared/limits.ts';
import type { Caller } from '../../hub/handler.ts';
import { answerOf } from './line.ts';
import type { SaidEntry } from './line.ts';
import type { Holding } from './holding.ts';
import { placeOf } from '../../rooms/place.ts';
import type { ChatParts, Verdict } from './parts.ts';
import type { Room } from './room-book.ts';
import { cleanWords, lookFor, mentionsIn, replyIn } from './words.ts';

type Draft = { readonly params: Params<'chat.send'>; readonly text: string; readonly verdict: Verdict };

export const createSending = ({ deps, writer, book, teller, nextId }: ChatParts, holding: Holding) => {
  const outcomes = deps.metrics.counter('qiao_chat_lines_total', 'Chat lines taken, by what became of them.', ['outcome']);

  const compose = (room: Room, caller: Caller, { params, text, verdict }: Draft): SaidEntry => {
    const { seat, user } = placeOf(caller);
    const replyTo = replyIn(room, params.replyToLineId);
    return {
      kind: 'said',
      roomId: room.id,
      broadcastId: deps.broadcastIdIn(room.id),
      key: params.key,
      replyToLineId: replyTo?.lineId ?? null,
      isShadow: verdict.isShadow,
      // Nobody need look at what nobody else will see.
      state: verdict.hold && !verdict.isShadow ? 'held' : 'shown',
      holdCause: verdict.hold,
      hiddenBy: null,
      said: {
        kind: 'said',
        lineId: nextId(),
        author: { userId: user.userId, name: user.name, displayName: user.displayName, role: seat.isOwner ? 'host' : seat.role, fanLevel: deps.fanLevelIn(room.id, user.userId) },
        text,
        look: lookFor(params.look, seat.role),
        saidAtMs: deps.clock.nowMs(),
        stamp: deps.stampFrame(caller, params.seen, { draftMsMax: DRAFT_MS_MAX }),
        replyTo,
        mentions: mentionsIn(text, room, deps.userIdsNamed),
        editedAtMs: null,
      },
    };
  };

  return {
    send(params: Params<'chat.send'>, caller: Caller): Result<'chat.send'> {
      const { seat, user } = placeOf(caller);
      const room = book.open(seat.roomId);
      // Before it is judged: slow mode must not refuse a line because it was said already.
      const earlier = room.lines.sentAs(user.userId, params.key);
      if (earlier) return answerOf(earlier);
      const text = cleanWords(params.text);
      writer.admit();
      const entry = compose(room, caller, { params, text, verdict: deps.judge(caller, { text, isEdit: false }) });
      room.lines.add(entry);
      writer.add(entry);
      if (entry.state === 'held') holding.hold(room, entry);
      else if (!entry.isShadow) teller.tell(room.id, entry);
      outcomes.inc({ outcome: entry.isShadow ? 'shadow' : entry.state });
      return answerOf(entry);
    },
  };
};
