// What a media worker built here is made of, and where in the user's cache it and the official one live.
// The cache key names everything that can change the binary, so a changed recipe never meets an old build.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Our stand-ins for the libraries that upstream downloads, and our patches. */
export const RECIPE_FOLDER = fileURLToPath(new URL('worker-build', import.meta.url));

export const BUILD_PACKAGES = [
  'g++',
  'meson',
  'ninja-build',
  'pkgconf',
  'dpkg-dev',
  'libuv1-dev',
  'libssl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
  'libabsl-dev',
] as const;

/** Upstream's release options, and what ccache needs to cope with precompiled headers. */
export const MESON_OPTIONS = ['--buildtype', 'release', '-Db_ndebug=true', '-Dcpp_args=-fpch-preprocess'] as const;
export const CCACHE_ENV = { CCACHE_SLOPPINESS: 'pch_defines,time_macros' } as const;

export function mediasoupPackage(): { folder: string; version: string; repositoryUrl: string } {
  const entry = createRequire(import.meta.url).resolve('mediasoup');
  const folder = join(dirname(entry), '..', '..');
  const read = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string; repository: { url: string } };
  return { folder, version: read.version, repositoryUrl: read.repository.url.replace(/^git\+/, '').replace(/\.git$/, '') };
}

/** Upstream's name of the prebuilt worker for this machine. */
export function prebuiltName(version: string): string {
  const kernel = process.platform === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  return `mediasoup-worker-${version}-${process.platform}-${process.arch}${kernel}`;
}

export function builtName(version: string): string {
  return `mediasoup-worker-${version}-${distribution()}-${process.arch}-${recipeHash()}`;
}

export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'qiao', 'mediasoup-worker');
}

/** Such as "debian12": shared libraries differ from one release to the next. */
function distribution(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? '';
    return `${field('ID') || 'linux'}${field('VERSION_ID')}`;
  } catch {
    return process.platform;
  }
}

function recipeHash(): string {
  const hash = createHash('sha256').update(JSON.stringify([BUILD_PACKAGES, MESON_OPTIONS]));
  const files = readdirSync(RECIPE_FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(`${file.slice(RECIPE_FOLDER.length)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
