// What an address of the site is called before any script runs: for chat programs that show a link, and for search engines.
// Its few words stand here and not in web/text, which is compiled for browsers.

import { CATEGORIES } from '../../../shared/categories.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';

type Locale = 'en' | 'zh-CN';
type Words = { readonly title: string; readonly description: string; readonly live: string; readonly missing: string };

const WORDS: Record<Locale, Words> = {
  en: {
    title: 'Qiao 桥 · live',
    description: 'Press one button in the browser and you are live. Anyone with the link watches at once.',
    live: 'Live',
    missing: 'Not found',
  },
  'zh-CN': {
    title: '桥 Qiao · 直播',
    description: '在浏览器里按一下按钮就开播，有链接的人马上能看。',
    live: '直播中',
    missing: '没有找到',
  },
};

export type Page = { status: number; locale: Locale; title: string; description: string; imageUrl: string | null };

/** What a link to the site itself shows; lies in web/public. */
const SHARE_PICTURE = '/watch-page.jpg';

export type PagesDeps = {
  readonly channelByHandle: (handle: string) => Promise<ChannelView | null>;
  /** What is on air there and may be told to anyone: null for private broadcasts (rule B5). */
  readonly shownIn: (channel: ChannelView) => BroadcastView | null;
  readonly thumbnailUrl: (channel: ChannelView) => string | null;
};

const channelPage = (deps: PagesDeps, channel: ChannelView, locale: Locale): Page => {
  const words = WORDS[locale];
  const broadcast = deps.shownIn(channel);
  const imageUrl = broadcast ? (broadcast.coverUrl ?? deps.thumbnailUrl(channel)) : null;
  return {
    status: 200,
    locale,
    title: broadcast ? `${broadcast.title} · ${channel.displayName} · ${words.live}` : `${channel.displayName} · Qiao 桥`,
    description: channel.about || words.description,
    imageUrl: imageUrl ?? channel.avatarUrl,
  };
};

/** Those of web/routes.ts, which tests/pages.test.ts compares; a channel's is looked up. */
const ADDRESSES = [
  '', 'studio', 'login', 'register', 'search', 'following', 'wallet', 'earnings', 'studio/analytics(?:/[^/]+)?', 'settings(?:/[^/]+)?',
  'operator(?:/[^/]+)?', 'topup/[^/]+', `c/(?:${CATEGORIES.join('|')})`,
];
const KNOWN = new RegExp(`^/(?:${ADDRESSES.join('|')})/?$`);

export const createPages = (deps: PagesDeps) => async (request: { path: string; locale: Locale }): Promise<Page> => {
  const { path, locale } = request;
  const words = WORDS[locale];
  const page: Page = { status: 200, locale, title: words.title, description: words.description, imageUrl: SHARE_PICTURE };
  const missing: Page = { ...page, status: 404, title: `${words.missing} · Qiao 桥` };
  const handle = /^\/@([^/]+)\/?$/.exec(path)?.[1];
  if (handle === undefined) return KNOWN.test(path) ? page : missing;
  const channel = await deps.channelByHandle(handle);
  return channel ? channelPage(deps, channel, locale) : missing;
};
