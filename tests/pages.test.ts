// Every page that the web knows is one for the server too: what a script will show must not come with "not found" before it runs.

import { expect, test } from 'vitest';
import { createPages } from '../server/features/discovery/pages.ts';
import type { ChannelId } from '../shared/ids.ts';
import { OPERATOR_TABS, SETTINGS_TABS, analyticsPath, categoryPath, matchRoute, operatorPath, searchPath, settingsPath, watchPath } from '../web/routes.ts';
import type { PageName } from '../web/routes.ts';

/** A page that is new has to be named here. */
const PATHS: Record<PageName, readonly string[]> = {
  home: ['/', categoryPath('art')],
  watch: [watchPath('ada')],
  studio: ['/studio', '/studio/'],
  analytics: [analyticsPath(null), analyticsPath('a293ae26-dc2e-44a0-b877-3350a2b9266f' as never)],
  login: ['/login'],
  register: ['/register'],
  settings: SETTINGS_TABS.map(settingsPath),
  wallet: ['/wallet'],
  topup: ['/topup/be2294aa-c3ac-4161-8e6d-04e3a7a151c9'],
  earnings: ['/earnings'],
  operator: OPERATOR_TABS.map(operatorPath),
  search: [searchPath('')],
  following: ['/following'],
  not_found: ['/nowhere', '/@ada/x', '/wallet/x', '/studio/x', '/topup', '/c', '/c/nowhere', '/settingsx', '/studio/analytics/a/b'],
};

const channel = { channelId: 'c' as ChannelId, handle: 'ada', displayName: 'Ada', about: '', category: 'art', avatarUrl: null } as const;
const pages = createPages({ channelByHandle: async (handle) => (handle === 'ada' ? channel : null), shownIn: () => null, thumbnailUrl: () => null });

test.each(Object.entries(PATHS))('%s', async (name, paths) => {
  for (const path of paths) {
    expect(matchRoute(path).page, path).toBe(name);
    expect((await pages({ path, locale: 'en' })).status, path).toBe(name === 'not_found' ? 404 : 200);
  }
});
