// What viewers see, as numbers for the operator: how soon there is a picture, how old it is, and how often it stood still.

import type { Params } from '../../../shared/messages.ts';
import type { Metrics } from '../../lib/metrics.ts';

/** From a frame to what nobody calls live any more. */
const LATENCY_BUCKETS_S = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5];
/** From what nobody notices to what most have left by. */
const FIRST_PICTURE_BUCKETS_S = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30];

export const createQualityMetrics = (metrics: Metrics) => {
  const latency = metrics.histogram('qiao_viewer_latency_seconds', 'Capture to screen, as viewers measured it.', LATENCY_BUCKETS_S);
  const firstPicture = metrics.histogram('qiao_viewer_first_picture_seconds', 'Coming in to the first picture, as viewers measured it.', FIRST_PICTURE_BUCKETS_S);
  const freezes = metrics.counter('qiao_viewer_freezes_total', 'Times that a picture stood still at a viewer.');
  return {
    viewerReported(report: Params<'watch.report'>): void {
      if (report.latencyMs !== null) latency.observe(report.latencyMs / 1000);
      if (report.firstPictureMs !== undefined) firstPicture.observe(report.firstPictureMs / 1000);
      freezes.inc(report.freezes);
    },
  };
};
