import { expect, test } from 'vitest';
import type { BroadcastId } from '../shared/ids.ts';
import { analyticsPath, categoryPath, loginPath, matchRoute, nextPath, operatorPath, settingsPath, sourceIn, watchPath } from './routes.ts';

test.each([
  ['/', { page: 'home', category: null }],
  ['/c/games', { page: 'home', category: 'games' }],
  ['/c/nothing', { page: 'not_found' }],
  ['/@lin', { page: 'watch', handle: 'lin' }],
  ['/@lin/', { page: 'watch', handle: 'lin' }],
  ['/@%E6%A1%A5', { page: 'watch', handle: '桥' }],
  ['/@', { page: 'not_found' }],
  ['/@lin/more', { page: 'not_found' }],
  ['/lin', { page: 'not_found' }],
  ['/studio', { page: 'studio' }],
  ['/studio/analytics', { page: 'analytics', broadcastId: null }],
  ['/studio/analytics/b-1', { page: 'analytics', broadcastId: 'b-1' }],
  ['/studio/analytics/b-1/more', { page: 'not_found' }],
  ['/studio/more', { page: 'not_found' }],
  ['/login', { page: 'login' }],
  ['/register', { page: 'register' }],
  ['/settings', { page: 'settings', tab: 'profile' }],
  ['/settings/security', { page: 'settings', tab: 'security' }],
  ['/settings/nothing', { page: 'not_found' }],
  ['/settings/look/more', { page: 'not_found' }],
  ['/wallet', { page: 'wallet' }],
  ['/wallet/more', { page: 'not_found' }],
  ['/earnings/', { page: 'earnings' }],
  ['/topup/t-1', { page: 'topup', topUpId: 't-1' }],
  ['/topup', { page: 'not_found' }],
  ['/operator', { page: 'operator', tab: 'overview' }],
  ['/operator/payouts', { page: 'operator', tab: 'payouts' }],
  ['/operator/gifts', { page: 'operator', tab: 'gifts' }],
  ['/operator/nothing', { page: 'not_found' }],
  ['/%zz', { page: 'not_found' }],
])('%s', (path, route) => {
  expect(matchRoute(path)).toEqual(route);
});

test('every address that we make leads to what it was made for', () => {
  expect(matchRoute(analyticsPath('b-1' as BroadcastId))).toEqual({ page: 'analytics', broadcastId: 'b-1' });
  expect(matchRoute(analyticsPath(null))).toEqual({ page: 'analytics', broadcastId: null });
  expect(matchRoute(watchPath('lin'))).toEqual({ page: 'watch', handle: 'lin' });
  expect(matchRoute(categoryPath('music'))).toEqual({ page: 'home', category: 'music' });
  expect(matchRoute(categoryPath(null))).toEqual({ page: 'home', category: null });
  expect(matchRoute(settingsPath('profile'))).toEqual({ page: 'settings', tab: 'profile' });
  expect(matchRoute(settingsPath('channel'))).toEqual({ page: 'settings', tab: 'channel' });
  expect(matchRoute(operatorPath('payouts'))).toEqual({ page: 'operator', tab: 'payouts' });
  expect(matchRoute(operatorPath('topups'))).toEqual({ page: 'operator', tab: 'topups' });
});

test('[H3] an address from outside says only what may be said there', () => {
  expect(['?from=share', '?key=abc&from=notice', '?from=home', '?from=', ''].map(sourceIn)).toEqual(['share', 'notice', null, null, null]);
});

test('after logging in one comes back, and nowhere else', () => {
  expect(nextPath(loginPath('/studio?a=b').replace('/login', ''))).toBe('/studio?a=b');
  expect(nextPath('')).toBe('/');
  expect(nextPath('?next=https://elsewhere.example')).toBe('/');
  expect(nextPath('?next=//elsewhere.example')).toBe('/');
  expect(nextPath('?next=/\\elsewhere.example')).toBe('/');
  expect(nextPath('?next=/%5Celsewhere.example')).toBe('/');
  expect(nextPath('?next=javascript:alert(1)')).toBe('/');
});
