// The rules of going live (B1-B9): start, interruption, resume, end. Owns what is on air, keyed by room; knows no media:
// whether anything of the host's arrives is told to it. The database is behind `store`, and its absence ends nothing.

import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { BroadcastId, ImageId, RoomId } from '../../../shared/ids.ts';
import { RESUME_GRACE_MS, TAG_CHARS_MAX, TITLE_CHARS_MAX } from '../../../shared/limits.ts';
import type { BroadcastSummary, BroadcastView, Visibility } from '../../../shared/messages/broadcasts.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import type { EventData, Params, Result } from '../../../shared/messages.ts';
import type { Publish } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { createWriteBehind } from '../../lib/write-behind.ts';
import { countViewers, summaryOf } from './on-air.ts';
import type { Described, OnAir } from './on-air.ts';
import type { BroadcastStore } from './store.ts';
import { createTroubleWatch } from './trouble.ts';

/** How often peak and sum of viewers are saved, and with them how long an unfinished broadcast was alive. */
const SAVE_INTERVAL_MS = 15_000;

export type BroadcastsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: BroadcastStore;
  readonly publish: Publish;
  readonly resumeGraceMs?: number;
  readonly publicationsIn: (roomId: RoomId) => Publication[];
  readonly viewersIn: (roomId: RoomId) => number;
  readonly imageUrl: (id: ImageId) => string;
  /** A private broadcast began: whoever has no key must go (rule J6). */
  readonly privateStarted: (roomId: RoomId) => void;
  /** Begun anew, not gone on with after an interruption or a restart. */
  readonly began: (roomId: RoomId, broadcast: BroadcastView) => void;
  readonly ended: (roomId: RoomId, broadcastId: BroadcastId, visibility: Visibility) => void;
};

type Typed = Omit<Described, 'visibility'>;

/** People's words as one line each; tags that are empty or twice are left out. */
const clean = ({ title, category, tags, language }: Typed): Typed => {
  const cleaned = cleanLine(title);
  if (cleaned === '' || cleaned.length > TITLE_CHARS_MAX) throw new AppError('bad_request', 'the title is empty or too long');
  const fits = (tag: string): boolean => tag !== '' && tag.length <= TAG_CHARS_MAX;
  return { title: cleaned, category, tags: [...new Set(tags.map(cleanLine).filter(fits))], language };
};

