// Search against a real PostgreSQL: what is found under which words, in what order, and what never is.

import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../tests/support/database.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { SessionId, UserId } from '../../../shared/ids.ts';
import { HOSTILE_TEXTS } from '../../../tests/support/hostile-texts.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createSearch } from './search.ts';

const database = useTestDatabase();

const setUp = () => {
  const { sql } = database();
  const live = new Set<string>();
  const search = createSearch({
    clock: createHandClock(1_700_000_000_000), log: createLog({ level: 'silent' }), database: database(), imageUrl: (id) => `/images/${id}`,
    liveIn: (roomId) => (live.has(roomId) ? { broadcast: { title: 'on air' } as BroadcastView, viewers: 1, thumbnailUrl: null } : null),
  });
  const addUser = async (name: string): Promise<UserId> => {
    await sql`insert into users (id, name, name_key, display_name, password_hash, created_at) values (${name}, ${name}, ${name}, ${name}, '$argon2id$', now())`;
    return name as UserId;
  };
  const addChannel = async (handle: string, displayName: string, about = ''): Promise<string> => {
    await addUser(`owner-${handle}`);
    await sql`insert into channels (id, owner_user_id, handle, handle_key, display_name, about, category, created_at)
      values (${handle}, ${`owner-${handle}`}, ${handle}, ${handle.toLowerCase()}, ${displayName}, ${about}, 'talk', now())`;
    return handle;
  };
  const goLive = async (handle: string, title: string, tags: string[] = [], visibility = 'public'): Promise<void> => {
    await sql`insert into broadcasts (id, channel_id, title, category, tags, visibility, link_key, started_at, last_alive_at)
      values (${`b-${handle}`}, ${handle}, ${title}, 'talk', ${`{${tags.map((tag) => JSON.stringify(tag)).join()}}`}::text[], ${visibility}, ${visibility === 'private' ? 'k'.repeat(20) : null}, now(), now())`;
    if (visibility === 'public') live.add(handle);
  };
  const end = async (handle: string): Promise<void> => {
    await sql`update broadcasts set ended_at = now(), end_reason = 'host' where channel_id = ${handle}`;
    live.delete(handle);
  };
  const find = async (q: string, name: string | null = null, count = '20'): Promise<string[]> => {
    await search.refresh();
    const user = name === null ? null : { userId: name as UserId, sessionId: 's' as SessionId, name, displayName: name };
    const { results } = await search.routes['search.query']({ query: new URLSearchParams({ q, count }), user });
    return results.map(({ channel }) => channel.handle);
  };
  return { sql, search, addUser, addChannel, goLive, end, find };
};

test('[Y1] words are found whole, begun, without case, accents and width, in English and Chinese', async () => {
  const { addChannel, find } = setUp();
  await addChannel('MorningTea_live', 'Café Zürich', 'We pour oolong every day');
  await addChannel('wangzhe', '王者荣耀开黑', '每天晚上八点');
  const [tea, king] = [['MorningTea_live'], ['wangzhe']];
  for (const q of ['cafe', 'CAFÉ', 'ｃａｆｅ', 'caf', 'c', 'zurich cafe', 'morning', 'tea', 'morningtea', 'morningtealive', 'MorningTea_live', 'live tea', 'oolong', 'cafe oolong']) {
    expect([q, await find(q)]).toEqual([q, tea]);
  }
  for (const q of ['王者', '荣耀', '王者荣耀', '王', '王者荣耀开黑', '王者 开黑', '王者榮耀', '榮', 'wangz', '八点']) expect([q, await find(q)]).toEqual([q, king]);
  for (const q of ['cafe 王者', 'teapot', 'xyz', '耀者', '', '   ', '!!!']) expect([q, await find(q)]).toEqual([q, []]);
});

test('[Y1] one slip in a longer word, or one wrong Chinese character of three, is forgiven, and what was meant exactly comes first', async () => {
  const { addChannel, find } = setUp();
  await addChannel('mine', 'Minecraft builders');
  await addChannel('king', '王者荣耀');
  for (const q of ['minecarft', 'mincraft', 'minecrafft', 'minekraft', 'inecraft', 'minecraf', 'bilders minecraft', 'minecarft build', 'mincr', 'mnecra', 'bilder']) expect([q, await find(q)]).toEqual([q, ['mine']]);
  for (const q of ['王者荣要', '王著荣耀', '网者荣耀', '者荣要']) expect([q, await find(q)]).toEqual([q, ['king']]);
  for (const q of ['minecrxxt', 'bldrs', '王着', '王八荣要']) expect([q, await find(q)]).toEqual([q, []]);
  await addChannel('mint', 'Minecarft typo fans');
  expect(await find('minecarft')).toEqual(['mint', 'mine']);
});

