import { expect, test } from 'vitest';
import { matchRoute, sourceIn } from '../../routes.ts';
import { viewerLink } from './private-link.ts';

test('[H3] whoever comes by the link of the studio came by a shared link', () => {
  for (const key of [null, 'secret']) {
    const { pathname, search } = new URL(viewerLink('https://qiao.example', 'lin', key));
    expect([matchRoute(pathname), sourceIn(search)]).toEqual([{ page: 'watch', handle: 'lin' }, 'share']);
    expect(new URLSearchParams(search).get('key')).toBe(key);
  }
});
