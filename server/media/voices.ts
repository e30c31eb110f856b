// Who speaks in one room: which microphones are loud, who is told to be speaking, and which voices are left out when too many
// microphones are on (rules W9, W10). Listens at the origin, where everybody's sound comes in. Knows microphones and nothing of
// who watches. Invariant: a voice that is loud is among those that every viewer receives, after one look at the levels.

import type { types } from 'mediasoup';
import type { Cancel, Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createTicks } from '../lib/ticks.ts';
import type { Ticks } from '../lib/ticks.ts';
import type { ParticipantId, PublicationId } from '../../shared/ids.ts';
import { STAGE_SEATS_MAX, VOICES_MAX } from '../../shared/limits.ts';
import type { Publication } from './publication.ts';
import { isGone } from './refusal.ts';

export type VoicesDeps = {
  readonly log: Log;
  readonly clock: Clock;
  readonly router: () => Promise<Pick<types.Router, 'createAudioLevelObserver'>>;
  /** Heard whatever others do. */
  readonly isAlwaysHeard: (participantId: ParticipantId) => boolean;
  /** Who began last first. */
  readonly speakingChanged: (participantIds: readonly ParticipantId[]) => void;
  /** `leftOut` gives other answers now. */
  readonly changed: () => void;
};

/** mediasoup judges by ten packets or more, and the slowest microphones send 50 a second. */
const LOOK_MS = 300;
/** dBov: a voice at a microphone is at -20 to -40, a quiet room below -60. */
const LOUD_DBOV = -50;
/** Between words people go on speaking. */
const PAUSE_MS_MAX = 900;
/** So that who speaks again just then is not told to be silent between. */
const LOOKED_AFTER_MS = 50;
/** Rule W10. */
const TELL_EVERY_MS = 250;

type Mic = { readonly publication: Publication; loudAtMs: number };

export class Voices {
  readonly #deps: VoicesDeps;
  /** In the order of who was loud last. */
  #mics: Mic[] = [];
  /** That order, as the viewers follow it: it is left alone as long as all loud ones are received by everybody. */
  #followed: PublicationId[] = [];
  #speaking: readonly ParticipantId[] = [];
  #observer: Promise<types.AudioLevelObserver> | null = null;
  #pause: Cancel = () => {};
  readonly #ticks: Ticks<'tell'>;

  constructor(deps: VoicesDeps) {
    this.#deps = deps;
    this.#ticks = createTicks({ clock: deps.clock, tickMs: TELL_EVERY_MS, tick: () => this.#tell() });
  }

