// Gifts that were tapped and are not answered for yet. Quick taps of one gift become one request; one goes out after the other.
// Invariant: what was asked once keeps its key and its quantity for good; only what was never asked may still grow.

import type { GiftId, RequestKey } from '../../../shared/ids.ts';
import { GIFT_QUANTITY_MAX } from '../../../shared/limits.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import type { Result } from '../../../shared/messages.ts';
import type { Cancel, Clock } from '../../live/clock.ts';
import { codeOf, type RequestErrorCode } from '../../live/request-error.ts';
import type { PaidRequests } from './paid-request.ts';

/** Taps within this go together; the server allows eight requests a second. */
const GATHER_MS = 200;
/** Refusals that hold for one gift; every other holds for all that wait. */
const OF_ONE_GIFT: ReadonlySet<RequestErrorCode> = new Set(['insufficient_coins', 'gift_unknown', 'bad_request', 'key_reused']);

export type Waiting = {
  readonly key: RequestKey;
  readonly giftId: GiftId;
  readonly quantity: number;
  /** The frame of its first tap. */
  readonly seen: SeenFrame | null;
};

export type GiftOutboxDeps = {
  readonly paid: Pick<PaidRequests, 'ask'>;
  readonly clock: Clock;
  readonly newKey: () => RequestKey;
  readonly changed: (waiting: readonly Waiting[]) => void;
  readonly given: (waiting: Waiting, answer: Result<'gift.send'>) => void;
  /** `lost`: how many of the gift are not given, those that waited behind it among them. */
  readonly refused: (giftId: GiftId, code: RequestErrorCode, lost: number) => void;
};

export const createGiftOutbox = (deps: GiftOutboxDeps) => {
  let list: readonly Waiting[] = [];
  let asked: RequestKey | null = null;
  let cancelGathering: Cancel | null = null;
  let isClosed = false;

  const become = (next: readonly Waiting[]): void => {
    list = next;
    deps.changed(list);
  };

  const refuse = (one: Waiting, code: RequestErrorCode): void => {
    const gone = list.filter(({ key, giftId }) => key === one.key || !OF_ONE_GIFT.has(code) || giftId === one.giftId);
    become(list.filter((other) => !gone.includes(other)));
    deps.refused(one.giftId, code, gone.reduce((sum, { quantity }) => sum + quantity, 0));
  };

  const send = async (one: Waiting): Promise<void> => {
    asked = one.key;
    try {
      const answer = await deps.paid.ask('gift.send', { key: one.key, giftId: one.giftId, quantity: one.quantity, seen: one.seen });
      if (isClosed) return;
      become(list.filter(({ key }) => key !== one.key));
      deps.given(one, answer);
    } catch (error) {
      if (!isClosed) refuse(one, codeOf(error) ?? 'internal');
    } finally {
      asked = null;
    }
    pump();
  };

  function pump(): void {
    const [next] = list;
    if (asked === null && cancelGathering === null && next && !isClosed) void send(next);
  }

  const gather = (): void => {
    cancelGathering ??= deps.clock.after(GATHER_MS, () => {
      cancelGathering = null;
      pump();
    });
  };

  return {
    tap(giftId: GiftId, quantity: number, seen: SeenFrame | null): void {
      const last = list.at(-1);
      const grows = last !== undefined && last.giftId === giftId && last.key !== asked && last.quantity + quantity <= GIFT_QUANTITY_MAX;
      become(grows
        ? [...list.slice(0, -1), { ...last, quantity: last.quantity + quantity }]
        : [...list, { key: deps.newKey(), giftId, quantity, seen }]);
      gather();
    },
    close(): void {
      isClosed = true;
      cancelGathering?.();
    },
  };
};

export type GiftOutbox = ReturnType<typeof createGiftOutbox>;
