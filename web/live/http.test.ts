import { afterEach, expect, test, vi } from 'vitest';
import { ANALYTICS_ROUTES } from '../../shared/analytics-routes.ts';
import { DISCOVERY_ROUTES } from '../../shared/discovery-routes.ts';
import { FINDING_ROUTES } from '../../shared/finding-routes.ts';
import { OPERATOR_ROUTES } from '../../shared/operator-routes.ts';
import { PRIVACY_ROUTES } from '../../shared/privacy-routes.ts';
import { ROUTES, type RouteName } from '../../shared/routes.ts';
import { WALLET_ROUTES } from '../../shared/wallet-routes.ts';
import { callAnalytics } from './http-analytics.ts';
import { callFeed } from './http-feed.ts';
import { callFinding } from './http-finding.ts';
import { callMoney } from './http-money.ts';
import { callOperator } from './http-operator.ts';
import { callPrivacy } from './http-privacy.ts';
import { ApiError, call, codeOf } from './http.ts';

afterEach(() => vi.unstubAllGlobals());

type Sent = { url: string; init: RequestInit };

/** Answers every request the same way, and remembers it. */
const answering = (status: number, body: string): Sent[] => {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return Promise.resolve(new Response(body, { status }));
  });
  return sent;
};

const thrownBy = async (act: Promise<unknown>): Promise<unknown> => {
  try {
    await act;
  } catch (thrown) {
    return thrown;
  }
  return null;
};

test('a call goes to the method and path of its row, with names filled in and escaped', async () => {
  const sent = answering(200, '{}');
  await call('channel.update', { path: { handle: 'a/b?c' }, body: { about: 'hello' } });
  expect(sent[0]?.url).toBe('/api/channels/a%2Fb%3Fc');
  expect(sent[0]?.init).toMatchObject({ method: 'PATCH', body: '{"about":"hello"}', headers: { 'content-type': 'application/json' } });
});

test('what is asked besides stands behind the path, escaped', async () => {
  const sent = answering(200, '{}');
  await callMoney('operator.topUps', { query: { name: 'a&b' } });
  await callMoney('wallet.statement', {});
  expect(sent.map(({ url }) => url)).toEqual(['/api/operator/topups?name=a%26b', '/api/wallet/statement']);
});

test('every row of the table is called by its own method and path', async () => {
  const sent = answering(200, '{}');
  const parts: readonly (readonly [rows: object, call: unknown])[] = [
    [WALLET_ROUTES, callMoney], [PRIVACY_ROUTES, callPrivacy], [DISCOVERY_ROUTES, callFeed], [FINDING_ROUTES, callFinding], [ANALYTICS_ROUTES, callAnalytics],
    [OPERATOR_ROUTES, callOperator],
  ];
  const callOf = (name: RouteName) => (parts.find(([rows]) => name in rows)?.[1] ?? call) as (name: RouteName, options: object) => Promise<unknown>;
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const path = Object.fromEntries([...ROUTES[name].path.matchAll(/:(\w+)/g)].map(([colon, word]) => [word, colon]));
    await callOf(name)(name, { path });
    const last = sent.at(-1);
    expect(`${last?.init.method} ${decodeURIComponent(last?.url ?? '')}`).toBe(`${ROUTES[name].method} ${ROUTES[name].path}`);
  }
});

test('pictures travel as they are, under their own type', async () => {
  const sent = answering(200, '{"imageId":"i","url":"/images/i"}');
  const picture = new Blob(['x'], { type: 'image/webp' });
  expect(await call('image.upload', { body: picture })).toEqual({ imageId: 'i', url: '/images/i' });
  expect(sent[0]?.init.body).toBe(picture);
  expect(sent[0]?.init.headers).toEqual({ 'content-type': 'image/webp' });
});

test('a refusal carries the code of the server and when to try again', async () => {
  answering(429, JSON.stringify({ error: { code: 'too_many_requests', message: 'slow down', retryAfterMs: 1500 } }));
  const thrown = await thrownBy(call('account.me'));
  expect(thrown).toBeInstanceOf(ApiError);
  expect(thrown).toMatchObject({ code: 'too_many_requests', retryAfterMs: 1500 });
});

test('an answer that is not ours means that the server is out of reach', async () => {
  answering(502, '<html>Bad gateway</html>');
  expect(codeOf(await thrownBy(call('account.me')))).toBe('unreachable');
});

test('no answer at all means the same', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(codeOf(await thrownBy(call('account.me')))).toBe('unreachable');
});

test('what is not a failed call is a bug of ours', () => {
  expect(codeOf(new RangeError('oops'))).toBe('internal');
});
