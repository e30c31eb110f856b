// A behaviour model that has learned enough to be shown, as an earlier server would have left it: tests cannot wait for the thousands of
// minutes that it takes.

import { createBehaviourModel } from '../../server/features/behaviour/model.ts';
import type { Behaviour } from '../../server/features/behaviour/model.ts';
import { toSaved } from '../../server/features/behaviour/saved-state.ts';
import { databaseOf } from './purse.ts';
import type { TestServer } from './server.ts';

const LESSONS = 6_000;
/** Newcomers stay the next minute with 70 %, and so on: in tenths. */
const CHANCES: Readonly<Record<Behaviour, number>> = { stays: 7, returns: 3, gifts: 1, follows: 2 };

const sureModel = () => {
  const model = createBehaviourModel();
  const hour = new Date().getUTCHours();
  for (const [behaviour, tenths] of Object.entries(CHANCES) as [Behaviour, number][]) {
    for (let at = 0; at < LESSONS; at++) {
      const isFan = behaviour !== 'stays' && at % 4 === 0;
      const watch = {
        watchedS: [5, 20, 70][at % 3] ?? 5, lines: isFan ? 3 : 0, reactions: 0, gifts: 0, hour: (hour + (at % 2)) % 24,
        earlierWatches: isFan ? 8 : 0, daysSince: isFan ? 1 : null, follows: false,
      };
      model.happened(behaviour, watch, Math.floor(at / 12) % 10 < tenths + (isFan ? 3 : 0), Math.floor(at / 120) % 5 === 0);
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
