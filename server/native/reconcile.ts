// What `npm run reconcile` does once everything is set up. Exit code 1: something is off.

import { ConfigError, loadConfig } from '../config.ts';
import { reachDatabase } from '../db/reach.ts';
import { reconcile } from '../ledger/reconcile/reconcile.ts';
import { createSystemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const { databaseUrl, dataDir } = loadConfig(process.env);
  const place = databaseUrl === null ? { dataDir } : { url: databaseUrl };
  const database = await reachDatabase({ place, clock: createSystemClock(), log: createLog({ level: 'error' }), onProgress: say });
  const { lines, faults } = await reconcile(database).finally(() => database.close());
  for (const line of lines) say(line);
  say(faults.length === 0 ? 'The money is right.' : `${faults.length} rows are off.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : `The money could not be checked: ${error instanceof Error ? error.message : String(error)}`}\n`);
  process.exitCode = 2;
}
