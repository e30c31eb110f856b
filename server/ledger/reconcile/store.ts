// The questions of the reconciliation: each asks the database for rows that are off, and gets none when all is well. They know the
// tables alone and none of the code that writes them.

import { sql } from 'drizzle-orm';
import type { CheckName } from '../../../shared/operator-routes.ts';
import type { Database } from '../../db/client.ts';

export type ReconcileDatabase = Pick<Database, 'run'>;

export type Check = {
  readonly name: CheckName;
  /** What holds if there is no row. */
  readonly claim: string;
  /** Each row: what is off, in words. */
  readonly find: () => Promise<readonly string[]>;
};

/** A broken table has as many rows as it likes; so many are named. */
const NAMED_MAX = 100;

/** Every entry of every transfer: an account, what it changed, and what was left. */
const ENTRIES = sql`entries as (
  select id, debit_id account, -amount coins, debit_after after from transfers
  union all select id, credit_id, amount - fee, credit_after from transfers
  union all select id, 'revenue', fee, fee_after from transfers where fee > 0)`;

export const createChecks = ({ run }: ReconcileDatabase): readonly Check[] => {
  const check = (name: CheckName, claim: string, query: ReturnType<typeof sql>): Check => ({
    name,
    claim,
    find: async () => [...(await run((db) => db.execute<{ words: string }>(sql`${query} limit ${NAMED_MAX}`)))].map(({ words }) => words),
  });
  return [
    check('sum_zero', 'the sum over all accounts is zero', sql`
      select 'the sum is ' || sum(balance) words from accounts having sum(balance) <> 0`),
    check('balances', 'every balance is the sum of its entries', sql`
      with ${ENTRIES}, sums as (select account, sum(coins) coins from entries group by account)
      select 'account ' || coalesce(a.id, s.account) || ': balance ' || coalesce(a.balance::text, 'none') || ', entries ' || coalesce(s.coins, 0) words
      from accounts a full join sums s on s.account = a.id where a.balance is distinct from coalesce(s.coins, 0)`),
    check('not_below_zero', 'no account is below zero but those that may be', sql`
      select 'account ' || id || ': balance ' || balance words from accounts where balance < 0 and kind not in ('issued', 'debt')`),
    check('lines', 'every line says what was left after it', sql`
      with ${ENTRIES}, running as (select id, account, after, sum(coins) over (partition by account order by id) should from entries)
      select 'transfer ' || id || ' on ' || account || ': says ' || coalesce(after::text, 'nothing') || ', is ' || should words
      from running where after is distinct from should`),
    check('gifts', 'every gift is a transfer of the same coins, and the other way round', sql`
      select 'gift ' || coalesce(g.transfer_id, t.id) || ': ' || coalesce(g.coins::text, 'no gift') || ' against ' || coalesce(t.amount::text, 'no transfer') words
      from gift_sends g full join (select * from transfers where kind = 'gift') t on t.id = g.transfer_id
      where t.amount is distinct from g.coins or t.debit_id is distinct from 'wallet:' || g.user_id or t.credit_id is distinct from 'earnings:' || g.channel_id`),
    check('super_chats', 'every super chat is a transfer of the same coins, and the other way round', sql`
      select 'super chat ' || coalesce(s.id, t.id) || ': ' || coalesce(s.coins::text, 'no super chat') || ' against ' || coalesce(t.amount::text, 'no transfer') words
      from super_chats s full join (select * from transfers where kind = 'super_chat') t on t.id = s.transfer_id
      where t.amount is distinct from s.coins or t.debit_id is distinct from 'wallet:' || s.user_id or t.credit_id is distinct from 'earnings:' || s.channel_id`),
    check('red_packets', 'every red packet is a transfer of the same coins, and the other way round', sql`
      select 'red packet ' || coalesce(r.id, t.id) || ': ' || coalesce(r.coins::text, 'no packet') || ' against ' || coalesce(t.amount::text, 'no transfer') words
      from red_packets r full join (select * from transfers where kind = 'red_packet') t on t.id = r.transfer_id
      where t.amount is distinct from r.coins or t.debit_id is distinct from 'wallet:' || r.user_id`),
    check('escrow', 'escrow holds the red packets that are not opened', sql`
      select 'escrow holds ' || balance || ', open packets ' || open.coins words
      from accounts, (select coalesce(sum(coins), 0) coins from red_packets where opened_at is null) open
      where id = 'escrow' and balance <> open.coins`),
    check('payouts', 'what is set aside for payouts is what was asked for', sql`
      select 'channel ' || coalesce(a.channel_id, p.channel_id) || ': set aside ' || coalesce(a.balance, 0) || ', asked for ' || coalesce(p.coins, 0) words
      from (select channel_id, balance from accounts where kind = 'payouts') a
      full join (select channel_id, sum(coins) coins from payouts where state = 'requested' group by channel_id) p on p.channel_id = a.channel_id
      where coalesce(a.balance, 0) <> coalesce(p.coins, 0)`),
    check('top_ups', 'every paid top-up was credited, and nothing else was', sql`
      select 'top-up ' || coalesce(u.id, t.id) || ': ' || coalesce(u.coins::text, 'none') || ' against ' || coalesce(t.amount::text, 'no transfer') words
      from top_ups u full join (select * from transfers where kind = 'top_up') t on t.key = 'topup/' || u.id
      where case when t.id is null then u.state in ('paid', 'refunded', 'charged_back') else t.amount is distinct from u.coins end`),
    check('fans', 'what each fan gave is the sum of it', sql`
      with given as (
        select channel_id, user_id, sum(coins) coins from (
          select channel_id, user_id, coins from gift_sends union all select channel_id, user_id, coins from super_chats) every_gift
        group by channel_id, user_id)
      select 'fan ' || coalesce(f.user_id, g.user_id) || ' of ' || coalesce(f.channel_id, g.channel_id) || ': ' || coalesce(f.coins, 0) || ', gave ' || coalesce(g.coins, 0) words
      from fans f full join given g on g.channel_id = f.channel_id and g.user_id = f.user_id where f.coins is distinct from g.coins`),
  ];
};
