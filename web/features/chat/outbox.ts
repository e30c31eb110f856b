// What this person has said and the server has not yet answered for. Sends one line after the other, so that their order holds,
// and sends again by itself what a lost connection may have swallowed: the key makes it one line (rule C1). Knows no Svelte.

import type { RequestKey } from '../../../shared/ids.ts';
import type { DanmakuLook, SaidLine } from '../../../shared/messages/chat.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import type { Cancel, Clock } from '../../live/clock.ts';
import { isPassing, RequestError, type RequestErrorCode } from '../../live/request-error.ts';
import type { Ask } from '../../live/requests.ts';

export type Outgoing = {
  readonly key: RequestKey;
  readonly text: string;
  readonly look: DanmakuLook;
  readonly replyTo: SaidLine | null;
  readonly seen: SeenFrame | null;
  /** Null: on its way. Else the server said no, and the words wait for what their author does with them. */
  readonly problem: RequestErrorCode | null;
  /** It was already heard among the lines of the room; only the answer is missing. */
  readonly isSaid: boolean;
};

export type Taken = { readonly line: SaidLine; readonly isHeld: boolean };

const RETRY_AFTER_MS = 2_000;
/** Of one line that meets a server in trouble; the connection's own losses do not count. */
const TRIES_MAX = 5;
const OUTGOING_MAX = 20;

export type OutboxDeps = {
  readonly ask: Ask;
  readonly clock: Clock;
  readonly isJoined: () => boolean;
  readonly changed: (outgoing: readonly Outgoing[]) => void;
  readonly taken: (outgoing: Outgoing, taken: Taken) => void;
  /** The answer was no. */
  readonly refused: (outgoing: Outgoing, error: RequestError) => void;
};

const squeezed = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

export const createOutbox = (deps: OutboxDeps) => {
  let list: readonly Outgoing[] = [];
  let isSending = false;
  let cancelRetry: Cancel = () => {};
  /** The server said when to ask again; whatever happens meanwhile, nothing goes out before. */
  let isResting = false;
  let tries = 0;

  const become = (next: readonly Outgoing[]): void => {
    list = next;
    deps.changed(list);
  };
  const change = (key: RequestKey, part: Partial<Outgoing>): void => become(list.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const take = (key: RequestKey): void => become(list.filter((one) => one.key !== key));

  const failed = (one: Outgoing, error: unknown): void => {
    if (!(error instanceof RequestError)) throw error;
    const isLost = error.code === 'unreachable' || error.code === 'not_joined';
    // Too fast is no trouble: the line's turn comes.
    if (!isLost && error.code !== 'too_many_requests') tries += 1;
    if (!isPassing(error.code) || tries >= TRIES_MAX) {
      tries = 0;
      // What was heard was another with the same words.
      change(one.key, { problem: error.code, isSaid: false });
      deps.refused(one, error);
      return pump();
    }
    isResting = !isLost; // A connection that is back is a reason to send at once.
    cancelRetry = deps.clock.after(error.retryAfterMs ?? RETRY_AFTER_MS, () => {
      isResting = false;
      pump();
    });
  };

  const send = async (one: Outgoing): Promise<void> => {
    const params = { key: one.key, text: one.text, look: one.look, replyToLineId: one.replyTo?.lineId ?? null, seen: one.seen };
    try {
      const taken = await deps.ask('chat.send', params);
      isSending = false;
      tries = 0;
      take(one.key);
      deps.taken(one, taken);
      pump();
    } catch (error) {
      isSending = false;
      failed(one, error);
    }
  };

  function pump(): void {
    if (isResting) return;
    cancelRetry();
    const next = list.find(({ problem }) => problem === null);
    if (isSending || !next || !deps.isJoined()) return;
    isSending = true;
    void send(next);
  }

  return {
    /** False: too much is waiting already. */
    add(one: Omit<Outgoing, 'problem' | 'isSaid'>): boolean {
      if (list.length >= OUTGOING_MAX) return false;
      become([...list, { ...one, problem: null, isSaid: false }]);
      pump();
      return true;
    },
    /** The connection is back. */
    resume: pump,
    /** A refused one again, after those that were said since. */
    retry(key: RequestKey): void {
      const one = list.find((other) => other.key === key);
      if (!one) return;
      become([...list.filter((other) => other.key !== key), { ...one, problem: null }]);
      pump();
    },
    discard: take,
    /** Own lines among those that were heard: the room knows them, so they need not be shown as on their way. */
    heard(lines: readonly SaidLine[]): void {
      for (const { text } of lines) {
        const found = list.find((one) => one.problem === null && !one.isSaid && squeezed(one.text) === squeezed(text));
        if (found) change(found.key, { isSaid: true });
      }
    },
    /** Takes out the line that this one answered, when it is gone. */
    forget(isGone: (line: SaidLine) => boolean): void {
      if (list.some(({ replyTo }) => replyTo && isGone(replyTo))) {
        become(list.map((one) => (one.replyTo && isGone(one.replyTo) ? { ...one, replyTo: null } : one)));
      }
    },
    close: () => cancelRetry(),
  };
};

export type Outbox = ReturnType<typeof createOutbox>;
