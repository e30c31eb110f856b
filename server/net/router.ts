// Finds the endpoint of an address. Fixed paths go before those with parameters.

import type { Endpoint } from './endpoint.ts';

const PATH_PARAM_CHARS_MAX = 64;

export type Found =
  | { readonly is: 'endpoint'; readonly endpoint: Endpoint; readonly pathParams: Readonly<Record<string, string>> }
  | { readonly is: 'other_methods'; readonly allow: readonly string[] }
  | { readonly is: 'nothing' };

type Place = { readonly segments: readonly string[]; readonly methods: Map<string, Endpoint> };

const decode = (segment: string): string | null => {
  try {
    const text = decodeURIComponent(segment);
    return text !== '' && text.length <= PATH_PARAM_CHARS_MAX ? text : null;
  } catch {
    return null; // A broken escape such as %zz names nothing.
  }
};

const matchPlace = (place: Place, segments: readonly string[]): Record<string, string> | null => {
  if (place.segments.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, expected] of place.segments.entries()) {
    const given = segments[index] ?? '';
    if (!expected.startsWith(':')) {
      if (given !== expected) return null;
      continue;
    }
    const value = decode(given);
    if (value === null) return null;
    params[expected.slice(1)] = value;
  }
  return params;
};

/** HEAD is answered wherever GET is. */
export const createRouter = (endpoints: readonly Endpoint[]): ((method: string, path: string) => Found) => {
  const byPath = new Map<string, Place>();
  for (const endpoint of endpoints) {
    const place = byPath.get(endpoint.path) ?? { segments: endpoint.path.split('/'), methods: new Map() };
    if (place.methods.has(endpoint.method)) throw new Error(`two endpoints for ${endpoint.method} ${endpoint.path}`);
    place.methods.set(endpoint.method, endpoint);
    byPath.set(endpoint.path, place);
  }
  const withParams = [...byPath].filter(([path]) => path.includes('/:')).map(([, place]) => place);

  const find = (path: string): { place: Place; pathParams: Record<string, string> } | null => {
    const fixed = byPath.get(path);
    if (fixed && !path.includes('/:')) return { place: fixed, pathParams: {} };
    const segments = path.split('/');
    for (const place of withParams) {
      const pathParams = matchPlace(place, segments);
      if (pathParams) return { place, pathParams };
    }
    return null;
  };

  return (method, path) => {
    const found = find(path);
    if (!found) return { is: 'nothing' };
    const { methods } = found.place;
    const endpoint = methods.get(method === 'HEAD' ? 'GET' : method);
    if (endpoint) return { is: 'endpoint', endpoint, pathParams: found.pathParams };
    return { is: 'other_methods', allow: [...methods.keys(), ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'] };
  };
};
