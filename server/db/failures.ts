// Reads what went wrong out of a database error, whoever wrapped it: an outage, overload, or a broken rule of the schema.

/** Node's words for "there is nobody", postgres.js's own, and for a server that starts, stops, or has no room. */
const OUTAGE_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
  'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT',
  '57P01', '57P02', '57P03', '57P05', '53100', '53200', '53300', '25006',
]);
/** statement_timeout and lock_timeout; deadlock and serialization_failure, which another try gets past. */
const OVERLOAD_CODES = new Set(['57014', '55P03', '40P01', '40001']);

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

type Coded = { readonly code?: unknown; readonly constraint_name?: unknown; readonly cause?: unknown };

/** Drizzle wraps the driver's error as `cause`; the first one with a code is the driver's. */
const codedIn = (error: unknown): Coded | null => {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    const coded: Coded = at;
    if (typeof coded.code === 'string') return coded;
    at = at.cause;
  }
  return null;
};

const codeOf = (error: unknown): string => {
  const code = codedIn(error)?.code;
  return typeof code === 'string' ? code : '';
};

export const isOutage = (error: unknown): boolean => OUTAGE_CODES.has(codeOf(error)) || codeOf(error).startsWith('08');
export const isOverload = (error: unknown): boolean => OVERLOAD_CODES.has(codeOf(error));

const violated = (error: unknown, code: string): string | null => {
  const coded = codedIn(error);
  return coded?.code === code ? String(coded.constraint_name) : null;
};

/** The name of the unique constraint or index that a write broke, or null. */
export const uniqueViolation = (error: unknown): string | null => violated(error, UNIQUE_VIOLATION);
/** The name of the foreign key that a write broke, or null. */
export const foreignKeyViolation = (error: unknown): string | null => violated(error, FOREIGN_KEY_VIOLATION);
