// The data folder's part that belongs to PostgreSQL: makes it once, finds it again. All or nothing: a half-made cluster has
// another name, so a start that is killed in the middle is simply begun anew.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { POSTGRES_ENVIRONMENT } from './postgres-user.ts';
import type { PostgresUser } from './postgres-user.ts';

/** What `postgres` of the package can open. */
const MAJOR_VERSION = '18';
export const DATABASE_USER = 'qiao';
/** Unix socket paths end here on macOS (Linux: 107), and PostgreSQL adds its own name. */
const SOCKET_PATH_BYTES_MAX = 103;

export type ClusterPaths = {
  readonly root: string;
  readonly cluster: string;
  readonly passwordFile: string;
  readonly ownerFile: string;
};

export const clusterPaths = (dataDir: string): ClusterPaths => {
  const root = join(resolve(dataDir), 'postgres');
  return { root, cluster: join(root, 'cluster'), passwordFile: join(root, 'password'), ownerFile: join(root, 'owner.pid') };
};

const own = async (path: string, user: PostgresUser): Promise<void> => {
  if (user.ids) await chown(path, user.ids.uid, user.ids.gid);
};

const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

const findOrMakePassword = async (paths: ClusterPaths, user: PostgresUser): Promise<string> => {
  const password = randomBytes(32).toString('base64url');
  await writeFile(paths.passwordFile, password, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await own(paths.passwordFile, user); // initdb reads it
  return readFile(paths.passwordFile, 'utf8');
};

const initialise = async (deps: { binaries: PostgresBinaries; user: PostgresUser }, paths: ClusterPaths, isDurable: boolean): Promise<void> => {
  const half = `${paths.cluster}.new`;
  await rm(half, { recursive: true, force: true });
  const { program, args, ...ids } = deps.user.command(deps.binaries.initdb, [
    `--pgdata=${half}`,
    `--username=${DATABASE_USER}`,
    `--pwfile=${paths.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8', // classes of characters for all scripts (Chinese search needs them), order by code point
    ...(isDurable ? [] : ['--no-sync']),
  ]);
  const child = spawn(program, args, { ...ids, stdio: ['ignore', 'ignore', 'pipe'], env: POSTGRES_ENVIRONMENT });
  const said = text(child.stderr);
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  if (code !== 0) throw new Error(`The database could not be made in ${paths.root}: ${(await said).trim()}`);
  await rename(half, paths.cluster);
};

/** Makes the cluster in `paths.root`, an existing folder, unless it is there; gives its password. */
export const prepareCluster = async (
  deps: { binaries: PostgresBinaries; user: PostgresUser; onProgress: (message: string) => void },
  paths: ClusterPaths,
  isDurable: boolean,
): Promise<string> => {
  await own(paths.root, deps.user);
  const hadCluster = await isThere(paths.cluster);
  if (hadCluster && !(await isThere(paths.passwordFile))) throw new Error(`The database's password file is missing: ${paths.passwordFile}`);
  const password = await findOrMakePassword(paths, deps.user);
  if (!hadCluster) {
    deps.onProgress('making the database (once)');
    await initialise(deps, paths, isDurable);
  }
  const version = (await readFile(join(paths.cluster, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR_VERSION)
    throw new Error(`${paths.cluster} was made by PostgreSQL ${version}, and this is ${MAJOR_VERSION}. Move the data with pg_dump, or set DATABASE_URL.`);
  return password;
};

/** A folder for the socket: beside the cluster, or, where that path is too long for a socket, a temporary one. */
export const makeSocketDir = async (paths: ClusterPaths, user: PostgresUser): Promise<{ dir: string; remove(): Promise<void> }> => {
  const near = join(paths.root, 'socket');
  const isShort = Buffer.byteLength(join(near, '.s.PGSQL.5432.lock')) <= SOCKET_PATH_BYTES_MAX;
  const dir = isShort ? near : await mkdtemp(join(tmpdir(), 'qiao-'));
  if (isShort) await mkdir(dir, { recursive: true, mode: 0o700 });
  await own(dir, user);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
};
