// Which passwords are refused, and how the others are kept: argon2id with at least OWASP's parameters, a bounded number at
// a time. One hash is ~20 ms of a core and 19 MiB, so an unbounded queue would be a way to stop the server.

import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import type { HashOptions } from 'argon2';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../../../shared/limits.ts';
import { AppError } from '../../lib/app-error.ts';
import { createBoundedPool } from '../../lib/bounded-pool.ts';
import { COMMON_DIGITS, COMMON_STEMS } from './common-passwords.ts';

export type HashCost = { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number };

/** OWASP Password Storage Cheat Sheet, 2026: 19 MiB, 2 passes, 1 lane. */
const COST: HashCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const RUNNING_MAX = 2;
const WAITING_MAX = 32; // ~0.4 s of waiting on two cores

export type Passwords = {
  hash(password: string): Promise<string>;
  /** Takes the same time when there is no such account (null). `newHash`: to be stored instead, as the cost has changed. */
  verify(hash: string | null, password: string): Promise<{ readonly isRight: boolean; readonly newHash: string | null }>;
};

/** The same password typed on another keyboard may come in another normal form (RFC 8265). */
const bytesOf = (password: string): Buffer => Buffer.from(password.toWellFormed().normalize('NFC'));

export const createPasswords = (cost: HashCost = COST): Passwords => {
  const pool = createBoundedPool({ runningMax: RUNNING_MAX, waitingMax: WAITING_MAX });
  const options: HashOptions = { type: argon2.argon2id, ...cost };
  const hash = (password: string): Promise<string> => pool.run(() => argon2.hash(bytesOf(password), options));
  let nobodys: Promise<string> | null = null;
  /** A hash that no password has; made once. */
  const hashOfNobody = (): Promise<string> => (nobodys ??= argon2.hash(randomBytes(32), options));
  void hashOfNobody();

  return {
    hash,
    async verify(kept, password) {
      const against = kept ?? (await hashOfNobody());
      const isEqual = await pool.run(() => argon2.verify(against, bytesOf(password)));
      const isRight = isEqual && kept !== null;
      return { isRight, newHash: isRight && argon2.needsRehash(against, cost) ? await hash(password) : null };
    },
  };
};

/** All characters the same distance apart: aaaaaaaa, 12345678, hgfedcba. */
const isRun = (characters: readonly string[]): boolean => {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return Math.abs(step) <= 1 && codes.every((code, i) => i === 0 || code - (codes[i - 1] ?? 0) === step);
};

const stemOf = (text: string): string => text.replace(/[\p{N}\p{P}\p{S}\s]+$/u, '');

/** Throws `password_weak`. `name`: the account's. */
export const checkPassword = (password: string, name: string): void => {
  const lower = password.normalize('NFC').toLowerCase();
  const characters = [...lower];
  const isWeak =
    characters.length < PASSWORD_CHARS_MIN ||
    password.length > PASSWORD_CHARS_MAX ||
    new Set(characters).size < 3 ||
    isRun(characters) ||
    COMMON_DIGITS.has(lower) ||
    COMMON_STEMS.has(lower) ||
    COMMON_STEMS.has(stemOf(lower)) ||
    lower === name.toLowerCase() ||
    stemOf(lower) === name.toLowerCase();
  if (isWeak) throw new AppError('password_weak');
};
