import { expect, test } from 'vitest';
import type { GiftId } from '../../../shared/ids.ts';
import type { GiftView } from '../../../shared/messages/gifts.ts';
import { draftOf, faultsOf, giftOf, idFrom } from './gift-draft.ts';

const ROSE: GiftView = { giftId: 'rose' as GiftId, nameEn: 'Rose', nameZh: '玫瑰', coins: 10, animation: 'rose', tier: 'small', isOnSale: true, position: 20 };

test('a gift goes through its draft unchanged', () => {
  expect(giftOf(draftOf(ROSE, [ROSE]))).toEqual(ROSE);
});

test('a new gift stands behind all others and needs everything', () => {
  const draft = draftOf(null, [ROSE]);
  expect(draft.position).toBe('30');
  expect(faultsOf(draft, ['rose'])).toEqual({ giftId: 'invalid', nameEn: true, nameZh: true, coins: true });
});

test('a new gift may not have the id of another one, which it would change', () => {
  expect(faultsOf(draftOf(ROSE, []), ['rose'])).toEqual({ giftId: 'taken' });
  expect(faultsOf(draftOf(ROSE, []), [])).toEqual({});
});

test.each(['', '0', '-1', '1.5', '1e3', 'ten', '9999999999999'])('"%s" is not a price', (coins) => {
  expect(faultsOf({ ...draftOf(ROSE, []), coins }, [])).toEqual({ coins: true });
});

test('an id follows from the English name', () => {
  expect(idFrom('Paper Crane!')).toBe('paper-crane');
  expect(idFrom('纸鹤')).toBe('');
});
