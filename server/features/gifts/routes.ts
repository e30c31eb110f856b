// One function for each gift row of shared/wallet-routes.ts.

import type { GiftId } from '../../../shared/ids.ts';
import type { RouteBody, RouteResult } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import type { Catalogue } from './catalogue.ts';

export type GiftRoutesDeps = { readonly catalogue: Catalogue; readonly isOperator: (userName: string) => boolean };

type SaveRequest = { readonly body: RouteBody<'operator.saveGift'>; readonly path: Readonly<Record<string, string>>; readonly user: SessionUser | null };

/** As the operator's tools write them: part of addresses and of fingerprints, so no room for anything odd. */
const GIFT_ID = /^[A-Za-z0-9_-]{1,64}$/;

const named = (text: string): string => {
  const name = cleanLine(text);
  if (name === '') throw new AppError('bad_request', 'a gift needs a name in both languages');
  return name;
};

export const giftRoutes = ({ catalogue, isOperator }: GiftRoutesDeps) => ({
  'gift.catalogue': async (): Promise<RouteResult<'gift.catalogue'>> => ({ gifts: await catalogue.all() }),
  'operator.saveGift': async ({ body, path, user }: SaveRequest): Promise<RouteResult<'operator.saveGift'>> => {
    if (!user || !isOperator(user.name)) throw new AppError('permission_denied');
    const giftId = path['giftId'] ?? '';
    if (!GIFT_ID.test(giftId)) throw new AppError('bad_request', 'not a gift id');
    return catalogue.save({ ...body, giftId: giftId as GiftId, nameEn: named(body.nameEn), nameZh: named(body.nameZh) });
  },
});
