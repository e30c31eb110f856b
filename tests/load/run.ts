// `npm run load -- --viewers N --seconds S`: how many viewers a machine carries. Real WebRTC receivers without browsers watch a
// channel: of a server of its own, or of any (`--url`, `--channel`). The last line on stdout is one JSON object.

import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createProgress } from '../../server/native/progress.mjs';
import { ensureWorker } from '../../server/native/worker.ts';
import { startChild } from '../support/child.ts';
import type { Child } from '../support/child.ts';
import { cpuMsOf } from '../support/cpu.ts';
import { mostWithin } from '../support/statistics.ts';
import type { CrowdOrder, Report } from './crowd.ts';
import { findingOf, tableOf } from './report.ts';
import type { Show } from './show.ts';

const USAGE = `npm run load -- --viewers N [--seconds 20] [--within 5] [--kbps 2000] [--workers 1] [--url URL --channel HANDLE]
  --viewers   how many watch, 1 to 5000          --seconds  how long, once all are in
  --within    seconds in which they come in      --kbps     bit rate of the picture     --workers  media workers
  --url       a server that runs already, with --channel on air there; else one is started here\n`;
const VIEWERS_MAX = 5_000;
const PER_CHILD = 100;
/** Who watches before the others come, to see whether these disturb. */
const EARLY_MAX = 10;
const EARLY_SETTLE_MS = 3_000;
const CROWD = new URL('crowd.ts', import.meta.url);

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      viewers: { type: 'string' }, seconds: { type: 'string', default: '20' }, within: { type: 'string', default: '5' }, kbps: { type: 'string', default: '2000' },
      workers: { type: 'string', default: '1' }, url: { type: 'string' }, channel: { type: 'string' },
    },
  });
  const whole = (name: string, text: string | undefined, max: number): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > max) throw new Error(`--${name} is a whole number from 1 to ${max}`);
    return value;
  };
  if ((values.url === undefined) !== (values.channel === undefined)) throw new Error('--url and --channel go together');
  return {
    viewers: whole('viewers', values.viewers, VIEWERS_MAX), seconds: whole('seconds', values.seconds, 3_600), within: whole('within', values.within, 3_600),
    kbps: whole('kbps', values.kbps, 20_000), workers: whole('workers', values.workers, 64),
    place: values.url !== undefined && values.channel !== undefined ? { url: values.url, handle: values.channel } : null,
  };
};
type Options = ReturnType<typeof readOptions>;

const joined = (reports: readonly Report[]): Report => ({ watched: reports.flatMap(({ watched }) => watched), failed: reports.flatMap(({ failed }) => failed) });

const measure = async (options: Options, place: { readonly url: string; readonly handle: string }, show: Show | null) => {
  const children: Child<CrowdOrder>[] = [];
  const crowdOf = async (): Promise<Child<CrowdOrder>> => {
    const child = await startChild<CrowdOrder>(CROWD);
    children.push(child);
    return child;
  };
  try {
    const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(place.url).hostname);
    const join = { do: 'join', url: place.url, handle: place.handle, bindAddress: isLocal ? '127.0.0.1' : '0.0.0.0' } as const;
    const early = Math.min(EARLY_MAX, options.viewers - 1);
    const first = await crowdOf();
    await first.ask({ ...join, viewers: early, everyMs: 100 });
    await pause(EARLY_SETTLE_MS);
    const rest = options.viewers - early;
    const crowds = await Promise.all(Array.from({ length: Math.ceil(rest / PER_CHILD) }, crowdOf));
    const share = (at: number): number => Math.floor((rest + at) / crowds.length);
    process.stderr.write(`${early} watch; ${rest} more come in ${options.within} s\n`);
    const askedBefore = show?.keyframesAskedAtMs().length ?? 0;
    const comeMs = performance.now();
    await Promise.all(crowds.map((crowd, at) => crowd.ask({ ...join, viewers: share(at), everyMs: (options.within * 1000) / Math.max(1, share(at)) })));
    process.stderr.write(`all are asked in; they watch for ${options.seconds} s\n`);
    const tool = (): number => [...children.map(({ pid }) => pid), process.pid].reduce((all, pid) => all + cpuMsOf(pid), 0);
    const [cpu, toolMs, startMs] = [show?.cpu(), tool(), performance.now()];
    const comingMs = performance.now() - comeMs;
    await pause(options.seconds * 1000);
    // Who came in last asks for a keyframe after that, when its DTLS is done.
    const asked = show?.keyframesAskedAtMs().slice(askedBefore);
    const keyframes = asked ? { perSecond: asked.filter((atMs) => atMs <= comeMs + comingMs).length / (comingMs / 1000), mostInASecond: mostWithin(asked, 1_000) } : null;
    const after = show?.cpu();
    const used = cpu && after ? { mediaMs: after.mediaMs - cpu.mediaMs, serverMs: after.serverMs - cpu.serverMs, toolMs: tool() - toolMs, wallMs: performance.now() - startMs } : null;
    const reportOf = async (child: Child<CrowdOrder>): Promise<Report> => (await child.ask({ do: 'report' })) as Report;
    const found = { early: await reportOf(first), crowd: joined(await Promise.all(crowds.map(reportOf))) };
    await Promise.all(children.map((child) => child.ask({ do: 'close' })));
    return findingOf({ viewers: options.viewers, ...found, keyframes, used });
  } finally {
    for (const child of children) child.close();
  }
};

const run = async (options: Options): Promise<void> => {
  // mediasoup finds the worker that the set-up made by this variable alone.
  process.env['MEDIASOUP_WORKER_BIN'] ??= await ensureWorker(createProgress(process.stderr), process.env);
  const show = options.place ? null : await (await import('./show.ts')).openShow(options.kbps, options.workers);
  try {
    const found = await measure(options, options.place ?? show ?? { url: '', handle: '' }, show);
    process.stdout.write(`${tableOf(found)}\n${JSON.stringify(found)}\n`);
  } finally {
    await show?.close();
  }
};

try {
  const options = readOptions();
  await run(options);
  process.exit(0); // the native library's threads must not keep it alive
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}
