// GET /healthz: what a balancer or a person asks first. 503 while a part without which nothing goes is away.

export type HealthDeps = {
  readonly version: string;
  readonly isDatabaseUp: () => boolean;
  readonly workers: () => readonly { readonly alive: boolean }[];
  /** Numbers by name, of whatever counts itself. */
  readonly counts: () => Readonly<Record<string, unknown>>;
};

export const healthRoute = ({ version, isDatabaseUp, workers, counts }: HealthDeps) => () => {
  const all = workers();
  const alive = all.filter((worker) => worker.alive).length;
  const isUp = isDatabaseUp();
  const isWell = isUp && alive > 0;
  const body = { status: isWell ? 'ok' : 'degraded', version, database: isUp ? 'up' : 'down', workers: { alive, total: all.length }, ...counts() };
  return { status: isWell ? 200 : 503, type: 'application/json', body: JSON.stringify(body) };
};
