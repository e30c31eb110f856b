// Tables as CSV (RFC 4180) that spreadsheets open rightly and safely.

/** A cell that a spreadsheet would take for a formula is made text, as OWASP advises. */
export const csvCell = (value: string | number | null): string => {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export type CsvRow = readonly (string | number | null)[];

/** A whole file; begins with the mark by which spreadsheets know UTF-8. */
export const csvFile = (rows: readonly CsvRow[]): string => `\ufeff${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
