// Where `npm run db:generate` finds the tables and puts the SQL. It compares files only and needs no database.

import type { Config } from 'drizzle-kit';

// The only default export here: drizzle-kit asks for it.
export default {
  dialect: 'postgresql',
  schema: ['./server/db/schema.ts', './server/db/money-schema.ts', './server/db/insight-schema.ts', './server/db/finding-schema.ts'],
  out: './migrations',
} satisfies Config;
