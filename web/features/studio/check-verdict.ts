// What the connection check found, as one light and one sentence. Pure; the measuring is web/media's.

import type { CheckResult } from '../../media/check.ts';
import type { Light } from './health.ts';

/** `failed`: the check itself could not run, which says nothing about the connection. */
export type CheckOutcome = CheckResult | 'failed';
export type CheckVerdict = 'good' | 'fair' | 'tcp' | 'poor' | 'blocked' | 'failed';

/** Simulcast's three layers of 720p want about this much; below the second figure only the smallest one fits. */
const GOOD_BITS_PER_SECOND = 2_500_000;
const FAIR_BITS_PER_SECOND = 600_000;

export const checkVerdictOf = (outcome: CheckOutcome): CheckVerdict => {
  if (outcome === 'failed') return 'failed';
  const { udp, tcp, bitsPerSecond } = outcome;
  if (!udp.ok && !tcp.ok) return 'blocked';
  if (bitsPerSecond === null) return 'failed';
  if (bitsPerSecond < FAIR_BITS_PER_SECOND) return 'poor';
  if (!udp.ok) return 'tcp';
  return bitsPerSecond < GOOD_BITS_PER_SECOND ? 'fair' : 'good';
};

export const CHECK_LIGHTS: Record<CheckVerdict, Light> = {
  good: 'good', fair: 'fair', tcp: 'fair', poor: 'poor', blocked: 'lost', failed: 'fair',
};
