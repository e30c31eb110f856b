// Which media section of the session description carries which subscription. Sections keep their place for good (RFC 8829):
// one that ended stays as an empty place, and a later track of the same kind may move in.

import { PUBLICATIONS_MAX, STAGE_SEATS_MAX } from '../../shared/limits.ts';
import type { Subscription } from '../../shared/messages/watch.ts';

export type Section = {
  readonly mid: string;
  readonly subscription: Subscription;
  /** `ended`: its track is gone; the browser knows it and the place may be used again. */
  readonly state: 'live' | 'ended';
};

/** Descriptions grow with each section, and so does the time to apply one. A full stage must fit, and some changes of it. */
const SECTIONS_MAX = PUBLICATIONS_MAX * STAGE_SEATS_MAX + 12;

const midOf = (subscription: Subscription, index: number): string => subscription.rtpParameters.mid ?? `m${index}`;

/** Only a section that an earlier description ended is free, and only for its own kind: Firefox refuses a section that changes it. */
const freePlace = (before: readonly Section[], now: readonly Section[], kind: Subscription['kind']): number =>
  now.findIndex((section, index) => section.state === 'ended' && before[index]?.state === 'ended' && section.subscription.kind === kind);

/** The sections after a change of subscriptions; null when there are too many and a new transport is the better way. */
export const nextSections = (before: readonly Section[], subscriptions: readonly Subscription[]): readonly Section[] | null => {
  const wanted = new Map(subscriptions.map((subscription) => [subscription.consumerId, subscription]));
  const now = before.map((section): Section => {
    const current = wanted.get(section.subscription.consumerId);
    wanted.delete(section.subscription.consumerId);
    return current && section.state === 'live' ? { ...section, subscription: current } : { ...section, state: 'ended' };
  });
  for (const subscription of wanted.values()) {
    const place = freePlace(before, now, subscription.kind);
    const index = place === -1 ? now.length : place;
    now[index] = { mid: midOf(subscription, index), subscription, state: 'live' };
  }
  return now.length > SECTIONS_MAX ? null : now;
};
