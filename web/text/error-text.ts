// Words for every error code. The table is complete by its type: a code without words does not compile. It is written out
// because a computed key would keep every message of the product in the first script.

import type { ErrorCode } from '../../shared/errors.ts';
import { m } from './generated/messages.js';

/** The server's codes, and one of our own for when it cannot be reached at all. */
export type AnyErrorCode = ErrorCode | 'unreachable';

const WORDS: { readonly [C in AnyErrorCode]: () => string } = {
  bad_request: m.error_bad_request,
  bad_image: m.error_bad_image,
  name_invalid: m.error_name_invalid,
  name_confusing: m.error_name_confusing,
  password_weak: m.error_password_weak,
  handle_invalid: m.error_handle_invalid,
  codec_unsupported: m.error_codec_unsupported,
  not_logged_in: m.error_not_logged_in,
  insufficient_coins: m.error_insufficient_coins,
  payment_failed: m.error_payment_failed,
  login_failed: m.error_login_failed,
  permission_denied: m.error_permission_denied,
  banned: m.error_banned,
  timed_out: m.error_timed_out,
  followers_only: m.error_followers_only,
  word_blocked: m.error_word_blocked,
  link_blocked: m.error_link_blocked,
  own_channel: m.error_own_channel,
  wallet_frozen: m.error_wallet_frozen,
  origin_refused: m.error_origin_refused,
  link_invalid: m.error_link_invalid,
  stage_link_invalid: m.error_stage_link_invalid,
  not_found: m.error_not_found,
  channel_not_found: m.error_channel_not_found,
  method_not_allowed: m.error_method_not_allowed,
  not_joined: m.error_not_joined,
  already_joined: m.error_already_joined,
  name_taken: m.error_name_taken,
  handle_taken: m.error_handle_taken,
  channel_exists: m.error_channel_exists,
  already_live: m.error_already_live,
  stage_full: m.error_stage_full,
  already_on_stage: m.error_already_on_stage,
  not_live: m.error_not_live,
  already_linked: m.error_already_linked,
  not_linked: m.error_not_linked,
  link_private: m.error_link_private,
  battle_running: m.error_battle_running,
  poll_closed: m.error_poll_closed,
  poll_running: m.error_poll_running,
  key_reused: m.error_key_reused,
  gift_unknown: m.error_gift_unknown,
  red_packet_over: m.error_red_packet_over,
  not_seen_yet: m.error_not_seen_yet,
  payout_refused: m.error_payout_refused,
  already_decided: m.error_already_decided,
  on_air: m.error_on_air,
  money_left: m.error_money_left,
  too_many_items: m.error_too_many_items,
  transport_gone: m.error_transport_gone,
  too_large: m.error_too_large,
  unsupported_type: m.error_unsupported_type,
  too_many_requests: m.error_too_many_requests,
  slow_mode: m.error_slow_mode,
  internal: m.error_internal,
  busy: m.error_busy,
  database_unavailable: m.error_database_unavailable,
  media_unavailable: m.error_media_unavailable,
  draining: m.error_draining,
  unreachable: m.error_unreachable,
};

/** What happened and what to do, in the page's language. */
export const errorText = (code: AnyErrorCode): string => WORDS[code]();
