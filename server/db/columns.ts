// Column types that Drizzle lacks. In the code every time is milliseconds since 1970; in the database it is a timestamptz.

import { customType } from 'drizzle-orm/pg-core';

export const instant = customType<{ data: number; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  toDriver: (ms) => new Date(ms).toISOString(),
  fromDriver: (text) => Date.parse(text),
});

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** A whole number up to 2^53; fractions, which sums of clock readings have, are rounded. */
export const whole = customType<{ data: number; driverData: string }>({
  dataType: () => 'bigint',
  toDriver: (value) => String(Math.round(value)),
  fromDriver: Number,
});
