// People who pay one coin after the other, each with a key of its own, and try again with the same key until they hear what became
// of it, as a page would. What was answered is remembered: it must be there in the end, once.

import { AppError } from '../../server/lib/app-error.ts';
import { Refusal } from './refusal.ts';

export type Payer = {
  readonly name: string;
  /** Keys whose payment was answered with yes, in order. */
  readonly paid: string[];
  /** Lets the last one be answered. */
  stop(): Promise<void>;
};

/** Pays one coin under this key, or throws. */
export type Pay = (key: string) => Promise<unknown>;

const RETRY_MS = 25;
/** An answer that would be the same for ever: the test is wrong, or the product. */
const FINAL = new Set(['insufficient_coins', 'key_reused', 'bad_request', 'gift_unknown', 'wallet_frozen', 'own_channel', 'banned', 'permission_denied', 'internal']);

const isFinal = (error: unknown): boolean => (error instanceof Refusal || error instanceof AppError) && FINAL.has(error.code);

export const startPayer = (name: string, pay: Pay): Payer => {
  const paid: string[] = [];
  let isStopping = false;

  const payOne = async (key: string): Promise<void> => {
    for (;;) {
      try {
        await pay(key);
        paid.push(key);
        return;
      } catch (error) {
        if (isFinal(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
  const run = async (): Promise<void> => {
    for (let number = 1; !isStopping; number += 1) await payOne(`${name}-${number}`);
  };
  const running = run();
  running.catch(() => {}); // told by stop()
  return {
    name,
    paid,
    stop() {
      isStopping = true;
      return running;
    },
  };
};

export const paidBy = (payers: readonly Payer[]): number => payers.reduce((sum, { paid }) => sum + paid.length, 0);
