// Every number both ends must agree on. The unit and the bound are the end of the name.

export const FRAME_BYTES_MAX = 64 * 1024; // one WebSocket frame; the largest honest one is an RTP offer of ~6 kB
export const BODY_BYTES_MAX = 16 * 1024; // one JSON HTTP body
export const QUEUED_REQUESTS_MAX = 64; // waiting in one connection's serial queue
export const QUEUED_BYTES_MAX = 256 * 1024; // unsent towards one slow reader before it is cut
export const JOIN_TIMEOUT_MS = 10_000; // say which room or be closed; three other SFUs chose the same
export const IDLE_TIMEOUT_S = 30; // a socket that neither sends nor answers pings
export const REQUEST_TIMEOUT_MS = 10_000; // how long either end waits for a reply
export const CONNECTIONS_PER_ADDRESS_MAX = 200;

export const NAME_CHARS_MIN = 2;
export const NAME_CHARS_MAX = 24;
export const DISPLAY_NAME_CHARS_MAX = 40;
export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 128;
export const HANDLE_CHARS_MIN = 3;
export const HANDLE_CHARS_MAX = 24;
export const ABOUT_CHARS_MAX = 1_000;
export const TITLE_CHARS_MAX = 100;
export const TAG_CHARS_MAX = 24;
export const TAGS_MAX = 5;
export const SESSIONS_PER_USER_MAX = 20;
export const SESSION_DAYS_MAX = 30;

export const IMAGE_BYTES_MAX = 512 * 1024; // avatars and covers; the page shrinks them before sending
export const IMAGE_PIXELS_MAX = 2048; // either side
export const IMAGES_PER_USER_MAX = 50;
export const THUMBNAIL_BYTES_MAX = 128 * 1024;
export const THUMBNAIL_INTERVAL_MS = 15_000; // how often the studio sends a fresh frame for the home page

export const REJOIN_GRACE_MS = 15_000; // a dropped participant keeps place and media this long
export const RESUME_GRACE_MS = 60_000; // a creator who is back within this goes on with the same broadcast
export const PUBLICATIONS_MAX = 4; // camera, microphone, screen, screen audio
export const PUBLISH_TRANSPORTS_MAX = 3; // one live, two for the connection check
export const VIDEO_LAYERS_MAX = 3;
export const CODECS_MAX = 32; // that a viewer may list
export const REPORT_INTERVAL_MS = 1_000; // viewer's and creator's measurements
export const LIVE_LIST_MAX = 100;

export const REQUESTS_PER_ADDRESS_S_MAX = 2_000; // all connections of one address together: a lecture hall behind one router
export const EVENTS_KEPT_MAX = 1_024; // a room's ring of recent events, for who was away for a moment
export const EVENT_BYTES_KEPT_MAX = 192 * 1024; // of that ring; with its reply it stays below QUEUED_BYTES_MAX

export const CHAT_CHARS_MAX = 300; // one line; a longer thought is two
export const CHAT_HISTORY_MAX = 100; // lines that a page gets when it joins
export const CHAT_PAGE_MAX = 50; // lines of one page of history, search or reports
export const CHAT_BATCH_MAX = 256; // lines in one event; a tick with more becomes several
export const CHAT_TICK_MS = 100; // a loud room's lines are told this often; the first after silence at once
export const CHAT_SEARCH_CHARS_MAX = 60;
export const CHAT_EDIT_MS_MAX = 10 * 60_000; // own lines may be changed this long
export const REPLY_EXCERPT_CHARS_MAX = 80; // of the line that is answered
export const MENTIONS_MAX = 10; // in one line
export const REACTIONS_PER_REQUEST_MAX = 20; // taps since the last request
export const REACTION_TICK_MS = 250;
export const TALLY_TICK_MS = 500; // votes for polls and questions
export const POLL_QUESTION_CHARS_MAX = 140;
export const POLL_OPTION_CHARS_MAX = 60;
export const POLL_OPTIONS_MAX = 6;
export const LATE_VOTES_MS = 5_000; // votes for frames before the close may take this long to arrive
export const QUESTION_CHARS_MAX = 280;
export const ANSWER_CHARS_MAX = 500;
export const QUESTIONS_OPEN_MAX = 100; // of one broadcast, answered ones among them
export const QUESTIONS_PER_USER_MAX = 10; // unanswered, of one person, so that nobody takes the whole list
export const REASON_CHARS_MAX = 200; // of a sanction or report
export const SLOW_MODE_S_MAX = 3_600;
export const SANCTION_S_MAX = 365 * 86_400;
export const FILTER_WORDS_MAX = 500; // of one channel's own list
export const FILTER_WORD_CHARS_MAX = 60;
export const HELD_LINES_MAX = 100; // waiting in one room; more push the oldest out, rejected
export const MODERATORS_MAX = 50; // of one channel
export const LOG_PAGE_MAX = 50;
export const PEOPLE_PAGE_MAX = 200;
export const FRAME_CLAIM_MS_MAX = 60_000; // how old a frame may be that somebody says they saw
export const DRAFT_MS_MAX = 30_000; // a line is about the frame on which its writing began, if that is not longer ago
