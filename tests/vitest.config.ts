// What runs as a test, how long it may take, and what may run beside what. The groups run one after another: what starts
// real servers and browsers shall have the machine for itself, because it measures time.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const SECOND = 1_000;
const root = fileURLToPath(new URL('..', import.meta.url));

const quick = { maxWorkers: 2, testTimeout: 60 * SECOND, hookTimeout: 60 * SECOND };
const oneAtATime = { fileParallelism: false, testTimeout: 120 * SECOND, hookTimeout: 120 * SECOND };

export default defineConfig({
  root,
  test: {
    projects: [
      project(0, { name: 'unit', include: ['server/**/*.test.ts', 'shared/**/*.test.ts', 'tests/*.test.ts', 'tests/load/*.test.ts'], ...quick }),
      { ...project(0, { name: 'web', include: ['web/**/*.test.ts'], ...quick }), plugins: [svelte({ configFile: false })] },
      project(1, { name: 'flows', include: ['tests/flows/**/*.test.ts'], ...oneAtATime }),
      project(2, { name: 'hostile', include: ['tests/hostile/**/*.test.ts'], ...oneAtATime }),
      project(3, { name: 'browser', include: ['tests/browser/**/*.test.ts'], ...oneAtATime, testTimeout: 180 * SECOND }),
    ],
  },
});

function project(groupOrder: number, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return { root, test: { ...test, sequence: { groupOrder } } };
}
