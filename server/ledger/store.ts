// The ledger's SQL. A batch is one transaction of three steps: lock its accounts in the order of their ids (so that two servers
// never wait for each other), read what is known of its keys, write transfers and balances. Rows travel as one parameter for each
// column: thousands of parameters would cost more than the rest of the transaction, and JSON half of it.

import { desc, sql } from 'drizzle-orm';
import type { TransferId } from '../../shared/ids.ts';
import type { Database } from '../db/client.ts';
import { columnOf } from '../db/columns.ts';
import { transfers } from '../db/money-schema.ts';
import { kindOf, ownerOf } from './accounts.ts';
import type { AccountId } from './accounts.ts';
import type { Accepted, Balance, Known } from './judge.ts';
import type { Tx } from './transfer.ts';

export type LedgerDatabase = Pick<Database, 'run' | 'transact'>;

export type NewTransfer = Accepted & { readonly transferId: TransferId; readonly atMs: number };

/** `isDurable` false is for the test that must be able to see a loss. */
export const createLedgerStore = ({ run, transact }: LedgerDatabase, { isDurable = true } = {}) => {
  const lock = async (tx: Tx, ids: readonly AccountId[]): Promise<Map<AccountId, Balance>> => {
    const rows = await tx.execute<{ id: AccountId; balance: string; is_frozen: boolean }>(sql`
      select id, balance, is_frozen from accounts
      where id = any(${columnOf(ids)}) order by id for update`);
    return new Map([...rows].map(({ id, balance, is_frozen: isFrozen }) => [id, { balance: Number(balance), isFrozen }]));
  };
  const open = async (tx: Tx, ids: readonly AccountId[]): Promise<void> => {
    const kinds = ids.map(kindOf);
    const ownersIf = (isTheirs: (kind: string) => boolean) => columnOf(ids.map((id) => (isTheirs(kindOf(id)) ? ownerOf(id) : null)));
    const isUsers = (kind: string): boolean => kind === 'wallet' || kind === 'debt';
    await tx.execute(sql`
      insert into accounts (id, kind, user_id, channel_id, balance)
      select id, kind, user_id, channel_id, 0
      from unnest(${columnOf(ids)}, ${columnOf(kinds)}, ${ownersIf(isUsers)}, ${ownersIf((kind) => !isUsers(kind))}) as fresh(id, kind, user_id, channel_id)
      order by id on conflict do nothing`);
  };

  const known = async (tx: Pick<Tx, 'execute'>, keys: readonly string[]): Promise<Map<string, Known>> => {
    const rows = await tx.execute<{ key: string; fingerprint: string; id: TransferId; at: string; debit_after: string; credit_after: string }>(sql`
      select key, fingerprint, id, at, debit_after, credit_after from transfers
      where key = any(${columnOf(keys)})`);
    return new Map(
      [...rows].map((row) => [
        row.key,
        { fingerprint: row.fingerprint, transferId: row.id, atMs: Date.parse(row.at), debitAfter: Number(row.debit_after), creditAfter: Number(row.credit_after) },
      ]),
    );
  };

  return {
    /** Runs in one transaction, which is durable when this resolves: the pool's connections wait for the disk (`db/client.ts`). */
    transaction: <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
      transact(async (tx) => {
        if (!isDurable) await tx.execute(sql`set local synchronous_commit = off`);
        return work(tx);
      }),
    /**
     * Locks the accounts, in the order of their ids, and reads what is there of the keys: afterwards, since who posts the same keys
     * elsewhere moves the same accounts. Both go out together. Accounts that nobody has used yet are opened.
     */
    async begin(tx: Tx, ids: readonly AccountId[], keys: readonly string[]): Promise<{ balances: Map<AccountId, Balance>; known: Map<string, Known> }> {
      const [balances, before] = await Promise.all([lock(tx, ids), known(tx, keys)]);
      const fresh = ids.filter((id) => !balances.has(id));
      if (fresh.length === 0) return { balances, known: before };
      await open(tx, fresh);
      for (const [id, balance] of await lock(tx, fresh)) balances.set(id, balance);
      return { balances, known: await known(tx, keys) };
    },
    async write(tx: Tx, added: readonly NewTransfer[], balances: ReadonlyMap<AccountId, number>): Promise<void> {
      const of = (value: (one: NewTransfer) => string | number | null) => columnOf(added.map(value));
      await Promise.all([
        tx.execute(sql`
          insert into transfers (id, kind, key, fingerprint, debit_id, credit_id, amount, fee, debit_after, credit_after, fee_after, reverses_id, at)
          select * from unnest(
            ${of(({ transferId }) => transferId)}, ${of(({ transfer }) => transfer.kind)}, ${of(({ transfer }) => transfer.key)},
            ${of(({ transfer }) => transfer.fingerprint)}, ${of(({ transfer }) => transfer.debit)}, ${of(({ transfer }) => transfer.credit)},
            ${of(({ transfer }) => transfer.amount)}::bigint[], ${of(({ transfer }) => transfer.fee ?? 0)}::bigint[],
            ${of(({ debitAfter }) => debitAfter)}::bigint[], ${of(({ creditAfter }) => creditAfter)}::bigint[], ${of(({ feeAfter }) => feeAfter)}::bigint[],
            ${of(({ transfer }) => transfer.reverses ?? null)}, ${of(({ atMs }) => new Date(atMs).toISOString())}::timestamptz[])`),
        tx.execute(sql`
          update accounts set balance = changed.balance
          from unnest(${columnOf([...balances.keys()])}, ${columnOf([...balances.values()])}::bigint[]) as changed(id, balance)
          where accounts.id = changed.id`),
      ]);
    },
    /** Outside of any batch: what this key stands for, if it was posted. */
    find: async (key: string): Promise<Known | null> => (await transact((tx) => known(tx, [key]))).get(key) ?? null,
    async balances(ids: readonly AccountId[]): Promise<Map<AccountId, Balance>> {
      const rows = await run((db) => db.execute<{ id: AccountId; balance: string; is_frozen: boolean }>(sql`
        select id, balance, is_frozen from accounts where id = any(${columnOf(ids)})`));
      const found = new Map([...rows].map(({ id, balance, is_frozen: isFrozen }) => [id, { balance: Number(balance), isFrozen }]));
      return new Map(ids.map((id) => [id, found.get(id) ?? { balance: 0, isFrozen: false }]));
    },
    setFrozen: (id: AccountId, isFrozen: boolean): Promise<void> =>
      transact(async (tx) => {
        await open(tx, [id]);
        await tx.execute(sql`update accounts set is_frozen = ${isFrozen} where id = ${id}`);
      }),
    lastId: async (): Promise<TransferId | null> =>
      (await run((db) => db.select({ id: transfers.id }).from(transfers).orderBy(desc(transfers.id)).limit(1)))[0]?.id ?? null,
    count: async (): Promise<number> => Number((await run((db) => db.select({ n: sql<string>`count(*)` }).from(transfers)))[0]?.n ?? 0),
  };
};

export type LedgerStore = ReturnType<typeof createLedgerStore>;
