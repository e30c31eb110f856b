// Names that no other test uses: a few random letters, so that tests may share one server.

import { randomInt } from 'node:crypto';

const letters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join('');

export const uniqueName = (prefix: string): string => `${prefix}${letters(8)}`;

/** Long and never on a list of common ones. */
export const PASSWORD = 'correct horse battery staple 桥';

/** An address of the range for documentation (RFC 3849), in a /64 of its own. */
export const uniqueAddress = (): string => `2001:db8:${randomInt(0x10000).toString(16)}:${randomInt(0x10000).toString(16)}::1`;
