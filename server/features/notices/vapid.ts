// The key pair by which push services know this server (VAPID, RFC 8292): the operator's, or one made at the first start. Browsers are
// subscribed for this key, so a new one would silence all of them.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import webPush from 'web-push';

export type Vapid = { readonly publicKey: string; readonly privateKey: string };

const FILE = 'vapid.json';
const saved = v.object({ publicKey: v.pipe(v.string(), v.regex(/^[\w-]{86,88}$/)), privateKey: v.pipe(v.string(), v.regex(/^[\w-]{42,44}$/)) });

const read = async (path: string): Promise<Vapid | null> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (!v.is(saved, value)) throw new Error(`${path} holds no keys for web push. Restore it from a backup, or remove it; then browsers must turn notices on again.`);
  return value;
};

/** Throws where the folder cannot be written or the file is damaged. */
export const loadVapid = async (dataDir: string): Promise<Vapid> => {
  const path = join(dataDir, FILE);
  const known = await read(path);
  if (known) return known;
  const made: Vapid = webPush.generateVAPIDKeys();
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    // Another server that starts with the same folder was quicker.
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await read(path) : null;
    if (theirs) return theirs;
    throw error;
  }
};
