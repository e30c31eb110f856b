// Every page's address, both ways: address to route, route to address. Pure.

import { CATEGORIES, type Category } from '../shared/categories.ts';
import type { BroadcastId, TopUpId } from '../shared/ids.ts';
import type { Source } from '../shared/sources.ts';

export const SETTINGS_TABS = ['profile', 'channel', 'look', 'security', 'privacy'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];
export const OPERATOR_TABS = ['overview', 'payouts', 'topups', 'gifts'] as const;
export type OperatorTab = (typeof OPERATOR_TABS)[number];

export type PageRoute =
  | { readonly page: 'home'; readonly category: Category | null }
  | { readonly page: 'watch'; readonly handle: string }
  | { readonly page: 'studio' }
  | { readonly page: 'analytics'; readonly broadcastId: BroadcastId | null }
  | { readonly page: 'login' }
  | { readonly page: 'register' }
  | { readonly page: 'settings'; readonly tab: SettingsTab }
  | { readonly page: 'wallet' }
  | { readonly page: 'topup'; readonly topUpId: TopUpId }
  | { readonly page: 'earnings' }
  | { readonly page: 'operator'; readonly tab: OperatorTab }
  | { readonly page: 'search' }
  | { readonly page: 'following' }
  | { readonly page: 'not_found' };

export type PageName = PageRoute['page'];

/** Their address is their name. */
const PLAIN_PAGES = ['studio', 'login', 'register', 'wallet', 'earnings', 'search', 'following'] as const satisfies readonly PageName[];

const isOneOf = <T extends string>(list: readonly T[], value: string): value is T => (list as readonly string[]).includes(value);

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A stray % is part of somebody's mistyped address, which then is simply not found.
  }
};

/** The route of a path; trailing slashes do not matter. */
export const matchRoute = (pathname: string): PageRoute => {
  const [first = '', second, ...more] = pathname.split('/').filter(Boolean).map(decoded);
  if (first === 'studio' && second === 'analytics' && more.length < 2) return { page: 'analytics', broadcastId: (more[0] as BroadcastId | undefined) ?? null };
  if (more.length > 0) return { page: 'not_found' };
  if (first === 'c' && second !== undefined && isOneOf(CATEGORIES, second)) return { page: 'home', category: second };
  if (first === 'settings') {
    if (second === undefined) return { page: 'settings', tab: 'profile' };
    return isOneOf(SETTINGS_TABS, second) ? { page: 'settings', tab: second } : { page: 'not_found' };
  }
  if (first === 'operator') {
    if (second === undefined) return { page: 'operator', tab: 'overview' };
    return isOneOf(OPERATOR_TABS, second) ? { page: 'operator', tab: second } : { page: 'not_found' };
  }
  if (first === 'topup' && second !== undefined) return { page: 'topup', topUpId: second as TopUpId };
  if (second !== undefined) return { page: 'not_found' };
  if (first === '') return { page: 'home', category: null };
  if (first.startsWith('@') && first.length > 1) return { page: 'watch', handle: first.slice(1) };
  if (isOneOf(PLAIN_PAGES, first)) return { page: first };
  return { page: 'not_found' };
};

/** Addresses that come from outside say no more than this about what led there. */
const SOURCES_IN_ADDRESSES = ['share', 'notice'] as const satisfies readonly Source[];

/** `?from=` of an address; null: it says nothing that may be said there. */
export const sourceIn = (search: string): Source | null => SOURCES_IN_ADDRESSES.find((source) => source === new URLSearchParams(search).get('from')) ?? null;

export const watchPath = (handle: string): string => `/@${encodeURIComponent(handle)}`;
export const categoryPath = (category: Category | null): string => (category === null ? '/' : `/c/${category}`);
export const settingsPath = (tab: SettingsTab): string => (tab === 'profile' ? '/settings' : `/settings/${tab}`);
export const operatorPath = (tab: OperatorTab): string => (tab === 'overview' ? '/operator' : `/operator/${tab}`);

/** The channel's, or one broadcast's. */
export const analyticsPath = (broadcastId: BroadcastId | null): string => (broadcastId === null ? '/studio/analytics' : `/studio/analytics/${encodeURIComponent(broadcastId)}`);

export const searchPath = (query: string): string => (query === '' ? '/search' : `/search?q=${encodeURIComponent(query)}`);

/** Where to log in, coming back to `from` afterwards. */
export const loginPath = (from: string): string => `/login?next=${encodeURIComponent(from)}`;

/** The `next` of such an address, if it leads to a page of ours: a link must not send people elsewhere after logging in. */
export const nextPath = (search: string): string => {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
};
