// When a line was said, in words: the time of day, with the date when it was another day, and the place on the broadcast's
// timeline to a tenth of a second. Pure.

const two = (value: number): string => String(value).padStart(2, '0');
const TENTH_MS = 100;

/** 0:12:34.2 */
export const timelineText = (timelineMs: number): string => {
  const tenths = Math.floor(timelineMs / TENTH_MS);
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${tenths % 10}`;
};

export const saidAtText = (atMs: number, nowMs: number, locale: string): string => {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return new Intl.DateTimeFormat(locale, isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' }).format(atMs);
};

