import { expect, test } from 'vitest';
import type { ChannelId } from '../../../shared/ids.ts';
import { createPages } from './pages.ts';

const channel = { channelId: 'c' as ChannelId, handle: 'ada', displayName: 'Ada', about: 'Painting', category: 'art', avatarUrl: '/images/a' } as const;
const pages = createPages({
  channelByHandle: async (handle) => (handle === 'ada' ? channel : null),
  shownIn: () => null,
  thumbnailUrl: () => null,
});
const at = (path: string, locale: 'en' | 'zh-CN' = 'en') => pages({ path, locale });

test('a channel is called by its name, and what is not there is a 404', async () => {
  expect(await at('/@ada')).toMatchObject({ status: 200, title: 'Ada · Qiao 桥', description: 'Painting', imageUrl: '/images/a' });
  for (const path of ['/@nobody', '/@%', '/@ada/x', '/nowhere', '/settingsx']) expect(await at(path), path).toMatchObject({ status: 404 });
});

test('pages of the site are there, in both languages', async () => {
  for (const path of ['/', '/studio', '/login', '/register', '/settings', '/settings/look', '/c/art']) expect(await at(path), path).toMatchObject({ status: 200 });
  expect((await at('/', 'zh-CN')).title).toContain('直播');
});
