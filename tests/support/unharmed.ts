// What must still hold after any attack: the same process, ready, and no fault of ours in its log.

import { expect } from 'vitest';
import type { TestServer } from './server.ts';

/** pino's number for `error`. */
const ERROR_LEVEL = 50;

export const expectUnharmed = async (server: TestServer): Promise<void> => {
  expect(server.isAlive()).toBe(true);
  expect((await server.healthz()).status).toBe(200);
  const faults = server.output().split('\n').filter((line) => Number(/"level":"?(\d+)/.exec(line)?.[1] ?? 0) >= ERROR_LEVEL || /"level":"(error|fatal)"/.test(line));
  expect(faults).toEqual([]);
};
