// Column types that Drizzle lacks, and columns of many rows as parameters. In the code every time is milliseconds since 1970; in the database it is a timestamptz.

import { sql } from 'drizzle-orm';
import { customType } from 'drizzle-orm/pg-core';

export const isoOf = (ms: number): string => new Date(ms).toISOString();

/** A timestamptz as milliseconds, in SQL. */
export const ms = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::bigint`);

export const instant = customType<{ data: number; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  toDriver: isoOf,
  fromDriver: (text) => Date.parse(text),
});

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** A whole number up to 2^53; fractions, which sums of clock readings have, are rounded. */
export const whole = customType<{ data: number; driverData: string }>({
  dataType: () => 'bigint',
  toDriver: (value) => String(Math.round(value)),
  fromDriver: Number,
});

/** Between the values of a column; no id, key, kind or number has it. */
const SEPARATOR = '\u001f';

/**
 * Many values of one column as one parameter, an array of text; null where there is none. Thousands of parameters would cost more
 * than all else about a batch, and JSON half of it. Not for what people typed.
 */
export const columnOf = (values: readonly (string | number | null)[]) =>
  sql`string_to_array(${values.map((value) => value ?? '').join(SEPARATOR)}, ${SEPARATOR}, '')`;
