// One function for each chat.* message.

import type { Handlers } from '../../hub/handler.ts';
import type { createChanging } from './changing.ts';
import type { createReading } from './reading.ts';
import type { createSending } from './sending.ts';

type Names = 'chat.send' | 'chat.edit' | 'chat.delete' | 'chat.pin' | 'chat.history' | 'chat.search';

export const chatHandlers = (
  sending: ReturnType<typeof createSending>,
  changing: ReturnType<typeof createChanging>,
  reading: ReturnType<typeof createReading>,
): Handlers<Names> => ({
  'chat.send': sending.send,
  'chat.edit': changing.edit,
  'chat.delete': changing.delete,
  'chat.pin': changing.pin,
  'chat.history': reading.history,
  'chat.search': reading.search,
});
