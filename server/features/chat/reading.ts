// Reading back: pages of history, from memory while that is sure to have all, and moderators' search (rule C7).

import type { Params, Result } from '../../../shared/messages.ts';
import { CHAT_PAGE_MAX } from '../../../shared/limits.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import type { SaidEntry } from './line.ts';
import type { ChatParts } from './parts.ts';

const placeOf = ({ seat, user }: Caller) => {
  if (!seat) throw new AppError('not_joined');
  return { roomId: seat.roomId, reader: user?.userId ?? null };
};

/** One more than a page was asked for, newest first. */
const pageOf = (found: readonly SaidEntry[]): Result<'chat.history'> => ({
  lines: found.slice(0, CHAT_PAGE_MAX).map(({ said }) => said).reverse(),
  hasMore: found.length > CHAT_PAGE_MAX,
});

export const createReading = ({ store, writer, book }: Pick<ChatParts, 'store' | 'writer' | 'book'>) => {
  const read = async (search: () => Promise<SaidEntry[]>): Promise<Result<'chat.history'>> => {
    await writer.flush();
    return pageOf(await search());
  };
  return {
    async history({ beforeLineId }: Params<'chat.history'>, caller: Caller): Promise<Result<'chat.history'>> {
      const { roomId, reader } = placeOf(caller);
      const room = await book.ready(roomId);
      const { lines, hasMore, isSure } = room.lines.page(reader, beforeLineId, CHAT_PAGE_MAX);
      if (isSure) return { lines, hasMore };
      return read(() => store.page(roomId, reader, beforeLineId, CHAT_PAGE_MAX + 1));
    },
    search(params: Params<'chat.search'>, caller: Caller): Promise<Result<'chat.search'>> {
      const { roomId } = placeOf(caller);
      const text = cleanLine(params.text);
      if (text === '') throw new AppError('bad_request', 'nothing to search for');
      return read(() => store.search(roomId, text, params.beforeLineId, CHAT_PAGE_MAX + 1));
    },
  };
};
