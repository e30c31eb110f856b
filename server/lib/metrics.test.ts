import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('counts, measures and asks gauges when read; registries do not mix', async () => {
  const one = createMetrics();
  const other = createMetrics();
  let open = 3;
  one.counter('asked_total', 'Asked.', ['name']).inc({ name: 'a' });
  one.gauge('open', 'Open now.', [], () => open);
  one.histogram('took_seconds', 'Took.', [0.1, 1]).observe(0.5);
  open = 4;
  const text = await one.text();
  expect(text).toContain('asked_total{name="a"} 1');
  expect(text).toContain('open 4');
  expect(text).toContain('took_seconds_bucket{le="1"} 1');
  expect((await other.text()).trim()).toBe('');
});
