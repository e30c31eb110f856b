// `npm run chaos -- NAME ...`: what a viewer in a real browser sees while something breaks. Without a name, all of them. The last
// line on stdout is one JSON object.

import { createProgress } from '../../server/native/progress.mjs';
import { ensureWorker } from '../../server/native/worker.ts';
import { FAULTS, play } from './faults.ts';
import type { Outcome } from './faults.ts';

const isMet = ({ isSameBroadcast, seen, gapMaxMs }: Outcome): boolean => isSameBroadcast && (gapMaxMs === null || seen.every(({ gapMs }) => gapMs <= gapMaxMs));

const lineOf = (outcome: Outcome): string =>
  outcome.seen
    .map(({ gapMs, framesPerSecond, freezes, frozenPercent, kbitsPerSecond, height }) =>
      [
        outcome.name.padEnd(12), `longest gap ${gapMs} ms${outcome.gapMaxMs === null ? '' : ` of ${outcome.gapMaxMs}`}`.padEnd(30), `${framesPerSecond} frames/s`.padEnd(14),
        `${freezes} freezes, ${frozenPercent} %`.padEnd(20), `${kbitsPerSecond} kbit/s`.padEnd(14), `${height}p`, outcome.isSameBroadcast ? '' : 'ANOTHER BROADCAST',
      ].join(' '),
    )
    .join('\n');

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(FAULTS, name));
if (unknown.length > 0) {
  process.stderr.write(`no such fault: ${unknown.join(', ')}\n\nnpm run chaos -- [NAME ...]\n${Object.entries(FAULTS).map(([name, { about }]) => `  ${name.padEnd(12)}${about}`).join('\n')}\n`);
  process.exit(2);
}
// mediasoup finds the worker that the set-up made by this variable alone.
process.env['MEDIASOUP_WORKER_BIN'] ??= await ensureWorker(createProgress(process.stderr), process.env);
const outcomes: Outcome[] = [];
for (const [name, fault] of Object.entries(FAULTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stderr.write(`${name}: ${fault.about}\n`);
  const outcome = await play(name, fault);
  outcomes.push(outcome);
  process.stdout.write(`${lineOf(outcome)}\n`);
}
process.stdout.write(`${JSON.stringify({ met: outcomes.every(isMet), outcomes })}\n`);
process.exit(0);
