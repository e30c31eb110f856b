// As whom PostgreSQL's programs run. They refuse root, so a server started by root runs them as the user `postgres`.

import { execFile } from 'node:child_process';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** All that the programs get: none of our secrets, and no PG... variable of somebody's shell. */
export const POSTGRES_ENVIRONMENT = { LC_ALL: 'C' } as const;

const USER = 'postgres';

export type PostgresUser = {
  /** null: the one we are. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
  /** Turns a command into one that runs as that user. */
  command(program: string, args: readonly string[]): { program: string; args: string[]; uid?: number; gid?: number };
};

const idOf = async (flag: '-u' | '-g'): Promise<number> => Number((await run('id', [flag, USER])).stdout);

const findOrMakeUser = async (): Promise<{ uid: number; gid: number }> => {
  try {
    await run('id', ['-u', USER]).catch(() => run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', USER]));
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch (cause) {
    throw new Error(`PostgreSQL does not run as root, and the user "${USER}" could not be made. Start as an ordinary user instead.`, { cause });
  }
};

/** May that user pass through every folder above `path`? A checkout of root's often stands where nobody else may go. */
const isReachable = async (path: string, ids: { uid: number; gid: number }): Promise<boolean> => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

const SETPRIV = '/usr/bin/setpriv';

/** Keeps, of all of root's rights, the one to pass through closed folders. (access(2) ignores it without the secure bit.) */
const throughClosedFolders = (ids: { uid: number; gid: number }): string[] => [
  `--reuid=${ids.uid}`,
  `--regid=${ids.gid}`,
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
];

/** `paths`: what the programs must reach. */
export const findPostgresUser = async (paths: readonly string[]): Promise<PostgresUser> => {
  if (process.getuid?.() !== 0) return { ids: null, command: (program, args) => ({ program, args: [...args] }) };
  const ids = await findOrMakeUser();
  const reachable = await Promise.all(paths.map((path) => isReachable(path, ids)));
  const closed = paths.find((_, i) => !reachable[i]);
  if (closed === undefined) return { ids, command: (program, args) => ({ program, args: [...args], ...ids }) };
  const hasSetpriv = await access(SETPRIV).then(() => true, () => false);
  if (!hasSetpriv) throw new Error(`PostgreSQL does not run as root, and its user "${USER}" may not enter ${dirname(closed)}. Start as an ordinary user instead.`);
  return { ids, command: (program, args) => ({ program: SETPRIV, args: [...throughClosedFolders(ids), program, ...args] }) };
};
