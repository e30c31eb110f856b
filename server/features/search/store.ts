// The SQL of search: rows that wait to be read anew, and the question itself. Candidates are bounded, so that one letter, which half of
// all channels begin with, costs no more than a name.

import { sql } from 'drizzle-orm';
import type { Category } from '../../../shared/categories.ts';
import type { ChannelId, ImageId, UserId } from '../../../shared/ids.ts';
import type { Database } from '../../db/client.ts';
import { isoOf } from '../../db/columns.ts';
import type { Described, Words } from './entry.ts';

export type { Database } from '../../db/client.ts';

export type Found = {
  readonly channelId: ChannelId;
  readonly handle: string;
  readonly displayName: string;
  readonly about: string;
  readonly category: Category;
  readonly avatarImageId: ImageId | null;
  readonly isFollowing: boolean;
};

const LIVE_MAX = 200;
const FOLLOWED_MAX = 200;
const EXACT_MAX = 200;
const OTHERS_MAX = 400;

type StaleRow = { channel_id: ChannelId; handle: string; display_name: string; about: string; title: string | null; tags: string[] | null };
type FoundRow = {
  channel_id: ChannelId; handle: string; display_name: string; about: string; category: Category; avatar_image_id: ImageId | null; is_following: boolean;
};

export const createSearchStore = ({ run }: Pick<Database, 'run'>) => ({
  /** Reads at most so many stale rows anew; how many it were. */
  refresh: (countMax: number, wordsOf: (described: Described) => Words): Promise<number> =>
    run((db) =>
      db.transaction(async (tx) => {
        // Two statements: what is read must be newer than the lock. Whoever changes a channel meanwhile waits, and makes its row stale again.
        const stale = await tx.execute(sql`select channel_id from search_entries where is_stale limit ${countMax} for update skip locked`);
        const ids = JSON.stringify(stale.map((row) => row['channel_id']));
        const rows = (await tx.execute(sql`
          select c.id as channel_id, c.handle, c.display_name, c.about, b.title, to_jsonb(b.tags) as tags
          from channels c left join broadcasts b on b.channel_id = c.id and b.ended_at is null and b.visibility = 'public'
          where c.id in (select jsonb_array_elements_text(${ids}::jsonb))`)) as unknown as readonly StaleRow[];
        if (rows.length === 0) return 0;
        const entries = rows.map((row) => {
          const live = row.title === null ? null : { title: row.title, tags: row.tags ?? [] };
          return { id: row.channel_id, live: live !== null, ...wordsOf({ handle: row.handle, displayName: row.display_name, about: row.about, live }) };
        });
        await tx.execute(sql`
          update search_entries e set words = n.words::tsvector, names = n.names::tsvector, is_live = n.live, is_stale = false
          from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as n(id text, words text, names text, live boolean) where e.channel_id = n.id`);
        return rows.length;
      }),
    ),

  /** Live first, then followed, then by match. `exact` and `wanted` are conditions of text search. Whoever is banned from a channel does not find it. */
  async find(asked: { exact: string; wanted: string; userId: UserId | null; nowMs: number; countMax: number }): Promise<Found[]> {
    const { exact, wanted, userId, nowMs, countMax } = asked;
    const rows = (await run((db) =>
      db.execute(sql`
        with asked as materialized (select ${wanted}::tsquery as wanted, ${exact}::tsquery as exact),
        -- Read as far as somebody asks, which is why each has a limit where it is used.
        matched as materialized (select channel_id, names, is_live from asked, search_entries where not is_live and words @@ wanted),
        candidates as (
          (select channel_id, names, is_live from asked, search_entries where is_live and words @@ wanted limit ${LIVE_MAX})
          -- One by one, with a fence before the condition: they are few, and all that match may be many.
          union all (select e.channel_id, e.names, e.is_live from asked, follows f
            cross join lateral (select * from search_entries where channel_id = f.channel_id offset 0) e
            where f.user_id = ${userId} and e.words @@ wanted limit ${FOLLOWED_MAX})
          union all (select channel_id, names, is_live from asked, search_entries where not is_live and words @@ exact limit ${EXACT_MAX})
          union all (select * from matched limit ${OTHERS_MAX})
        ),
        ranked as (
          select distinct on (channel_id) channel_id, is_live, ts_rank('{0, 0, 0.4, 1}', names, wanted) as closeness,
            (names @@ exact) as is_exact, length(names) as others
          from candidates, asked order by channel_id
        ),
        best as (
          select r.*, f.user_id is not null as is_following from ranked r left join follows f on f.channel_id = r.channel_id and f.user_id = ${userId}
          where not exists (select 1 from sanctions s where s.channel_id = r.channel_id and s.user_id = ${userId} and s.kind = 'ban'
            and s.lifted_at is null and (s.until is null or s.until > ${isoOf(nowMs)}::timestamptz))
          order by is_live desc, is_following desc, is_exact desc, closeness desc, others, channel_id limit ${countMax}
        )
        select c.id as channel_id, c.handle, c.display_name, c.about, c.category, c.avatar_image_id, b.is_following
        from best b join channels c on c.id = b.channel_id
        order by b.is_live desc, b.is_following desc, b.is_exact desc, b.closeness desc, b.others, b.channel_id`),
    )) as unknown as readonly FoundRow[];
    return rows.map((row) => ({
      channelId: row.channel_id, handle: row.handle, displayName: row.display_name, about: row.about, category: row.category,
      avatarImageId: row.avatar_image_id, isFollowing: row.is_following,
    }));
  },
});

export type SearchStore = ReturnType<typeof createSearchStore>;
