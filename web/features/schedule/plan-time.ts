// Times of plans, as people of each language write them and as the browser's own field takes them. Pure but for the time zone.

/** "Sat, Nov 28, 8:00 PM": a plan is within a year, so the year says nothing. */
export const formatPlanTime = (atMs: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { weekday: 'short', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }).format(atMs);

const two = (value: number): string => String(value).padStart(2, '0');

/** For `<input type="datetime-local">`, which knows no time zone: the reader's. */
export const fieldOf = (atMs: number): string => {
  const at = new Date(atMs);
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
};

/** Null: nothing that is a time. */
export const timeIn = (field: string): number | null => {
  const atMs = new Date(field).getTime();
  return /^\d{4,}-\d\d-\d\dT\d\d:\d\d/.test(field) && Number.isFinite(atMs) ? atMs : null;
};

/** The next full hour after one from now: what a form begins with. */
export const suggestedMs = (nowMs: number): number => Math.ceil((nowMs + 3_600_000) / 3_600_000) * 3_600_000;
