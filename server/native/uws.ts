// Makes sure that uWebSockets.js loads, relinking its binary on a glibc older than 2.38 (Debian 12).
// The edited file replaces the old one by rename, never in place: a running server may have the old one mapped.
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NotRelinkable, relinkForOlderGlibc } from './elf-relink.ts';
import { SetupFailure } from './failure.mjs';

const require = createRequire(import.meta.url);

/** Returns true if it had to relink. Throws SetupFailure in words if the library cannot be loaded at all. */
export function ensureUws(): boolean {
  const firstError = tryLoad();
  if (firstError === undefined) return false;
  if (!firstError.includes('GLIBC_2.38')) throw cannotLoad(firstError);
  relinkFile(join(dirname(require.resolve('uWebSockets.js')), binaryName()));
  const secondError = tryLoad();
  if (secondError !== undefined) throw cannotLoad(secondError);
  return true;
}

function binaryName(): string {
  return `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
}

function tryLoad(): string | undefined {
  try {
    require('uWebSockets.js');
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function relinkFile(path: string): void {
  const image = readFileSync(path);
  try {
    relinkForOlderGlibc(image);
  } catch (error) {
    if (!(error instanceof NotRelinkable)) throw error;
    throw cannotLoad(`${binaryName()} cannot be relinked: ${error.message}`);
  }
  const next = `${path}.${process.pid}`;
  try {
    writeFileSync(next, image);
    chmodSync(next, 0o755);
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

function cannotLoad(reason: string): SetupFailure {
  return new SetupFailure(
    `The web server library uWebSockets.js does not load on this machine (${process.platform} ${process.arch}).`,
    'It needs glibc 2.28 or newer on x64 or arm64 Linux, macOS or Windows. On Alpine use a Debian-based image instead.',
    reason,
  );
}
