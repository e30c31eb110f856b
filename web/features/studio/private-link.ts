// The link for viewers. The secret of a private broadcast's is kept in this tab so that a reload still can show it; other tabs never see it.

import type { BroadcastId } from '../../../shared/ids.ts';
import { watchPath } from '../../routes.ts';

const keyOf = (broadcastId: BroadcastId): string => `qiao.link.${broadcastId}`;

export const keepLinkKey = (storage: Pick<Storage, 'setItem'>, broadcastId: BroadcastId, linkKey: string): void => {
  try {
    storage.setItem(keyOf(broadcastId), linkKey);
  } catch {
    // Storage is switched off: the link is shown until the page is left.
  }
};

export const recallLinkKey = (storage: Pick<Storage, 'getItem'>, broadcastId: BroadcastId): string | null => {
  try {
    return storage.getItem(keyOf(broadcastId));
  } catch {
    return null;
  }
};

/** The link to hand on. It says that it was (rule H3), as the link behind a viewer's share button does. */
export const viewerLink = (origin: string, handle: string, linkKey: string | null): string => {
  const url = new URL(watchPath(handle), origin);
  if (linkKey !== null) url.searchParams.set('key', linkKey);
  url.searchParams.set('from', 'share');
  return url.href;
};
