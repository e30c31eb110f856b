// The SQL of the operator's overview: sums over all channels, an hour or a day in UTC each.

import { sql } from 'drizzle-orm';
import type { OperatorPoint } from '../../../shared/operator-routes.ts';
import type { Database } from '../../db/client.ts';
import { firstIdAt } from '../../lib/ordered-ids.ts';

export type Step = 'hour' | 'day';
export type Sums = Partial<Omit<OperatorPoint, 'atMs'>>;

const timeOf = (atMs: number): string => new Date(atMs).toISOString();
/** A broadcast that began so long before may still go on. */
const LONGEST_BROADCAST_MS = 7 * 86_400_000;

type Row = { at_ms: string } & Record<string, string | null>;

export const createOperatorStore = ({ run }: Pick<Database, 'run'>) => {
  const ask = async (query: ReturnType<typeof sql>): Promise<Map<number, Sums>> => {
    const rows = await run((db) => db.execute<Row>(query));
    return new Map([...rows].map(({ at_ms, ...sums }) => [
      Number(at_ms), Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value === null ? null : Number(value)])) as Sums,
    ]));
  };
  const stepOf = (step: Step, time: ReturnType<typeof sql>) => sql`extract(epoch from date_trunc(${step}, ${time} at time zone 'UTC') at time zone 'UTC') * 1000`;

  return {
    /** What was watched and how it arrived, from the minutes of broadcasts. */
    watched: (fromMs: number, step: Step) => ask(sql`
      select ${stepOf(step, sql`"at"`)} at_ms, sum(viewer_ms) "viewerMs", sum(freezes) freezes,
        round(sum(latency_p50_ms::bigint * reports) / nullif(sum(reports) filter (where latency_p50_ms is not null), 0)) "latencyP50Ms",
        round(sum(latency_p95_ms::bigint * reports) / nullif(sum(reports) filter (where latency_p95_ms is not null), 0)) "latencyP95Ms"
      from (select m.*, b.started_at + m.minute * interval '1 minute' "at" from broadcasts b join minute_counts m on m.broadcast_id = b.id
        where b.started_at >= ${timeOf(fromMs - LONGEST_BROADCAST_MS)}::timestamptz) minutes
      where "at" >= ${timeOf(fromMs)}::timestamptz group by 1`),
    broadcasts: (fromMs: number, step: Step) => ask(sql`
      select ${stepOf(step, sql`started_at`)} at_ms, count(*) broadcasts from broadcasts where started_at >= ${timeOf(fromMs)}::timestamptz group by 1`),
    stays: (fromMs: number, step: Step) => ask(sql`
      select ${stepOf(step, sql`started_at`)} at_ms, count(*) stays, count(distinct user_id) people
      from watch_sessions where started_at >= ${timeOf(fromMs)}::timestamptz group by 1`),
    accounts: (fromMs: number, step: Step) => ask(sql`
      select ${stepOf(step, sql`created_at`)} at_ms, count(*) "newAccounts" from users where created_at >= ${timeOf(fromMs)}::timestamptz group by 1`),
    /** The ids of transfers begin with their time, so no other index is needed. */
    money: (fromMs: number, step: Step) => ask(sql`
      select ${stepOf(step, sql`"at"`)} at_ms,
        sum(amount) filter (where kind = 'top_up') "coinsBought",
        sum(amount) filter (where kind in ('refund', 'charge_back')) "coinsTakenBack",
        sum(amount) filter (where kind in ('gift', 'super_chat', 'red_packet')) "coinsGiven",
        coalesce(sum(amount) filter (where kind = 'payout'), 0) - coalesce(sum(amount) filter (where kind = 'payout_return'), 0) "coinsPaidOut",
        sum(fee) "coinsKept"
      from transfers where id >= ${firstIdAt(fromMs)} and "at" >= ${timeOf(fromMs)}::timestamptz group by 1`),
  };
};

export type OperatorStore = ReturnType<typeof createOperatorStore>;
