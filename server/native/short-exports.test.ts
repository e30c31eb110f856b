import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { ensureShortExports, shortened } from './short-exports.ts';

const both = (path: string) => ({ import: { types: `./${path}.d.ts`, default: `./${path}.js` }, default: `./${path}.cjs` });

test('files that are named after their path become one pattern; folders, other targets and the package itself stay', () => {
  const folder = both('core/index');
  const exports = { '.': both('index'), './package.json': './package.json', './core': folder, './a': both('a'), './core/b': both('core/b'), './odd': './else.js' };
  const short = { '.': both('index'), './package.json': './package.json', './core': folder, './odd': './else.js', './*': both('*') };
  expect(shortened(exports)).toEqual(short);
  expect(shortened(short)).toBe(short);
});

test('what has nothing to shorten stays as it is', () => {
  const exports = { '.': './index.js', './a': './b.js', './c': './c.js' };
  expect(shortened(exports)).toBe(exports);
});

test('after the set-up, drizzle-orm is short and its names lead where they led', () => {
  expect(ensureShortExports()).toBe(false);
  const { resolve } = createRequire(import.meta.url);
  const folder = resolve('drizzle-orm').slice(0, -'index.cjs'.length);
  for (const [name, path] of [['', 'index.cjs'], ['/pg-core', 'pg-core/index.cjs'], ['/migrator', 'migrator.cjs'], ['/postgres-js/migrator', 'postgres-js/migrator.cjs'], ['/pg-core/columns/uuid', 'pg-core/columns/uuid.cjs']])
    expect(resolve(`drizzle-orm${name ?? ''}`)).toBe(`${folder}${path ?? ''}`);
});
