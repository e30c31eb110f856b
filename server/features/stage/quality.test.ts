import { expect, test } from 'vitest';
import { createMetrics } from '../../lib/metrics.ts';
import { createQualityMetrics } from './quality.ts';

test('[H4] how long first pictures took is counted where a report tells it', async () => {
  const metrics = createMetrics();
  const quality = createQualityMetrics(metrics);
  const report = { latencyMs: null, latencyErrorMs: null, framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1, freezes: 0 };
  quality.viewerReported(report);
  for (const firstPictureMs of [420, 1_200]) quality.viewerReported({ ...report, firstPictureMs });
  const text = await metrics.text();
  expect(text).toContain('qiao_viewer_first_picture_seconds_count 2');
  expect(text).toContain('qiao_viewer_first_picture_seconds_bucket{le="0.5"} 1');
});