  /** Viewers are told of the new publication anyway, after this. */
  add(publication: Publication): void {
    if (publication.source !== 'microphone') return;
    const others = [...this.#mics];
    this.#mics = [{ publication, loudAtMs: 0 }, ...others];
    this.#follow();
    if (this.#mics.length < 2) return;
    const missing = this.#observer === null ? this.#mics : this.#mics.slice(0, 1);
    this.#observer ??= this.#open();
    for (const mic of missing) void this.#hearOn(this.#observer, mic.publication);
  }

  /** So it is when one ends. */
  remove(id: PublicationId): void {
    if (!this.#mics.some(({ publication }) => publication.id === id)) return;
    this.#mics = this.#mics.filter(({ publication }) => publication.id !== id);
    this.#followed = this.#followed.filter((other) => other !== id);
    if (this.#mics.length < 2) this.#deafen();
    this.#ticks.ask('tell');
  }

  /** Who unmutes is about to speak, and shall not lose the first syllable. */
  muteChanged(publication: Publication): void {
    const mic = this.#mics.find((one) => one.publication === publication);
    if (!mic) return;
    if (!publication.producer.paused) this.#mics = [mic, ...this.#mics.filter((one) => one !== mic)];
    this.#follow();
    // With as many as that, one place was given or taken.
    if (this.#on().length >= VOICES_MAX) this.#deps.changed();
  }

  /** Of the microphones that a viewer may hear, those that it does not now. */
  leftOut(audible: readonly Publication[]): ReadonlySet<PublicationId> {
    const on = audible.filter(({ source, producer }) => source === 'microphone' && !producer.paused);
    if (on.length <= VOICES_MAX) return new Set();
    const rank = ({ id, participantId }: Publication): number => (this.#deps.isAlwaysHeard(participantId) ? -1 : this.#followed.indexOf(id));
    return new Set(on.sort((a, b) => rank(a) - rank(b)).slice(VOICES_MAX).map(({ id }) => id));
  }

  /** The router is gone, and with it the microphones. */
  close(): void {
    this.#mics = [];
    this.#followed = [];
    this.#deafen();
    this.#ticks.ask('tell');
    this.#ticks.close();
  }

  /** One that fails is forgotten, and the next microphone tries again for all. */
  #open(): Promise<types.AudioLevelObserver> {
    const observing = this.#listen();
    observing.catch(() => {
      if (this.#observer === observing) this.#observer = null;
    });
    return observing;
  }

  async #listen(): Promise<types.AudioLevelObserver> {
    const router = await this.#deps.router();
    const observer = await router.createAudioLevelObserver({ maxEntries: STAGE_SEATS_MAX, threshold: LOUD_DBOV, interval: LOOK_MS });
    observer.on('volumes', (volumes) => this.#heard(new Set(volumes.map(({ producer }) => producer.id))));
    return observer;
  }

  async #hearOn(observing: Promise<types.AudioLevelObserver>, { producer, id }: Publication): Promise<void> {
    try {
      const observer = await observing;
      if (!producer.closed) await observer.addProducer({ producerId: id });
    } catch (err) {
      if (!isGone(err) && !producer.closed) this.#deps.log.error({ err }, 'voice is not listened to');
    }
  }

  #deafen(): void {
    this.#observer?.then((observer) => observer.close()).catch(() => {}); // one that never opened has nothing to close
    this.#observer = null;
    this.#pause();
  }

  #heard(loud: ReadonlySet<string>): void {
    const nowMs = this.#deps.clock.nowMs();
    const isLoud = ({ publication }: Mic): boolean => loud.has(publication.id) && !publication.producer.paused;
    const speakers = this.#mics.filter(isLoud);
    for (const mic of speakers) mic.loudAtMs = nowMs;
    // Those who are loud together keep their order, so that a lively talk moves nobody in and out.
    this.#mics = [...speakers, ...this.#mics.filter((mic) => !isLoud(mic))];
    if (this.#isCutOff(speakers)) {
      this.#follow();
      this.#deps.changed();
    }
    this.#ticks.ask('tell');
  }

  /** One place is the host's. Who is further back in the order may be left out for somebody. */
  #isCutOff(speakers: readonly Mic[]): boolean {
    const on = this.#on();
    if (on.length <= VOICES_MAX) return false;
    const others = new Set(on.flatMap(({ publication: { id, participantId } }) => (this.#deps.isAlwaysHeard(participantId) ? [] : id)));
    const safe = new Set(this.#followed.filter((id) => others.has(id)).slice(0, VOICES_MAX - 1));
    return speakers.some(({ publication: { id } }) => others.has(id) && !safe.has(id));
  }

  #on(): Mic[] {
    return this.#mics.filter(({ publication }) => !publication.producer.paused);
  }

  #follow(): void {
    this.#followed = this.#mics.map(({ publication }) => publication.id);
  }

  /** Soon after the first of those who speak has been quiet for long enough. Each look asks for the next, since timers may be early. */
  #lookAgain(speakers: readonly Mic[], nowMs: number): void {
    this.#pause();
    this.#pause = () => {};
    if (speakers.length === 0) return;
    const quietAtMs = Math.min(...speakers.map(({ loudAtMs }) => loudAtMs)) + PAUSE_MS_MAX;
    this.#pause = this.#deps.clock.after(quietAtMs - nowMs + LOOKED_AFTER_MS, () => this.#ticks.ask('tell'));
  }

  #tell(): void {
    const nowMs = this.#deps.clock.nowMs();
    const sinceMs = nowMs - PAUSE_MS_MAX;
    const speak = this.#mics.filter(({ publication, loudAtMs }) => loudAtMs > sinceMs && !publication.producer.paused);
    this.#lookAgain(speak, nowMs);
    const now = new Set(this.#mics.length < 2 ? [] : speak.map(({ publication }) => publication.participantId));
    const going = this.#speaking.filter((id) => now.has(id));
    const speaking = [...[...now].filter((id) => !going.includes(id)), ...going].slice(0, STAGE_SEATS_MAX);
    if (speaking.join() === this.#speaking.join()) return;
    this.#speaking = speaking;
    this.#deps.speakingChanged(speaking);
  }
}
