// The log: JSON lines on standard output, a constant message and fields beside it. The only place that knows pino.
// Passwords, tokens, cookies and secrets are cut out even where somebody logs them by mistake.

import pino from 'pino';

type Say = {
  (message: string): void;
  /** An error goes under `err`, with its stack. */
  (fields: Record<string, unknown>, message: string): void;
};

export type Log = {
  readonly debug: Say;
  readonly info: Say;
  readonly warn: Say;
  readonly error: Say;
  readonly fatal: Say;
  child(fields: Record<string, unknown>): Log;
};

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRETS = [
  'password', 'oldPassword', 'newPassword', 'passwordHash', 'token', 'tokenHash', 'rejoinToken', 'linkKey',
  'cookie', 'authorization', 'credential', 'databaseUrl', 'metricsToken',
];

/** A database error repeats the query's parameters, which can be a hash or a person's words. */
const withoutParameters = (text: string): string => text.replace(/^params: .*$/gm, 'params: [cut]');

const describeError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: withoutParameters(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    stack: withoutParameters(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
};

export const createLog = (options: { level: LogLevel; write?: (line: string) => void }): Log => {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`]), censor: '[cut]' },
    serializers: { err: describeError },
  };
  return options.write ? pino(settings, { write: options.write }) : pino(settings);
};
