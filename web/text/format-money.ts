// Sums of money and of coins, and when they moved, as people of each language write them. Pure. Apart from format.ts, which every page
// loads first.

/** "$4.99" of 499 cents: `amount` is in the currency's smallest unit. */
export const formatMoney = (amount: number, currency: string, locale: string): string => {
  const words = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return words.format(amount / 10 ** (words.resolvedOptions().maximumFractionDigits ?? 2));
};

/** "+1,200", "−30": what came and what went. */
export const formatChange = (value: number, locale: string): string =>
  new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' }).format(value).replace('-', '\u2212');

/** "9:30 AM". */
export const formatTime = (atMs: number, locale: string): string => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(atMs);

/** "Monday, November 23, 2026". */
export const formatDay = (atMs: number, locale: string): string => new Intl.DateTimeFormat(locale, { dateStyle: 'full' }).format(atMs);
