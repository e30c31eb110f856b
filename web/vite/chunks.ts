// Which modules travel together. Many small scripts compress worse than few, and a browser on HTTP/1.1 asks for six at a
// time, so all that the frame needs, and all that the watch page shares with other pages, is one chunk: `base`.

import type { Rollup } from 'vite';

type Module = Pick<Rollup.ModuleInfo, 'code' | 'importedIds' | 'dynamicallyImportedIds'>;
type Graph = { getModuleInfo(id: string): Module | null };

const PAGES = /\/web\/pages\.ts$/;
const WATCH_PAGE = /\/features\/watch\/WatchPage\.svelte$/;
/** The list of all words: everybody imports it, nobody uses more than a few of what is behind it. */
const WORD_LIST = /\/text\/generated\/messages(\.js|\/_index\.js)$/;
const WORD = /\/text\/generated\/messages\/(\w+)\.js$/;
const USE_OF_WORD = /\bm\.(\w+)/g;

/** A module and all that it imports before it can run, but for words. */
const closureOf = (start: string, graph: Graph): Set<string> => {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id) || WORD_LIST.test(id)) return;
    found.add(id);
    graph.getModuleInfo(id)?.importedIds.forEach(visit);
  };
  visit(start);
  return found;
};

const wordsIn = (modules: ReadonlySet<string>, graph: Graph): Set<string> =>
  new Set([...modules].flatMap((id) => [...(graph.getModuleInfo(id)?.code ?? '').matchAll(USE_OF_WORD)].map(([, word = '']) => word)));

type Base = { readonly modules: ReadonlySet<string>; readonly words: ReadonlySet<string> };

const baseOf = (entry: string, graph: Graph): Base => {
  const frame = closureOf(entry, graph);
  const pageList = [...frame].find((id) => PAGES.test(id));
  const pages = pageList === undefined ? [] : (graph.getModuleInfo(pageList)?.dynamicallyImportedIds ?? []);
  const watchPage = pages.find((id) => WATCH_PAGE.test(id));
  if (watchPage === undefined) throw new Error('pages.ts does not load the watch page');
  const others = pages.filter((id) => id !== watchPage).map((id) => closureOf(id, graph));
  const watch = closureOf(watchPage, graph);
  const modules = new Set([...frame, ...[...watch].filter((id) => others.some((other) => other.has(id)))]);
  const otherWords = others.map((other) => wordsIn(other, graph));
  const shared = [...wordsIn(watch, graph)].filter((word) => otherWords.some((other) => other.has(word)));
  return { modules, words: new Set([...wordsIn(modules, graph), ...shared]) };
};

/** For rolldown's `codeSplitting.groups[].name`: 'base', or null to leave a module where it would be. */
export const chunkNamer = (entry: string): ((id: string, graph: Graph) => string | null) => {
  const bases = new WeakMap<Graph, Base>();
  return (id, graph) => {
    const base = bases.get(graph) ?? baseOf(entry, graph);
    bases.set(graph, base);
    const word = WORD.exec(id)?.[1];
    return (word === undefined ? base.modules.has(id) : base.words.has(word)) ? 'base' : null;
  };
};
