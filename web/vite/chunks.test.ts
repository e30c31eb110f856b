import { expect, test } from 'vitest';
import { chunkNamer } from './chunks.ts';

type Row = { imports?: string[]; pages?: string[]; code?: string };

const graphOf = (rows: Record<string, Row>) => ({
  getModuleInfo: (id: string) => {
    const row = rows[id];
    return row ? { importedIds: row.imports ?? [], dynamicallyImportedIds: row.pages ?? [], code: row.code ?? '' } : null;
  },
});

const WATCH = '/x/web/features/watch/WatchPage.svelte';
const HOME = '/x/web/features/home/HomePage.svelte';
const LIST = '/x/web/text/generated/messages.js';
const word = (key: string): string => `/x/web/text/generated/messages/${key}.js`;

const graph = graphOf({
  '/x/web/main.ts': { imports: ['/x/web/App.svelte', '/x/web/pages.ts'] },
  '/x/web/App.svelte': { imports: [LIST], code: 'm.close()' },
  '/x/web/pages.ts': { pages: [WATCH, HOME] },
  [WATCH]: { imports: ['/x/web/ui/Badge.svelte', '/x/web/media/peer.ts', LIST], code: 'm.live() + m.quality()' },
  [HOME]: { imports: ['/x/web/ui/Badge.svelte', '/x/web/ui/Chip.svelte', LIST], code: 'm.live() + m.hero()' },
  [LIST]: { imports: [word('close'), word('live'), word('quality'), word('hero')] },
});
const nameOf = chunkNamer('/x/web/main.ts');

test('base is the frame, and what the watch page shares with other pages', () => {
  const inBase = ['/x/web/App.svelte', '/x/web/pages.ts', '/x/web/ui/Badge.svelte', '/x/web/ui/Chip.svelte', '/x/web/media/peer.ts', WATCH].filter(
    (id) => nameOf(id, graph) === 'base',
  );
  expect(inBase).toEqual(['/x/web/App.svelte', '/x/web/pages.ts', '/x/web/ui/Badge.svelte']);
});

test('words go where they are said, although everybody imports the list of all', () => {
  const inBase = ['close', 'live', 'quality', 'hero'].filter((key) => nameOf(word(key), graph) === 'base');
  expect(inBase).toEqual(['close', 'live']);
});

test('a build without the watch page fails', () => {
  expect(() => chunkNamer('/x/web/pages.ts')('/x/web/pages.ts', graphOf({ '/x/web/pages.ts': {} }))).toThrow(/watch page/);
});
