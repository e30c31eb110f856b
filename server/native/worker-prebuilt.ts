// Fetches the media worker that mediasoup's authors built for this kind of machine. It is the preferred one: it carries
// their pinned, patched libraries. Where it cannot be had, that is found out within seconds and no error.
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './command.mjs';
import { workerFault } from './worker-check.ts';

const ANSWER_WITHIN_MS = 5_000;
const DOWNLOAD_WITHIN_MS = 120_000;
const BINARY = 'mediasoup-worker';

export type Prebuilt = { found: true } | { found: false; why: string };

/** Downloads, unpacks and tries the worker at `url` (a .tgz), and leaves it at `target` only if it works here. */
export async function fetchPrebuilt(url: string, target: string): Promise<Prebuilt> {
  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(`${target}.fetching-`);
  try {
    const archive = join(scratch, 'worker.tgz');
    const missing = await download(url, archive);
    if (missing) return { found: false, why: missing };
    const unpacked = await run('tar', ['-xzf', archive, '-C', scratch, BINARY]);
    if (unpacked.code !== 0) return { found: false, why: `${basename(url)} could not be unpacked` };
    const binary = join(scratch, BINARY);
    await chmod(binary, 0o755);
    const fault = await workerFault(binary);
    if (fault) return { found: false, why: `it does not run on this machine: ${fault.split('\n')[0]}` };
    await rename(binary, target);
    return { found: true };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Returns why there is nothing, or undefined when the whole file has arrived. */
async function download(url: string, path: string): Promise<string | undefined> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), ANSWER_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (response.status === 404) return 'there is none for this kind of machine';
    if (!response.ok || !response.body) return `the server answered ${response.status}`;
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), DOWNLOAD_WITHIN_MS);
    await pipeline(response.body, createWriteStream(path));
    return undefined;
  } catch (error) {
    if (abort.signal.aborted) return 'the server did not answer in time';
    if (isSystemError(error)) throw error;
    return 'the server cannot be reached';
  } finally {
    clearTimeout(timer);
  }
}

/** A full or forbidden disk is not the network's fault. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'path' in error && 'code' in error;
}
