// The project's own source files and what they import, for the tests that read code instead of running it. Type imports
// count: a type is a dependency like any other.

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Made by tools, or copies of what is elsewhere. */
const MADE = /(^|\/)(node_modules|dist|generated|project\.inlang)\//;

export type SourceFile = {
  /** From the project's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Own files, as paths from the project's folder. */
  readonly imports: readonly string[];
  /** Names of packages; `node:fs` as it is. */
  readonly packages: readonly string[];
};

const filesUnder = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => /\.(ts|mjs|js|svelte)$/.test(path) && !path.endsWith('.d.ts') && !MADE.test(path));

/** A component's code stands between its script tags. */
const codeOf = (path: string, text: string): string =>
  path.endsWith('.svelte') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n') : text;

/** `@scope/name/part` and `name/part` without their part. */
const packageOf = (specifier: string): string =>
  specifier.startsWith('node:') ? specifier : specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

const read = (path: string): SourceFile => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const specifiers = ts.preProcessFile(codeOf(path, text), true, true).importedFiles.map((file) => file.fileName);
  const isOwn = (specifier: string): boolean => specifier.startsWith('.');
  return {
    path,
    text,
    lines: text.trimEnd().split('\n').length,
    imports: specifiers.filter(isOwn).map((specifier) => relative(ROOT, join(ROOT, dirname(path), specifier))),
    packages: specifiers.filter((specifier) => !isOwn(specifier)).map(packageOf),
  };
};

/** Everything that is written by hand in these folders. */
export const readSources = (...folders: readonly string[]): SourceFile[] => folders.flatMap(filesUnder).sort().map(read);

export const isTest = (file: SourceFile): boolean => /\.test\.ts$/.test(file.path);

/** Cycles among files, each as the path around it. */
export const cyclesAmong = (files: readonly SourceFile[]): string[] => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) return void cycles.push([...way.slice(at), path].join(' -> '));
    if (done.has(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) if (byPath.has(next)) visit(next, [...way, path]);
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return cycles;
};
