// The pages for finding others, each in a script of its own. Apart from pages.ts for the same reason as money-pages.ts.

export const FINDING_PAGES = {
  search: () => import('./features/search/SearchPage.svelte'),
  following: () => import('./features/follows/FollowingPage.svelte'),
};
