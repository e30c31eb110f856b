// The page of each route, each in a script of its own that loads when it is first needed.

import type { Component } from 'svelte';
import type { PageName, PageRoute } from './routes.ts';

type PropsOf<N extends PageName> = Omit<Extract<PageRoute, { page: N }>, 'page'>;
type Loaders = { readonly [N in PageName]: () => Promise<{ default: Component<PropsOf<N>> }> };

const findingPages = async () => (await import('./finding-pages.ts')).FINDING_PAGES;
const moneyPages = async () => (await import('./money-pages.ts')).MONEY_PAGES;

const LOADERS: Loaders = {
  home: () => import('./features/discovery/HomePage.svelte'),
  watch: () => import('./features/watch/WatchPage.svelte'),
  studio: () => import('./features/studio/StudioPage.svelte'),
  analytics: async () => (await import('./insight-pages.ts')).INSIGHT_PAGES.analytics(),
  login: () => import('./features/accounts/LoginPage.svelte'),
  register: () => import('./features/accounts/RegisterPage.svelte'),
  settings: () => import('./features/accounts/SettingsPage.svelte'),
  wallet: async () => (await moneyPages()).wallet(),
  topup: async () => (await moneyPages()).topup(),
  earnings: async () => (await moneyPages()).earnings(),
  operator: async () => (await moneyPages()).operator(),
  search: async () => (await findingPages()).search(),
  following: async () => (await findingPages()).following(),
  not_found: () => import('./frame/NotFoundPage.svelte'),
};

/** A page takes the rest of its route as props. */
export type Page = Component<Record<string, unknown>>;

export const loadPage = async (name: PageName): Promise<Page> => (await LOADERS[name]()).default as unknown as Page;
