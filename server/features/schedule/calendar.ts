// A plan as a file that calendars take (iCalendar, RFC 5545). Pure.

export type CalendarEntry = {
  readonly uid: string;
  readonly title: string;
  readonly channel: string;
  readonly url: string;
  readonly startsAtMs: number;
  readonly nowMs: number;
};

const LINE_BYTES_MAX = 75; // RFC 5545, 3.1: longer lines go on behind a space
const encoder = new TextEncoder();

const escaped = (text: string): string => text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r\n|\r|\n/g, '\\n');
const timeOf = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** No character is cut in two. */
const folded = (line: string): string => {
  let [out, bytes] = ['', 0];
  for (const letter of line) {
    const more = encoder.encode(letter).length;
    if (bytes + more > LINE_BYTES_MAX) [out, bytes] = [`${out}\r\n `, 1];
    out += letter;
    bytes += more;
  }
  return out;
};

export const calendarOf = (entry: CalendarEntry): string =>
  [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Qiao//Qiao//EN', 'BEGIN:VEVENT',
    `UID:${entry.uid}@qiao`, `DTSTAMP:${timeOf(entry.nowMs)}`, `DTSTART:${timeOf(entry.startsAtMs)}`, 'DURATION:PT1H',
    `SUMMARY:${escaped(`${entry.channel}: ${entry.title}`)}`, `DESCRIPTION:${escaped(entry.url)}`, `URL:${entry.url}`,
    'END:VEVENT', 'END:VCALENDAR', '',
  ].map(folded).join('\r\n');
