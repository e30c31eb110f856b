import { expect, test } from 'vitest';
import { createHandClock } from '../../lib/clock.ts';
import { createMetrics } from '../../lib/metrics.ts';
import { createRecentCounts } from '../../lib/recent-counts.ts';
import { createToldErrors } from './told-errors.ts';

test('what callers were told is counted once, and what went well not at all', async () => {
  const clock = createHandClock(0);
  const metrics = createMetrics();
  const requests = metrics.counter('qiao_requests_total', '.', ['name', 'outcome']);
  const http = metrics.counter('qiao_http_requests_total', '.', ['name', 'status']);
  const told = createToldErrors({ clock, metrics, counts: createRecentCounts(clock) });
  requests.inc({ name: 'chat.send', outcome: 'ok' }, 7);
  requests.inc({ name: 'chat.send', outcome: 'too_many_requests' }, 2);
  requests.inc({ name: 'gift.send', outcome: 'too_many_requests' });
  http.inc({ name: 'a', status: '200' }, 9);
  http.inc({ name: 'a', status: '503' });
  expect(await told.list()).toEqual([{ name: 'too_many_requests', hour: 3, day: 3 }, { name: 'HTTP 503', hour: 1, day: 1 }]);
  clock.advance(2 * 3_600_000);
  requests.inc({ name: 'gift.send', outcome: 'internal' });
  expect(await told.list()).toEqual([
    { name: 'internal', hour: 1, day: 1 }, { name: 'too_many_requests', hour: 0, day: 3 }, { name: 'HTTP 503', hour: 0, day: 1 },
  ]);
  told.close();
  expect(clock.timers()).toBe(0);
});
