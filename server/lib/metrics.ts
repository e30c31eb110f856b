// Numbers for operators, in Prometheus' text form. One registry, made by main.ts and handed on: nothing is global, so two
// servers in one test process do not mix.

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type Metrics = {
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /** With `read`, its value is asked for whenever the metrics are. */
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[], read?: () => number): Gauge<L>;
  histogram<L extends string = never>(name: string, help: string, buckets: readonly number[], labels?: readonly L[]): Histogram<L>;
  /** The sum of a counter's samples for each value of one of its labels; empty if there is no such counter. */
  sums(name: string, label: string): Promise<ReadonlyMap<string, number>>;
  text(): Promise<string>;
  readonly contentType: string;
};

/** Each look at the event loop wakes the process; the package's 10 ms would be most of what an idle server does. */
const LOOP_DELAY_EVERY_MS = 100;

/** `process: true` adds Node's own numbers (CPU, memory, event loop delay). */
export const createMetrics = (options: { process?: boolean } = {}): Metrics => {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_DELAY_EVERY_MS });
  const registers = [registry];
  return {
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: labels, registers }),
    gauge: (name, help, labels = [], read) =>
      new Gauge({
        name, help, labelNames: labels, registers,
        ...(read && { collect() { this.set(read()); } }),
      }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name, help, buckets: [...buckets], labelNames: labels, registers }),
    async sums(name, label) {
      const sums = new Map<string, number>();
      const { values = [] } = (await registry.getSingleMetric(name)?.get()) ?? {};
      for (const { labels, value } of values) {
        const key = String(labels[label] ?? '');
        sums.set(key, (sums.get(key) ?? 0) + value);
      }
      return sums;
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};
