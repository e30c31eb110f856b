// What `load` found, as a table for people and as one object for machines.

import { quantile, tenth } from '../support/statistics.ts';
import type { Report, Watched } from './crowd.ts';
import type { Cpu } from './show.ts';

export type Used = Cpu & { readonly toolMs: number; readonly wallMs: number };

export type Finding = ReturnType<typeof findingOf>;

const spread = (values: readonly number[]) => ({ p50Ms: tenth(quantile(values, 0.5)), p95Ms: tenth(quantile(values, 0.95)), maxMs: tenth(Math.max(...values)) });
const sum = (watched: readonly Watched[], of: (one: Watched['seen']) => number): number => watched.reduce((all, { seen }) => all + of(seen), 0);
const hundredth = (value: number): number => Math.round(value * 100) / 100;

export const findingOf = (p: {
  readonly viewers: number;
  readonly early: Report;
  readonly crowd: Report;
  readonly keyframes: { readonly perSecond: number; readonly mostInASecond: number } | null;
  readonly used: Used | null;
}) => {
  const all = [...p.early.watched, ...p.crowd.watched];
  const blind = p.crowd.watched.filter(({ firstFrameMs }) => firstFrameMs === null).length;
  const [received, lost] = [sum(all, ({ received: count }) => count), sum(all, ({ lost: count }) => count)];
  const perViewerMs = p.used && (p.used.mediaMs / (p.used.wallMs / 1000)) / Math.max(1, all.length);
  return {
    asked: p.viewers, joined: all.length, failed: p.early.failed.length + p.crowd.failed.length, why: [...new Set([...p.early.failed, ...p.crowd.failed])].slice(0, 5), withoutPicture: blind,
    join: spread(p.crowd.watched.map(({ joinMs }) => joinMs)),
    firstFrame: spread(p.crowd.watched.flatMap(({ firstFrameMs }) => firstFrameMs ?? [])),
    freezes: sum(p.crowd.watched, ({ freezes }) => freezes), frozenMs: tenth(sum(p.crowd.watched, ({ frozenMs }) => frozenMs)),
    freezesOfEarly: sum(p.early.watched, ({ freezes }) => freezes), early: p.early.watched.length,
    lossPercent: hundredth((100 * lost) / Math.max(1, received + lost)),
    keyframes: p.keyframes && { perSecond: tenth(p.keyframes.perSecond), mostInASecond: p.keyframes.mostInASecond },
    cpu: p.used && {
      mediaCores: hundredth(p.used.mediaMs / p.used.wallMs), serverCores: hundredth(p.used.serverMs / p.used.wallMs), toolCores: hundredth(p.used.toolMs / p.used.wallMs),
      mediaMsPerViewerSecond: hundredth(perViewerMs ?? 0), viewersPerCore: Math.floor(1000 / Math.max(perViewerMs ?? 0, 0.001)),
    },
  };
};

const line = (name: string, text: string): string => `${name.padEnd(22)}${text}`;
const ms = ({ p50Ms, p95Ms, maxMs }: ReturnType<typeof spread>): string => `half within ${p50Ms} ms, 95 % within ${p95Ms} ms, the last ${maxMs} ms`;

export const tableOf = (found: Finding): string =>
  [
    line('viewers', `${found.joined} of ${found.asked} came in${found.withoutPicture > 0 ? `, ${found.withoutPicture} of them never saw a picture` : ''}`),
    ...(found.failed > 0 ? [line('could not', `${found.failed}: ${found.why.join('; ')}`)] : []),
    line('joining', ms(found.join)),
    line('first frame', ms(found.firstFrame)),
    line('freezes', `${found.freezes}, ${found.frozenMs} ms in all`),
    line('freezes before', `${found.freezesOfEarly} at the ${found.early} who watched already when the others came`),
    line('packets lost', `${found.lossPercent} %`),
    ...(found.keyframes === null ? [] : [line('keyframes', `${found.keyframes.perSecond} a second asked of the sender while they came, ${found.keyframes.mostInASecond} at most in any one`)]),
    ...(found.cpu === null ? [] : [
      line('CPU of the media', `${found.cpu.mediaCores} cores, ${found.cpu.mediaMsPerViewerSecond} ms a second for each viewer: ${found.cpu.viewersPerCore} viewers a core`),
      line('CPU beside it', `server ${found.cpu.serverCores} cores, this tool ${found.cpu.toolCores} cores`),
    ]),
  ].join('\n');
