// A behaviour model that has learned enough to be shown, as an earlier server would have left it: tests cannot wait for the thousands of
// minutes that it takes.

import { createBehaviourModel } from '../../server/features/behaviour/model.ts';
import type { Behaviour } from '../../server/features/behaviour/model.ts';
import { toSaved } from '../../server/features/behaviour/saved-state.ts';
import { databaseOf } from './purse.ts';
import type { TestServer } from './server.ts';

const LESSONS = 6_000;
/** Of newcomers two in three stay the next minute, and so on. */
const CHANCES: Readonly<Record<Behaviour, number>> = { stays: 2 / 3, returns: 0.3, gifts: 0.05, follows: 0.1 };
/** Spreads outcomes as evenly as chance never would, also over every part of them. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

const sureModel = () => {
  const model = createBehaviourModel();
  const hour = new Date().getUTCHours();
  for (const [behaviour, chance] of Object.entries(CHANCES) as [Behaviour, number][]) {
    for (let at = 0; at < LESSONS; at++) {
      const isFan = behaviour !== 'stays' && at % 4 === 0;
      const watch = {
        watchedS: [5, 20, 70][at % 3] ?? 5, lines: isFan ? 3 : 0, reactions: 0, gifts: 0, hour: (hour + (at % 2)) % 24,
        earlierWatches: isFan ? 8 : 0, daysSince: isFan ? 1 : null, follows: false,
      };
      model.happened(behaviour, watch, (at * GOLDEN) % 1 < chance + (isFan ? 0.4 : 0), at % 5 === 0);
    }
  }
  return model;
};

/** Writes it, and ends the server hard, since one that ends in peace saves its own; the next one begins with it. */
export const leaveSureModel = async (server: TestServer): Promise<void> => {
  const database = databaseOf(server);
  const state = JSON.stringify(toSaved({ model: sureModel().state(), weekUpTo: '' }));
  await database.sql`insert into model_states (name, state, saved_at) values ('behaviour', ${state}::text::jsonb, now())`;
  await database.close();
  await server.kill();
};
