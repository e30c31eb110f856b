// How much memory a server really holds: its inspector is asked to collect first. The server must have been started with
// NODE_OPTIONS=--inspect=127.0.0.1:0.

import type { TestServer } from './server.ts';
import { within } from './wait.ts';

export const WITH_INSPECTOR = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** In bytes. */
export type Memory = { readonly rss: number; readonly heapUsed: number; readonly external: number };

type Answer = { readonly result?: { readonly value?: string } };

export const memoryOf = async (server: TestServer): Promise<Memory> => {
  const address = /Debugger listening on (ws:\S+)/.exec(server.output())?.[1];
  if (!address) throw new Error('the server has no inspector');
  const socket = new WebSocket(address);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const ask = (id: number, method: string, params: object = {}): Promise<Answer> =>
    within(30_000, method, new Promise((resolve) => {
      socket.addEventListener('message', (message) => {
        const answer = JSON.parse(String(message.data)) as { id: number; result: Answer };
        if (answer.id === id) resolve(answer.result);
      });
      socket.send(JSON.stringify({ id, method, params }));
    }));
  await ask(1, 'HeapProfiler.collectGarbage');
  const { result } = await ask(2, 'Runtime.evaluate', { expression: 'JSON.stringify(process.memoryUsage())' });
  socket.close();
  return JSON.parse(result?.value ?? '{}') as Memory;
};
