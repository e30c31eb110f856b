// Credentials for the operator's TURN server, made anew for each transport: nobody can use it for long, or without a room here.
// The server itself never talks to it: both share a secret (coturn's `use-auth-secret`), which leaves neither this file nor a log.

import { createHmac } from 'node:crypto';
import type { IceServer } from '../../shared/messages/rtp.ts';

export type TurnSettings = {
  /** `turn:` and `turns:` */
  readonly urls: readonly string[];
  readonly secret: string;
};

/**
 * Asked for when a page opens its way, not while it uses it: a new transport brings new ones. Long enough for an ICE restart
 * late in a long broadcast, and short enough that a copied one is soon worthless.
 */
export const TURN_HOURS_VALID = 12;

/**
 * As in draft-uberti-behave-turn-rest-00: the user name says until when (seconds since 1970) and for whom, the password proves that
 * we said so. `forWhom`: what the TURN server counts its quotas by; no colon.
 */
export const turnServer = ({ urls, secret }: TurnSettings, forWhom: string, nowMs: number): IceServer => {
  const username = `${Math.floor(nowMs / 1000) + TURN_HOURS_VALID * 3600}:${forWhom}`;
  return { urls: [...urls], username, credential: createHmac('sha1', secret).update(username).digest('base64') };
};
