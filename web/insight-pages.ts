// The pages about what was achieved, each in a script of its own; apart from pages.ts for the same reason as money-pages.ts.

export const INSIGHT_PAGES = {
  analytics: () => import('./features/analytics/AnalyticsPage.svelte'),
};