test('[Y2] live first, then followed, then the better match', async () => {
  const { sql, addUser, addChannel, goLive, end, find } = setUp();
  await addUser('ada');
  await addChannel('plain', 'Other name', 'we talk about rivers');
  await addChannel('named', 'River');
  await addChannel('followed', 'Riverside walks');
  await addChannel('onair', 'Nothing alike');
  await sql`insert into follows (channel_id, user_id, followed_at) values ('followed', 'ada', now())`;
  await goLive('onair', 'Down by the river', ['rowing']);
  expect(await find('river', 'ada')).toEqual(['onair', 'followed', 'named', 'plain']);
  expect(await find('river')).toEqual(['onair', 'named', 'followed', 'plain']);
  expect(await find('river', 'ada', '2')).toEqual(['onair', 'followed']);
  expect(await find('rowing')).toEqual(['onair']);
  await end('onair');
  expect([await find('river'), await find('rowing')]).toEqual([['named', 'followed', 'plain'], []]);
});

test('[Y3] what is not public is found by nobody, and who is banned from a channel does not find it', async () => {
  const { sql, addUser, addChannel, goLive, find } = setUp();
  await addUser('ada');
  await addChannel('quiet', 'Quiet one');
  await addChannel('strict', 'Strict one');
  await goLive('quiet', 'Secret sauce', [], 'private');
  expect([await find('secret'), await find('quiet')]).toEqual([[], ['quiet']]);
  await sql`update broadcasts set ended_at = now(), end_reason = 'host'`;
  await goLive('strict', 'Secret garden', [], 'unlisted');
  expect(await find('secret')).toEqual([]);
  const sanction = (id: string, kind: string, until: string | null, liftedAt: string | null) => sql`
    insert into sanctions (id, channel_id, user_id, kind, reason, given_by, given_at, until, lifted_at) values (${id}, 'strict', 'ada', ${kind}, '', 'owner-strict', now(), ${until}, ${liftedAt})`;
  await sanction('1', 'ban', null, '2020-01-01');
  await sanction('2', 'shadow_ban', null, null);
  expect(await find('one', 'ada')).toEqual(['quiet', 'strict']);
  await sql`update sanctions set kind = 'ban' where id = '2'`;
  expect([await find('one', 'ada'), await find('one')]).toEqual([['quiet'], ['quiet', 'strict']]);
  await sql`update sanctions set until = '2020-01-01' where id = '2'`;
  expect(await find('one', 'ada')).toEqual(['quiet', 'strict']);
});

test('what changes is found under its new words, and no longer under the old; what is gone is gone', async () => {
  const { sql, addChannel, goLive, find } = setUp();
  await addChannel('chan', 'First name');
  await goLive('chan', 'One title');
  expect([await find('first'), await find('title')]).toEqual([['chan'], ['chan']]);
  await sql`update channels set display_name = 'Second' where id = 'chan'`;
  await sql`update broadcasts set title = 'Two', tags = '{"green tea"}' where channel_id = 'chan'`;
  expect([await find('first'), await find('title'), await find('second'), await find('green tea')]).toEqual([[], [], ['chan'], ['chan']]);
  await sql`delete from channels`;
  expect(await find('second')).toEqual([]);
});

test('[Y4] whatever is typed is words and nothing else', async () => {
  const { sql, addChannel, find } = setUp();
  await addChannel('victim', 'Victim & Sons');
  const odd = [
    `'`, `''`, `\\`, `%`, `_`, `victim' | 'x`, `victim:*`, `!victim`, `'victim`, `victim\\'`, `'); drop table channels; --`, `&|!():*<->`, `👩‍👩‍👧`, '\u0000victim', '\ud800', 'a'.repeat(10_000),
    '王'.repeat(10_000), 'minecraft '.repeat(1_000), '\u200b', '~~~', '~ictim', 'ﷺ'.repeat(100), ...HOSTILE_TEXTS,
  ];
  for (const q of odd) expect(Array.isArray(await find(q)), q.slice(0, 40)).toBe(true);
  for (const name of odd.filter((text) => text !== '\u0000victim' && text !== '\ud800')) await sql`update channels set about = ${name.replaceAll('\u0000', '').toWellFormed().slice(0, 1_000)}`;
  expect([await find(`victim' & 'sons`), await find('victim & sons'), (await sql`select count(*)::int as n from channels`)[0]?.['n']]).toEqual([['victim'], ['victim'], 1]);
});
