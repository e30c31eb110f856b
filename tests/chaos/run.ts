// `npm run chaos -- NAME ... [--viewers N]`: what viewers see while something breaks. Without a name, all of the faults that can be
// played here. The last line on stdout is one JSON object.

import { parseArgs } from 'node:util';
import { createProgress } from '../../server/native/progress.mjs';
import { ensureWorker } from '../../server/native/worker.ts';
import { FAULTS, play } from './faults.ts';
import type { Fault, Outcome } from './faults.ts';

/** All guests share one process. */
const VIEWERS_MAX = 100;

const USAGE = `npm run chaos -- [NAME ...] [--viewers N]
${Object.entries(FAULTS).map(([name, { about, mayHaveGuests }]) => `  ${name.padEnd(12)}${about}${mayHaveGuests ? ' (also with --viewers)' : ''}`).join('\n')}
  --viewers   so many, up to ${VIEWERS_MAX}: two in browsers, the rest without; the goal is for 95 % of them\n`;

const isMet = ({ isSameBroadcast, isRightWay, seen, gapMaxMs, gaps }: Outcome): boolean =>
  isSameBroadcast && isRightWay && (gapMaxMs === null || (gaps ? gaps.p95Ms <= gapMaxMs : seen.every(({ gapMs }) => gapMs <= gapMaxMs)));

const lineOf = (outcome: Outcome): string => {
  const { name, gapMaxMs, gaps, ways } = outcome;
  const goal = gapMaxMs === null ? '' : ` of ${gapMaxMs}`;
  const browsers = outcome.seen.map(({ gapMs, framesPerSecond, freezes, frozenPercent, kbitsPerSecond, height, firstPictureMs }) =>
    [
      name.padEnd(12), `longest gap ${gapMs} ms${goal}`.padEnd(30), `${framesPerSecond} frames/s`.padEnd(14),
      `${freezes} freezes, ${frozenPercent} %`.padEnd(20), `${kbitsPerSecond} kbit/s`.padEnd(14), `${height}p`, `first picture ${firstPictureMs} ms`,
      outcome.isSameBroadcast ? '' : 'ANOTHER BROADCAST',
    ].join(' '),
  );
  const all = gaps ? [`${name.padEnd(12)} all ${gaps.viewers} viewers: longest gap ${gaps.p50Ms} ms for half, ${gaps.p95Ms} ms${goal} for 95 %, ${gaps.maxMs} ms at most`] : [];
  const way = ways.some((one) => one !== null) ? [`${name.padEnd(12)} ways: ${ways.join('; ')}${outcome.isRightWay ? '' : ' NOT THE ONE THAT IS MEANT'}`] : [];
  return [...browsers, ...all, ...way].join('\n');
};

type Asked = { readonly names: readonly string[]; readonly viewers: number };

/** Throws what is wrong with them. */
const readArguments = (): Asked => {
  const { values, positionals: names } = parseArgs({ allowPositionals: true, options: { viewers: { type: 'string' } } });
  const unknown = names.filter((name) => !Object.hasOwn(FAULTS, name));
  if (unknown.length > 0) throw new Error(`no such fault: ${unknown.join(', ')}`);
  const missing = names.flatMap((name) => FAULTS[name]?.missing?.() ?? []);
  if (missing.length > 0) throw new Error(missing[0]);
  if (values.viewers === undefined) return { names, viewers: 0 };
  const viewers = Number(values.viewers);
  if (!Number.isInteger(viewers) || viewers < 1 || viewers > VIEWERS_MAX) throw new Error(`--viewers is a whole number from 1 to ${VIEWERS_MAX}`);
  if (names.length === 0 || names.some((name) => !FAULTS[name]?.mayHaveGuests)) throw new Error('--viewers goes with the faults that say so');
  return { names, viewers };
};

const chosen = ({ names }: Asked): (readonly [string, Fault])[] =>
  Object.entries(FAULTS).filter(([name, { missing }]) => {
    if (names.length > 0) return names.includes(name);
    const lacks = missing?.() ?? null;
    if (lacks !== null) process.stderr.write(`${name} is left out: ${lacks}\n`);
    return lacks === null;
  });

const run = async (asked: Asked): Promise<void> => {
  // mediasoup finds the worker that the set-up made by this variable alone.
  process.env['MEDIASOUP_WORKER_BIN'] ??= await ensureWorker(createProgress(process.stderr), process.env);
  const outcomes: Outcome[] = [];
  for (const [name, fault] of chosen(asked)) {
    process.stderr.write(`${name}: ${fault.about}\n`);
    const outcome = await play(name, fault, asked.viewers);
    outcomes.push(outcome);
    process.stdout.write(`${lineOf(outcome)}\n`);
  }
  process.stdout.write(`${JSON.stringify({ met: outcomes.every(isMet), outcomes })}\n`);
};

const asked = ((): Asked => {
  try {
    return readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
})();
await run(asked);
process.exit(0);
