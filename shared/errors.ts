// Every error code a client can meet: its HTTP status and whether trying again later can help.
// Words for people live in web/text under the same code (`error_<code>`), and a test keeps the two lists equal.

type ErrorRow = { readonly http: number; readonly retryable: boolean };

export const ERRORS = {
  bad_request: { http: 400, retryable: false },
  bad_image: { http: 400, retryable: false },
  name_invalid: { http: 400, retryable: false },
  name_confusing: { http: 400, retryable: false },
  password_weak: { http: 400, retryable: false },
  handle_invalid: { http: 400, retryable: false },
  codec_unsupported: { http: 400, retryable: false },
  not_logged_in: { http: 401, retryable: false },
  insufficient_coins: { http: 402, retryable: false },
  payment_failed: { http: 402, retryable: false },
  login_failed: { http: 401, retryable: false },
  permission_denied: { http: 403, retryable: false },
  banned: { http: 403, retryable: false },
  timed_out: { http: 403, retryable: true },
  followers_only: { http: 403, retryable: false },
  word_blocked: { http: 403, retryable: false },
  link_blocked: { http: 403, retryable: false },
  own_channel: { http: 403, retryable: false },
  wallet_frozen: { http: 403, retryable: false },
  origin_refused: { http: 403, retryable: false },
  link_invalid: { http: 403, retryable: false },
  stage_link_invalid: { http: 403, retryable: false },
  not_found: { http: 404, retryable: false },
  channel_not_found: { http: 404, retryable: false },
  method_not_allowed: { http: 405, retryable: false },
  not_joined: { http: 409, retryable: false },
  already_joined: { http: 409, retryable: false },
  name_taken: { http: 409, retryable: false },
  handle_taken: { http: 409, retryable: false },
  channel_exists: { http: 409, retryable: false },
  already_live: { http: 409, retryable: false },
  stage_full: { http: 409, retryable: true },
  already_on_stage: { http: 409, retryable: false },
  not_live: { http: 409, retryable: false },
  already_linked: { http: 409, retryable: false },
  not_linked: { http: 409, retryable: false },
  link_private: { http: 409, retryable: false },
  battle_running: { http: 409, retryable: false },
  too_many_items: { http: 409, retryable: false },
  poll_closed: { http: 409, retryable: false },
  poll_running: { http: 409, retryable: false },
  key_reused: { http: 409, retryable: false },
  gift_unknown: { http: 409, retryable: false },
  red_packet_over: { http: 409, retryable: false },
  not_seen_yet: { http: 409, retryable: true },
  payout_refused: { http: 409, retryable: false },
  already_decided: { http: 409, retryable: false },
  on_air: { http: 409, retryable: false },
  money_left: { http: 409, retryable: false },
  transport_gone: { http: 409, retryable: true },
  too_large: { http: 413, retryable: false },
  unsupported_type: { http: 415, retryable: false },
  too_many_requests: { http: 429, retryable: true },
  slow_mode: { http: 429, retryable: true },
  internal: { http: 500, retryable: true },
  busy: { http: 503, retryable: true },
  database_unavailable: { http: 503, retryable: true },
  media_unavailable: { http: 503, retryable: true },
  draining: { http: 503, retryable: true },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * WebSocket close codes. The range is the rule, so that an old client treats a new code rightly:
 * 4000-4499 the client may reconnect, 4500-4999 it must not.
 */
export const CLOSE = {
  draining: 4001,
  slow: 4002,
  join_timeout: 4003,
  internal: 4004,
  rejoin: 4005, // your place here changed: join again and see
  bad_frame: 4500,
  too_many_requests: 4501,
  replaced: 4502,
  logged_out: 4503,
  too_many_connections: 4504,
} as const;

export type CloseReason = keyof typeof CLOSE;

/** May a client reconnect after this close code? Codes below 4000 are the network's and the browser's. */
export const mayReconnect = (code: number): boolean => code < 4500;
