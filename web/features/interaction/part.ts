// What every part of the interaction gets and gives: types only.

import type { ParticipantId, UserId } from '../../../shared/ids.ts';
import type { StageView } from '../../../shared/messages/seats.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import type { Permission, Role } from '../../../shared/permissions.ts';
import type { FrameCue } from '../../live/frame-cue.ts';
import type { Hear } from '../../live/connection.ts';
import type { Ask } from '../../live/requests.ts';
import type { Joined } from '../../live/room-session.ts';
import type { Toasts } from '../../ui/toasts.svelte.ts';
import type { FeedEvent } from './room-feed.ts';

export type Person = {
  readonly userId: UserId;
  readonly name: string;
  readonly displayName: string;
  /** Their own, if they have one. */
  readonly channel?: { readonly handle: string } | null;
};

export type PartDeps = {
  readonly ask: Ask;
  readonly hear: Hear;
  readonly toasts: Toasts;
  /** Whose channel this is, for storage and links. */
  readonly handle: string;
  /** Null: a guest. Reactive. */
  readonly me: () => Person | null;
  /** Null: not in the room yet. Reactive. */
  readonly role: () => Role | null;
  /** Is it this person's own channel, wherever they sit? Reactive. */
  readonly isOwner: () => boolean;
  readonly may: (permission: Permission) => boolean;
  readonly isJoined: () => boolean;
  /** This page's, in this room; null: not in it yet. Reactive. */
  readonly participantId: () => ParticipantId | null;
  /** Who sits on the stage, and how it is laid out. Reactive. */
  readonly stage: () => StageView | null;
  /** The frame on this screen now, for everything that is sent; in the studio the camera's own. */
  readonly seen: () => SeenFrame | null;
  readonly cue: FrameCue;
  /** When the broadcast on air began, in the server's clock; null: nothing is on air. Reactive. */
  readonly startedAtMs: () => number | null;
  /** The server's time, as exact as a display needs it. */
  readonly serverNowMs: () => number;
};

/** The state of one feature: it takes the snapshot, and every event after it in order. */
export type Part = {
  readonly joined?: (joined: Joined) => void;
  readonly heard?: (event: FeedEvent) => void;
  readonly close?: () => void;
};
