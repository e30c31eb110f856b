import { expect, test } from 'vitest';
import { useTestDatabase } from '../../tests/support/database.ts';
import { createLog } from '../lib/log.ts';
import { migrate } from './migrate.ts';

const database = useTestDatabase();
const log = createLog({ level: 'silent' });

test('servers that start together migrate an empty database once', async () => {
  await database().sql.unsafe('create database fresh');
  const connection = { ...database().embedded.connection, database: 'fresh' };
  await Promise.all(Array.from({ length: 4 }, () => migrate({ connection, log })));
  await migrate({ connection, log });
});

test('a database of a newer version is left alone', async () => {
  await database().sql.unsafe('create database newer');
  const connection = { ...database().embedded.connection, database: 'newer' };
  await migrate({ connection, log });
  const { default: postgres } = await import('postgres');
  const sql = postgres({ ...connection, max: 1 });
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('future', 99999999999999)`;
  await sql.end();
  await expect(migrate({ connection, log })).rejects.toThrow(/newer Qiao/);
});

test('a database in another encoding is refused in words', async () => {
  await database().sql.unsafe("create database narrow encoding 'SQL_ASCII' locale 'C' template template0");
  await expect(migrate({ connection: { ...database().embedded.connection, database: 'narrow' }, log })).rejects.toThrow(/UTF8/);
});

test('every foreign key has an index to find its rows by', async () => {
  const missing = await database().sql`
    select c.conname from pg_constraint c
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
      select from pg_index i where i.indrelid = c.conrelid
        and exists (select from unnest(c.conkey) k where k = i.indkey[0])
    )`;
  expect(missing.map((row) => row['conname'])).toEqual([]);
});
