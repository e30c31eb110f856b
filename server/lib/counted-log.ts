// A log that counts what goes wrong, by message, on its way out: messages are constant, so they are names.

import type { Log } from './log.ts';

/** What is said as a warning or worse is told to `counted` too. */
export const countedLog = (log: Log, counted: (message: string) => void): Log => {
  const counting = (say: Log['warn']): Log['warn'] => (...said: [string] | [Record<string, unknown>, string]) => {
    counted(said.length === 1 ? said[0] : said[1]);
    if (said.length === 1) say(said[0]);
    else say(said[0], said[1]);
  };
  return {
    debug: log.debug.bind(log),
    info: log.info.bind(log),
    warn: counting(log.warn.bind(log)),
    error: counting(log.error.bind(log)),
    fatal: counting(log.fatal.bind(log)),
    child: (fields) => countedLog(log.child(fields), counted),
  };
};
