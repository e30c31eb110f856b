// Channels as the rest of the server meets them: routes, and the ways to find one.

import { channelRoutes } from './routes.ts';
import { createChannelRules } from './rules.ts';
import type { ChannelsDeps } from './rules.ts';

export const createChannels = (deps: ChannelsDeps) => {
  const rules = createChannelRules(deps);
  const { findByHandle, findById, channelOf, ownRoom, forget } = rules;
  return { routes: channelRoutes(rules), findByHandle, findById, channelOf, ownRoom, forget };
};
