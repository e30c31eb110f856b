// The secret of a private broadcast's link, kept in this tab so that a reload still can show it. Other tabs never see it.

import type { BroadcastId } from '../../../shared/ids.ts';

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
