// Lines for tests: `line(3)` is the third one said, by Ann unless told otherwise.

import type { LineId, UserId } from '../../../../shared/ids.ts';
import type { SaidLine, SystemLine } from '../../../../shared/messages/chat.ts';

export const lineIdOf = (n: number): LineId => `l${String(n).padStart(6, '0')}` as LineId;
export const userIdOf = (name: string): UserId => `u-${name}` as UserId;

export const line = (n: number, parts: Partial<SaidLine> & { readonly by?: string } = {}): SaidLine => {
  const { by = 'ann', ...own } = parts;
  return {
    kind: 'said', lineId: lineIdOf(n), text: `words ${n}`, look: { color: 'white', place: 'scroll' },
    author: { userId: userIdOf(by), name: by, displayName: by.toUpperCase(), role: 'viewer', fanLevel: 0 },
    saidAtMs: 1_700_000_000_000 + n, stamp: null, replyTo: null, mentions: [], editedAtMs: null, ...own,
  };
};

export const lines = (from: number, to: number): SaidLine[] => Array.from({ length: to - from + 1 }, (_, at) => line(from + at));

export const replyTo = (n: number, by = 'ann'): NonNullable<SaidLine['replyTo']> => ({
  lineId: lineIdOf(n), userId: userIdOf(by), displayName: by.toUpperCase(), excerpt: `words ${n}`,
});

export const fact = (n: number): SystemLine => ({ kind: 'system', lineId: lineIdOf(n), fact: 'poll_opened', subject: 'Tea?', saidAtMs: 1_700_000_000_000 + n });
