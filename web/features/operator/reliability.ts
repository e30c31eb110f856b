// A reliability plot's points: what was foreseen against what came true, between the two ends of the dashed line on which both are
// the same. Pure; shares become percent, since that is what people read.

import type { JudgedModel } from '../../../shared/operator-routes.ts';

export type ReliabilityView = { readonly xs: readonly number[]; readonly happened: readonly (number | null)[]; readonly perfect: readonly number[] };

export const reliabilityView = (plot: JudgedModel['plot']): ReliabilityView => {
  const points = plot.map(({ predicted, happened }) => ({ x: predicted * 100, y: happened * 100 })).filter(({ x }) => x > 0 && x < 100);
  const xs = [0, ...points.map(({ x }) => x), 100];
  return { xs, happened: [null, ...points.map(({ y }) => y), null], perfect: xs };
};
