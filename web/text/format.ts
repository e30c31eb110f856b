// Numbers, durations and times as people of each language write them. Pure: the locale is always passed in.

/** 12K or 1.2万; below a thousand every one counts. */
export const formatCount = (count: number, locale: string): string =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(count);

/** 12,345: for places that have room for the truth. */
export const formatNumber = (value: number, locale: string, digits = 0): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);

const two = (value: number): string => String(value).padStart(2, '0');

/** 1:02:03, or 2:03 below an hour. */
export const formatDuration = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "3 minutes ago", "yesterday"; under a minute "now". */
export const formatAgo = (atMs: number, nowMs: number, locale: string): string => {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const pastMs = nowMs - atMs;
  for (const [unit, unitMs] of STEPS) {
    if (Math.abs(pastMs) >= unitMs) return words.format(-Math.trunc(pastMs / unitMs), unit);
  }
  return words.format(0, 'second');
};

/** "Nov 23, 2026, 9:30 AM". */
export const formatDateTime = (atMs: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs);

/** "2.4 Mbps", "640 kbps". */
export const formatBitrate = (bitsPerSecond: number, locale: string): string =>
  bitsPerSecond >= 1e6
    ? `${formatNumber(bitsPerSecond / 1e6, locale, 1)} Mbps`
    : `${formatNumber(bitsPerSecond / 1e3, locale)} kbps`;
