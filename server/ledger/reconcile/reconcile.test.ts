// Each claim is broken once, behind the back of all triggers, and must be seen: by that claim, with the row's name.

import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import type { ChannelId } from '../../../shared/ids.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { addChannel, addUsers } from '../../../tests/support/rows.ts';
import { earningsOf, payoutsOf } from '../accounts.ts';
import { CHANNEL, gift, startLedger, topUp, wallet } from '../testing.ts';
import { reconcile } from './reconcile.ts';

const database = useTestDatabase();
const at = "'2026-01-01'";

/** Everything once: bought, given, said, set aside, asked for. */
beforeEach(async () => {
  await addChannel(database(), { ownerId: 'owner', channelId: CHANNEL as ChannelId });
  await addUsers(database(), ['ada']);
  const ledger = startLedger(database());
  await ledger.post(topUp('ada', 1_000));
  const sent = await ledger.post(gift('ada', '1', 300));
  const said = await ledger.post({ ...gift('ada', '2', 50), kind: 'super_chat' });
  const packet = await ledger.post({ kind: 'red_packet', key: 'packet/1', fingerprint: 'x', debit: wallet('ada'), credit: 'escrow', amount: 20 });
  await ledger.post({ kind: 'payout', key: 'payout/1', fingerprint: 'x', debit: earningsOf(CHANNEL), credit: payoutsOf(CHANNEL), amount: 100 });
  await ledger.close();
  for (const row of [
    `insert into top_ups (id, user_id, key, package_id, coins, price, currency, provider, state, started_at) values ('first', 'ada', 'k', 'p', 1000, 999, 'USD', 'sandbox', 'paid', ${at})`,
    `insert into gift_sends (transfer_id, channel_id, user_id, role, fan_level, gift_id, quantity, coins, combo_id, combo_count, given_at) values ('${sent.transferId}', '${CHANNEL}', 'ada', 'viewer', 0, 'rose', 30, 300, 'c', 30, ${at})`,
    `insert into super_chats (id, transfer_id, channel_id, user_id, role, fan_level, text, coins, said_at, pinned_until) values ('s', '${said.transferId}', '${CHANNEL}', 'ada', 'viewer', 0, 'hi', 50, ${at}, ${at})`,
    `insert into red_packets (id, transfer_id, channel_id, user_id, role, fan_level, coins, shares, announced_at) values ('r', '${packet.transferId}', '${CHANNEL}', 'ada', 'viewer', 0, 20, 2, ${at})`,
    `insert into payouts (id, channel_id, key, coins, amount, currency, destination, state, requested_at) values ('p', '${CHANNEL}', 'k', 100, 70, 'USD', 'x', 'requested', ${at})`,
    `insert into fans (channel_id, user_id, coins) values ('${CHANNEL}', 'ada', 350)`,
  ]) await behind(row);
  await behind(`update top_ups set id = 'ada/first'`);
});

/** As no code of ours could. */
const behind = async (statement: string): Promise<void> => {
  await database().run((db) => db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql.raw(statement));
  }));
};

test('all is right', async () => {
  const { lines, faults } = await reconcile(database());
  expect(faults).toEqual([]);
  expect(lines.length).toBeGreaterThanOrEqual(11);
  expect(lines.every((line) => line.startsWith('ok'))).toBe(true);
});

test.each([
  ['the sum over all accounts', "update accounts set balance = balance + 1 where id = 'revenue'", 'the sum is 1'],
  ['every balance', "update accounts set balance = balance + 5 where id = 'wallet:ada'", 'account wallet:ada: balance 635, entries 630'],
  ['every balance', "update transfers set amount = 301 where kind = 'gift'", 'account wallet:ada'],
  ['every line says', "update transfers set debit_after = 7 where kind = 'gift'", 'wallet:ada: says 7, is 700'],
  ['every gift', "update gift_sends set coins = 299", '299 against 300'],
  ['every gift', 'delete from gift_sends', 'no gift against 300'],
  ['every gift', "insert into gift_sends select 'other', channel_id, broadcast_id, user_id, role, fan_level, gift_id, quantity, coins, combo_id, combo_count, seen_at, seen_error_ms, given_at from gift_sends", 'gift other: 300 against no transfer'],
  ['every super chat', 'update super_chats set coins = 51', '51 against 50'],
  ['every red packet', 'delete from red_packets', 'no packet against 20'],
  ['escrow holds', `update red_packets set opened_at = ${at}`, 'escrow holds 20, open packets 0'],
  ['what is set aside', "update payouts set coins = 99", 'set aside 100, asked for 99'],
  ['every paid top-up', 'update top_ups set coins = 999', '999 against 1000'],
  ['what each fan gave', 'update fans set coins = 351', 'fan ada of chan: 351, gave 350'],
])('%s: seen when it is broken by %s', async (claim, statement, words) => {
  await behind(statement);
  const { lines, faults } = await reconcile(database());
  expect(faults.join('\n')).toContain(words);
  expect(lines.filter((line) => line.startsWith('WRONG')).map((line) => line.slice(7)).join('\n')).toContain(claim);
});
