// Buying a package: the top-up is begun, and the browser goes to where it is paid. Invariant: trying the same package again after a
// failure is the same top-up, so that nobody pays twice for one wish.

import type { RequestKey } from '../../../shared/ids.ts';
import type { RouteResult } from '../../../shared/routes.ts';
import { newKey } from '../../live/request-key.ts';
import { Submission } from '../../submission.svelte.ts';

export type BuyingDeps = {
  readonly start: (body: { readonly key: RequestKey; readonly packageId: string }) => Promise<RouteResult<'topup.start'>>;
  /** To a page of ours, or the provider's. */
  readonly goTo: (payUrl: string) => void;
};

export class Buying {
  readonly submission = new Submission();
  /** The package that is on its way. */
  packageId = $state<string | null>(null);
  readonly #deps: BuyingDeps;
  readonly #keys = new Map<string, RequestKey>();

  constructor(deps: BuyingDeps) {
    this.#deps = deps;
  }

  async buy(packageId: string): Promise<void> {
    if (this.submission.isBusy) return;
    const key = this.#keys.get(packageId) ?? newKey();
    this.#keys.set(packageId, key);
    this.packageId = packageId;
    await this.submission.run(async () => {
      const { payUrl } = await this.#deps.start({ key, packageId });
      this.#keys.delete(packageId);
      this.#deps.goTo(payUrl);
    });
    this.packageId = null;
  }
}
