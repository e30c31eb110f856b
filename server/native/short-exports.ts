// Makes the server's start shorter: Node reads the "exports" of a package again for each of its modules, and those of drizzle-orm name
// all of its 450 files (170 kB), which was two thirds of a start. Here the files become one pattern and only folders keep their names:
// every name leads where it led. It can go when Node keeps what it has read, or drizzle-orm writes patterns itself.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { replaceFile } from './patches.ts';

type Target = string | { readonly [condition: string]: Target };
export type Exports = Readonly<Record<string, Target>>;

const PREFIX = './';

/** What stands for `name` in a target becomes a star; null: the target is not made from the name alone. */
const patternOf = (target: Target, name: string): Target | null => {
  if (typeof target === 'string') return target.startsWith(`${PREFIX}${name}.`) ? `${PREFIX}*${target.slice(PREFIX.length + name.length)}` : null;
  const made = Object.entries(target).map(([condition, one]) => [condition, patternOf(one, name)] as const);
  return made.some(([, one]) => one === null) ? null : (Object.fromEntries(made) as Target);
};

/** The same names with the same targets; the pattern that the most of them follow stands for these. */
export const shortened = (exports: Exports): Exports => {
  const patterns = new Map<string, string[]>();
  for (const [key, target] of Object.entries(exports)) {
    const pattern = key.startsWith(PREFIX) && !key.includes('*') ? patternOf(target, key.slice(PREFIX.length)) : null;
    if (pattern === null) continue;
    const text = JSON.stringify(pattern);
    patterns.set(text, [...(patterns.get(text) ?? []), key]);
  }
  const [best] = [...patterns].sort(([, one], [, other]) => other.length - one.length);
  if (!best || best[1].length < 2 || exports[`${PREFIX}*`] !== undefined) return exports;
  const [pattern, keys] = [best[0], new Set(best[1])];
  const left = Object.entries(exports).filter(([key]) => !keys.has(key));
  return { ...Object.fromEntries(left), [`${PREFIX}*`]: JSON.parse(pattern) as Target };
};

/** Returns false if nothing was left to do. */
export function ensureShortExports(): boolean {
  const file = join(dirname(createRequire(import.meta.url).resolve('drizzle-orm')), 'package.json');
  const source = readFileSync(file, 'utf8');
  const manifest = JSON.parse(source) as { readonly exports: Exports };
  const exports = shortened(manifest.exports);
  if (exports === manifest.exports) return false;
  replaceFile(file, `${JSON.stringify({ ...manifest, exports }, null, 2)}\n`);
  return true;
}
