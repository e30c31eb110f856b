import { expect, test, vi } from 'vitest';
import type { Ask } from '../../live/requests.ts';
import type { ReceiverStats } from '../../media/stats.ts';

// The words beside the numbers tell the page their language as they are loaded.
vi.stubGlobal('document', { documentElement: {} });
const { Measurements } = await import('./measurements.svelte.ts');

const stats = { framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1e6, freezes: 0, movedMs: 1_000 } as ReceiverStats;

test('[H4] how long the first picture took is reported once, as soon as a report arrives; who waited too long tells nothing', async () => {
  const tell = async (waits: readonly (number | null)[], lost: number | null = null) => {
    const reports: unknown[] = [];
    let round = 0;
    const ask = (async (_: string, { firstPictureMs }: { firstPictureMs?: number }) => {
      reports.push(firstPictureMs);
      if (round === lost) throw new Error('the connection is gone');
      return {};
    }) as unknown as Ask;
    const measurements = new Measurements({
      ask, receiver: { stats: async () => stats }, picture: () => 'camera', latency: () => null, firstPictureMs: () => waits[round] ?? null, isPaused: () => false, isJoined: () => true,
    });
    for (; round < waits.length; round += 1) await measurements.take();
    return reports;
  };
  expect(await tell([null, 420, 420])).toEqual([undefined, 420, undefined]);
  expect(await tell([420, 420, 420], 0)).toEqual([420, 420, undefined]);
  expect(await tell([60_001, 60_001])).toEqual([undefined, undefined]);
});
