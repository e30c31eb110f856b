// Applies our unified diffs (the .patch files) to other people's source, more strictly than patch(1): a hunk's lines must
// stand in the file exactly once, wherever that is. Applying twice is harmless; a source that changed is refused.
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SetupFailure } from './failure.mjs';

type Hunk = { before: string; after: string };
export type FilePatch = { path: string; hunks: Hunk[] };

const POSTGRES_VERSION = '3.4.9';
const POSTGRES_PATCH = new URL(`patches/postgres-${POSTGRES_VERSION}-closed-write.patch`, import.meta.url);

/** Applies `patch` to the files below `folder`, all hunks or none. Returns false if it had been applied before. */
export function applyPatch(patch: string, folder: string): boolean {
  const edits = parsePatch(patch).map(({ path, hunks }) => {
    const file = join(folder, path);
    const source = readFileSync(file, 'utf8');
    return { file, source, patched: hunks.reduce((text, hunk) => applyHunk(text, hunk, path), source) };
  });
  const changed = edits.filter((edit) => edit.patched !== edit.source);
  for (const { file, patched } of changed) replaceFile(file, patched);
  return changed.length > 0;
}

/** Patches the installed postgres.js (see the patch for why). Returns false if nothing was left to do. */
export function ensurePostgresPatch(): boolean {
  const folder = join(dirname(createRequire(import.meta.url).resolve('postgres')), '..', '..');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version !== POSTGRES_VERSION)
    throw new SetupFailure(
      `postgres.js ${version} is installed, and our patch is for ${POSTGRES_VERSION}.`,
      'See in server/native/patches/ what it mends. If the new version has that, delete the patch; else carry it over.',
    );
  return applyPatch(readFileSync(POSTGRES_PATCH, 'utf8'), folder);
}

export function parsePatch(patch: string): FilePatch[] {
  const files: FilePatch[] = [];
  let hunk: Hunk | undefined;
  for (const line of patch.split('\n')) {
    const path = /^\+\+\+ b\/(.+)$/.exec(line)?.[1];
    if (path !== undefined) files.push({ path, hunks: [] });
    else if (line.startsWith('--- a/')) hunk = undefined;
    else if (line.startsWith('@@ ')) files.at(-1)?.hunks.push((hunk = { before: '', after: '' }));
    else if (hunk && /^[ +-]/.test(line)) {
      const text = `${line.slice(1)}\n`;
      if (!line.startsWith('+')) hunk.before += text;
      if (!line.startsWith('-')) hunk.after += text;
    }
  }
  return files;
}

function applyHunk(text: string, { before, after }: Hunk, path: string): string {
  if (count(text, before) === 1) return text.replace(before, () => after);
  if (count(text, after) === 1) return text;
  throw new SetupFailure(
    `Our patch does not fit ${path}.`,
    'The file has changed. Remove node_modules and start again; if that does not help, the patch in server/native must be carried over.',
    before.trimEnd(),
  );
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** By rename, so that nobody ever reads half a file. */
export function replaceFile(path: string, text: string): void {
  const next = `${path}.${process.pid}`;
  writeFileSync(next, text);
  chmodSync(next, statSync(path).mode);
  renameSync(next, path);
}
