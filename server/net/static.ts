// The built pages, served from memory. What is served is a map made at start, so no path can lead anywhere else. Every
// address that is no file is a page: index.html with the words that `page` has for it.

import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { lookup } from 'mrmime';
import { AppError } from '../lib/app-error.ts';
import type { Log } from '../lib/log.ts';
import type { RateLimiter } from '../lib/rate-limiter.ts';
import { addressBucket } from './client-address.ts';
import type { Answer, Endpoint, HttpRequest } from './endpoint.ts';
import { localeOf } from './locale.ts';
import { createPageTemplate } from './page.ts';
import type { Page, PageRequest, PageTemplate } from './page.ts';
import { hasVersion } from './raw-route.ts';
import { dataHeaders, pageHeaders } from './security-headers.ts';

type Encoding = 'br' | 'gzip';
type File = {
  readonly type: string;
  readonly etag: string;
  readonly isImmutable: boolean;
  readonly plain: Buffer;
  /** Compressed by the build, where it did. */
  readonly compressed: ReadonlyMap<Encoding, Buffer>;
};
export type Site = { readonly files: ReadonlyMap<string, File>; readonly template: PageTemplate };

export type StaticDeps = {
  /** Null while the pages are not built. */
  readonly site: Site | null;
  readonly page: (request: PageRequest) => Promise<Page> | Page;
  readonly limiter: RateLimiter;
  readonly log: Log;
};

const SUFFIXES: readonly (readonly [Encoding, string])[] = [['br', '.br'], ['gzip', '.gz']]; // best first
/** The build gives files here names with a hash of what is in them. */
const HASHED = '/assets/';
/** What looks up a page's words may cost a query; above this the page comes without them rather than not at all. */
const PAGE_RATE = { burst: 60, perSecond: 10 };

const typeOf = (path: string): string => {
  const type = lookup(path) ?? 'application/octet-stream';
  return /^text\/|javascript|json|xml/.test(type) ? `${type}; charset=utf-8` : type;
};

/** Reads the folder that the build made; null if there is none. */
export const loadSite = async (dir: string): Promise<Site | null> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!entries) return null;
  const contents = new Map<string, Buffer>();
  for (const entry of entries.filter((it) => it.isFile())) {
    const path = join(entry.parentPath, entry.name);
    contents.set(`/${relative(dir, path).split(sep).join('/')}`, await readFile(path));
  }
  const index = contents.get('/index.html');
  if (!index) return null;
  const isServed = (path: string): boolean => !path.startsWith('/index.html') && !path.endsWith('.map') && !SUFFIXES.some(([, suffix]) => path.endsWith(suffix));
  const files = new Map([...contents].filter(([path]) => isServed(path)).map(([path, plain]) => [path, fileOf(path, plain, contents)]));
  return { files, template: createPageTemplate(index.toString()) };
};

const fileOf = (path: string, plain: Buffer, contents: ReadonlyMap<string, Buffer>): File => ({
  type: typeOf(path),
  etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
  isImmutable: path.startsWith(HASHED),
  plain,
  compressed: new Map(SUFFIXES.flatMap(([encoding, suffix]) => {
    const small = contents.get(path + suffix);
    return small ? [[encoding, small] as const] : [];
  })),
});

/** The best encoding that the build made and the browser takes. */
const encodingFor = (file: File, acceptEncoding: string): Encoding | undefined => {
  const accepted = acceptEncoding.split(',').map((it) => it.trim()).filter((it) => !/;q=0(\.0*)?$/.test(it)).map((it) => it.split(';')[0]);
  return SUFFIXES.map(([encoding]) => encoding).find((it) => file.compressed.has(it) && accepted.includes(it));
};

const answerFile = (file: File, request: HttpRequest): Answer => {
  const encoding = encodingFor(file, request.header('accept-encoding'));
  // No content security policy here: one on a script would bind the worker, one on an SVG would take its style.
  const headers = [
    ['cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache'] as const,
    ['vary', 'accept-encoding'] as const,
    ['etag', file.etag] as const,
  ];
  if (hasVersion(request.header('if-none-match'), file.etag)) return { status: 304, type: null, body: '', headers };
  const body = encoding ? file.compressed.get(encoding) : undefined;
  if (!encoding || !body) return { status: 200, type: file.type, body: file.plain, headers };
  return { status: 200, type: file.type, body, headers: [...headers, ['content-encoding', encoding] as const] };
};

/** A file that is missing must be 404: a page in its place would be run as a script or cached as a picture. */
const isPagePath = (path: string): boolean =>
  path.startsWith('/@') || (!path.startsWith('/api/') && !path.startsWith(HASHED) && !(path.split('/').at(-1) ?? '').includes('.'));

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray %: somebody's mistyped address, which then is simply not found
  }
};

export const siteEndpoint = (deps: StaticDeps): Endpoint => {
  const wordsFor = async (request: HttpRequest): Promise<Page | null> => {
    if (deps.limiter.take(`page ${addressBucket(request.client.address)}`, PAGE_RATE) > 0) return null;
    try {
      return await deps.page({ path: decoded(request.path), query: request.query, locale: localeOf(request.header('accept-language')) });
    } catch (error) {
      deps.log.warn({ err: error, requestId: request.id }, 'page goes out without its words');
      return null; // The page itself must come up even while the database is away.
    }
  };

  const answerPage = async (request: HttpRequest, template: PageTemplate): Promise<Answer> => {
    const { client, path } = request;
    const page = await wordsFor(request);
    const origin = `${client.isHttps ? 'https' : 'http'}://${client.host}`;
    return {
      status: page?.status ?? 200,
      type: 'text/html; charset=utf-8',
      body: page ? template.render(page, { origin, path }) : template.plain,
      headers: [...pageHeaders(client, template.inlineHashes), ['cache-control', 'no-cache'], ['vary', 'accept-language']],
    };
  };

  return {
    method: 'GET',
    path: '/*',
    name: 'page',
    rate: null,
    bodyBytesMax: 0,
    answer(request) {
      const file = deps.site?.files.get(request.path);
      if (file) return answerFile(file, request);
      if (!isPagePath(request.path)) throw new AppError('not_found');
      if (!deps.site) return { status: 503, type: 'text/plain; charset=utf-8', body: 'The pages are not built yet: run `npm run build`.\n', headers: dataHeaders };
      return answerPage(request, deps.site.template);
    },
  };
};
