// A child process that takes orders one after the other and answers each with one message: for what must not share a thread with
// whom it measures. It is forked from a file that says `{ told }` or `{ error }`.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Child<Order> = { readonly pid: number; ask(order: Order): Promise<unknown>; close(): void };

/** `isAnnounced`: its first message says that it is there, and is `first`. */
export const startChild = async <Order extends object>(file: URL, { isAnnounced = false } = {}): Promise<Child<Order> & { readonly first: unknown }> => {
  const child: ChildProcess = fork(fileURLToPath(file), { execArgv: ['--expose-gc'], serialization: 'advanced' });
  const next = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      child.once('message', (message: { told?: unknown; error?: string }) => (message.error ? reject(new Error(message.error)) : resolve(message.told)));
    });
  const first = isAnnounced ? await next() : null;
  return {
    first,
    pid: child.pid ?? 0,
    ask(order) {
      const answer = next();
      child.send(order);
      return answer;
    },
    close: () => void child.kill(),
  };
};
