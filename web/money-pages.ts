// The pages about money, each in a script of its own. Apart from pages.ts, because the list of all scripts that they need would stand in
// the first script of every page, and nobody watches faster for knowing it.

export const MONEY_PAGES = {
  wallet: () => import('./features/wallet/WalletPage.svelte'),
  topup: () => import('./features/wallet/TopUpPage.svelte'),
  earnings: () => import('./features/wallet/EarningsPage.svelte'),
  operator: () => import('./features/operator/OperatorPage.svelte'),
};
