// The words for the quality light: one for each light, one sentence for each light and cause that health.ts can find.

import { m } from '../../text/generated/messages.js';
import type { Cause, Health, Light } from './health.ts';

export const LIGHT_WORDS: Record<Light, () => string> = {
  good: m.studio_health_good,
  fair: m.studio_health_fair,
  poor: m.studio_health_poor,
  lost: m.studio_health_lost,
};

const SENTENCES: Record<Light, Partial<Record<Cause, () => string>>> = {
  good: { none: m.studio_health_good_none },
  fair: { uplink: m.studio_health_fair_uplink, cpu: m.studio_health_fair_cpu, server: m.studio_health_fair_server },
  poor: { uplink: m.studio_health_poor_uplink, cpu: m.studio_health_poor_cpu },
  lost: { uplink: m.studio_health_lost_uplink, server: m.studio_health_lost_server },
};

export const healthSentence = ({ light, cause }: Health): string => SENTENCES[light][cause]?.() ?? '';
