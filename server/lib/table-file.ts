// A plain table as a file to download, CSV or JSON from the same rows. Knows nothing of what is in it.

import { AppError } from './app-error.ts';
import { csvFile } from './csv.ts';

type Cell = string | number | null;
export type Table = { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] };
export type FileFormat = 'csv' | 'json';

const FILE_NAME = /^([a-z]+)\.(csv|json)$/;

export const asCsv = ({ columns, rows }: Table): string => csvFile([columns, ...rows]);

/** A list of objects, one for each row. */
export const asJson = ({ columns, rows }: Table): string =>
  `${JSON.stringify(rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null]))), null, 1)}\n`;

/** `sources.csv`: which of the tables, and how it is written. Throws `not_found` for anything else. */
export const fileIn = <T extends object>(tables: T, file: string | undefined): { readonly name: keyof T & string; readonly format: FileFormat } => {
  const [, name, format] = FILE_NAME.exec(file ?? '') ?? [];
  if (name === undefined || !Object.hasOwn(tables, name)) throw new AppError('not_found', 'no such table');
  return { name: name as keyof T & string, format: format === 'csv' ? 'csv' : 'json' };
};

/** The answer of a raw route. */
export const tableFile = (table: Table, format: FileFormat, name: string) => ({
  status: 200,
  type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
  body: format === 'csv' ? asCsv(table) : asJson(table),
  downloadName: `qiao-${name}.${format}`,
});
