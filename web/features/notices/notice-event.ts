// The word by which a room tells the header, which knows nothing of rooms, that there is a new notice.

export const NOTICE_EVENT = 'qiao-notice';