export const createBroadcasts = (deps: BroadcastsDeps) => {
  const { clock, log, store, publish } = deps;
  const resumeGraceMs = deps.resumeGraceMs ?? RESUME_GRACE_MS;
  const onAir = new Map<RoomId, OnAir>();
  const starting = new Set<RoomId>();
  const writes = createWriteBehind({ clock, log });

  const view = (it: OnAir): BroadcastView => ({
    broadcastId: it.id,
    ...it.described,
    coverUrl: it.coverImageId && deps.imageUrl(it.coverImageId),
    startedAtMs: it.startedAtMs,
    state: it.state,
    publications: deps.publicationsIn(it.roomId),
    hostClock: it.hostClock,
    trouble: it.trouble.told(),
  });

  const onAirIn = (roomId: RoomId): OnAir => {
    const found = onAir.get(roomId);
    if (!found) throw new AppError('not_live');
    return found;
  };

  const waitForHost = (it: OnAir): void => {
    it.grace?.();
    it.grace = clock.after(resumeGraceMs, () => {
      finish(it, 'timeout');
    });
  };

  const finish = (it: OnAir, reason: EventData<'broadcast.ended'>['reason']): BroadcastSummary => {
    it.grace?.();
    it.trouble.close();
    const nowMs = clock.nowMs();
    countViewers(it, deps.viewersIn(it.roomId), nowMs);
    const summary = summaryOf(it, nowMs);
    onAir.delete(it.roomId);
    writes.add(it.id, () => store.finish(it.id, { endedAtMs: nowMs, reason, peakViewers: it.peakViewers, viewerMs: it.viewerMs }));
    publish(it.roomId, 'broadcast.ended', { broadcastId: it.id, reason });
    log.info({ room: it.roomId, broadcast: it.id, reason, durationMs: summary.durationMs }, 'broadcast ended');
    deps.ended(it.roomId, it.id, it.described.visibility);
    return summary;
  };

  const begin = (roomId: RoomId, fields: Pick<OnAir, 'id' | 'startedAtMs' | 'linkKey' | 'coverImageId' | 'described' | 'state'>): OnAir => {
    const viewers = deps.viewersIn(roomId);
    const it: OnAir = {
      ...fields,
      roomId,
      hostClock: null,
      trouble: createTroubleWatch({ clock, changed: (trouble) => publish(roomId, 'broadcast.troubled', { trouble }) }),
      viewers,
      peakViewers: viewers,
      viewerMs: 0,
      countedAtMs: clock.nowMs(),
      grace: null,
    };
    onAir.set(roomId, it);
    waitForHost(it); // until the first publication arrives
    return it;
  };

  const start = async (roomId: RoomId, params: Params<'broadcast.start'>): Promise<Result<'broadcast.start'>> => {
    if (onAir.has(roomId) || starting.has(roomId)) throw new AppError('already_live');
    const { coverImageId, visibility, ...typed } = params;
    const described = { ...clean(typed), visibility };
    const id = randomUUID() as BroadcastId;
    const linkKey = described.visibility === 'private' ? randomBytes(18).toString('base64url') : null;
    const startedAtMs = clock.nowMs();
    starting.add(roomId);
    try {
      await store.start({ id, channelId: roomId, ...described, linkKey, coverImageId, startedAtMs });
    } finally {
      starting.delete(roomId);
    }
    if (linkKey) deps.privateStarted(roomId);
    const it = begin(roomId, { id, startedAtMs, linkKey, coverImageId, described, state: 'live' });
    publish(roomId, 'broadcast.started', view(it));
    deps.began(roomId, view(it));
    log.info({ room: roomId, broadcast: id, visibility: described.visibility }, 'broadcast started');
    return { broadcast: view(it), linkKey };
  };

  const save = (): void => {
    for (const it of onAir.values()) {
      countViewers(it, it.viewers, clock.nowMs());
      // Only a convenience for the summary after a crash, so a failure waits for the next time.
      store.saveProgress(it.id, { aliveAtMs: it.countedAtMs, peakViewers: it.peakViewers, viewerMs: it.viewerMs }).catch((error: unknown) => {
        log.warn({ err: error }, 'progress not saved');
      });
    }
  };
  const listed = (isShown: (it: OnAir) => boolean): { roomId: RoomId; broadcast: BroadcastView; viewers: number }[] =>
    [...onAir.values()]
      .filter(isShown)
      .sort((a, b) => b.viewers - a.viewers || b.startedAtMs - a.startedAtMs)
      .map((it) => ({ roomId: it.roomId, broadcast: view(it), viewers: it.viewers }));

  const stopSaving = clock.every(SAVE_INTERVAL_MS, save);

  return {
    start,
    async update(roomId: RoomId, params: Params<'broadcast.update'>): Promise<Result<'broadcast.update'>> {
      const it = onAirIn(roomId);
      const { title = it.described.title, category = it.described.category, tags = it.described.tags, language = it.described.language } = params;
      const described = { ...it.described, ...clean({ title, category, tags, language }) };
      await store.describe(it.id, described);
      it.described = described;
      publish(roomId, 'broadcast.updated', view(it));
      return {};
    },
    end: (roomId: RoomId): BroadcastSummary => finish(onAirIn(roomId), 'host'),
    report(roomId: RoomId, params: Params<'broadcast.report'>): void {
      const it = onAirIn(roomId);
      const isFirst = it.hostClock === null && params.hostClock !== null;
      it.hostClock = params.hostClock ?? it.hostClock;
      if (it.state === 'live') it.trouble.studioSaid(params.trouble);
      // Viewers need it once, and again only when it moved further than both bounds allow; the snapshot has the newest.
      if (isFirst) publish(roomId, 'broadcast.updated', view(it));
    },
    /** Does anything of the host's arrive? Turns `live` into `interrupted` and back (rule B3). */
    hostArrives(roomId: RoomId, arrives: boolean): void {
      const it = onAir.get(roomId);
      if (!it) return;
      if (arrives) {
        it.grace?.();
        it.grace = null;
        if (it.state === 'live') return;
        it.state = 'live';
        publish(roomId, 'broadcast.resumed', view(it));
      } else if (it.state === 'live') {
        it.state = 'interrupted';
        it.trouble.studioSaid('none'); // Pages say that the host is away, which is more.
        waitForHost(it);
        publish(roomId, 'broadcast.interrupted', { graceMs: resumeGraceMs });
      }
    },
    /** Which rooms suffer from a server that does not keep up (rule B9); may be said as often as one likes. */
    serverSuffers(isBusy: (roomId: RoomId) => boolean): void {
      for (const it of onAir.values()) it.trouble.serverSaid(isBusy(it.roomId));
    },
    viewersChanged(roomId: RoomId, viewers: number): void {
      const it = onAir.get(roomId);
      if (it) countViewers(it, viewers, clock.nowMs());
    },
    /** Throws `link_invalid` where a private broadcast is on and this is not its key. */
    admit(roomId: RoomId, linkKey: string | undefined): void {
      const wanted = onAir.get(roomId)?.linkKey ?? null;
      if (wanted === null) return;
      const given = Buffer.from(linkKey ?? '');
      if (given.length !== wanted.length || !timingSafeEqual(given, Buffer.from(wanted))) throw new AppError('link_invalid');
    },
    isOnAir: (roomId: RoomId): boolean => onAir.has(roomId),
    viewIn: (roomId: RoomId): BroadcastView | null => {
      const it = onAir.get(roomId);
      return it ? view(it) : null;
    },
    /** For the host alone (rule B5). */
    linkKeyIn: (roomId: RoomId): string | null => onAir.get(roomId)?.linkKey ?? null,
    startedAtIn: (roomId: RoomId): number | null => onAir.get(roomId)?.startedAtMs ?? null,
    idIn: (roomId: RoomId): BroadcastId | null => onAir.get(roomId)?.id ?? null,
    /** A public one in this room, as lists show it; null: none. */
    listedIn(roomId: RoomId): { broadcast: BroadcastView; viewers: number } | null {
      const it = onAir.get(roomId);
      return it?.described.visibility === 'public' ? { broadcast: view(it), viewers: it.viewers } : null;
    },
    roomsOnAir: (): RoomId[] => [...onAir.keys()],
    /** Public ones, most watched first. */
    listed: () => listed((it) => it.described.visibility === 'public'),
    /** The same of all, private ones too: for the operator. */
    allListed: () => listed(() => true),
    past: (roomId: RoomId): Promise<BroadcastSummary[]> => store.past(roomId),
    /** What was on air when the server went down is interrupted, and its host has the usual time to come back (rule B4). */
    async restore(): Promise<void> {
      for (const row of await store.unfinished()) {
        const it = begin(row.channelId, { ...row, state: 'interrupted' });
        it.peakViewers = row.peakViewers;
        it.viewerMs = row.viewerMs;
        log.info({ room: it.roomId, broadcast: it.id }, 'broadcast waits for its host');
      }
    },
    /** Saves what is on air, without ending it: the next start restores it. */
    async close(): Promise<void> {
      stopSaving();
      for (const it of onAir.values()) {
        it.grace?.();
        it.trouble.close();
      }
      save();
      await writes.close();
    },
  };
};

export type Broadcasts = ReturnType<typeof createBroadcasts>;
