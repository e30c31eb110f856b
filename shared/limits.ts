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
export const REPORT_INTERVAL_MS = 2_000; // viewer's and creator's measurements
export const LIVE_LIST_MAX = 100;
