// What a package of coins is worth beside the others. Pure.

import type { CoinPackage } from '../../../shared/wallet-routes.ts';

export type Offer = CoinPackage & {
  /** How many more coins for the same money than in the dearest package, in percent. */
  readonly bonusPercent: number;
  /** The most coins for the money; of equals, and where all are equal, none. */
  readonly isBest: boolean;
};

const coinsPerUnit = ({ coins, price }: CoinPackage): number => coins / price;

/** From the smallest to the largest. */
export const offersOf = (packages: readonly CoinPackage[]): Offer[] => {
  const rates = packages.map(coinsPerUnit);
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  const isOneBest = rates.filter((rate) => rate === most).length === 1;
  return [...packages]
    .sort((a, b) => a.coins - b.coins)
    .map((one) => ({
      ...one,
      bonusPercent: Math.floor((coinsPerUnit(one) / least - 1) * 100 + 1e-9),
      isBest: packages.length > 1 && isOneBest && coinsPerUnit(one) === most,
    }));
};
