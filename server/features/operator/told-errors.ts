// What callers were told, lately: read once a minute from the counters that the edge and the hub keep anyway, so that nothing is
// counted twice and no request pays for it.

import type { Cancel, Clock } from '../../lib/clock.ts';
import type { Metrics } from '../../lib/metrics.ts';
import type { RecentCounts } from '../../lib/recent-counts.ts';

const READ_EVERY_MS = 60_000;

export type ToldErrors = ReturnType<typeof createToldErrors>;

export const createToldErrors = (deps: { readonly clock: Clock; readonly metrics: Pick<Metrics, 'sums'>; readonly counts: RecentCounts }) => {
  const { clock, metrics, counts } = deps;
  const known = new Map<string, number>();
  let reading: Promise<void> | null = null;

  const count = (name: string, total: number): void => {
    const more = total - (known.get(name) ?? 0);
    known.set(name, total);
    if (more > 0) counts.add(name, more);
  };
  const readNow = async (): Promise<void> => {
    for (const [outcome, total] of await metrics.sums('qiao_requests_total', 'outcome')) if (outcome !== 'ok') count(outcome, total);
    for (const [status, total] of await metrics.sums('qiao_http_requests_total', 'status')) if (/^[45]/.test(status)) count(`HTTP ${status}`, total);
  };
  const read = async (): Promise<void> => {
    reading ??= readNow().finally(() => (reading = null));
    await reading;
  };
  const stop: Cancel = clock.every(READ_EVERY_MS, () => void read());
  return {
    /** Of this moment. */
    async list() {
      await reading; // it began before this moment
      await read();
      return counts.list();
    },
    close: stop,
  };
};
