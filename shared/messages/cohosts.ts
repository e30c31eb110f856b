// The link for co-hosts, and leading the stage in the host's place. Rules S15-S20 in README.md.

import * as v from 'valibot';
import { displayName, linkKey, nothing, participantId, timeMs } from '../schema.ts';
import { participantEvent, request } from './define.ts';
import { INVITATION_ENDS, leadOffer, stageLink } from './seats.ts';

const rate = { burst: 5, perSecond: 0.5 };

export const cohostMessages = {
  requests: {
    /** The link that was open before is worth nothing any more. The key is told here alone. */
    'stage.openLink': request({ params: stageLink, result: v.strictObject({ key: linkKey }), needs: 'stage.direct', rate }),
    'stage.closeLink': request({ params: nothing, result: nothing, needs: 'stage.direct', rate }),
    /** Takes a seat backstage. `name`: how a guest wants to be called; of who is logged in it is not asked. */
    'stage.claim': request({
      params: v.strictObject({ key: linkKey, name: v.optional(displayName) }),
      result: nothing,
      needs: 'watch',
      rate: { burst: 5, perSecond: 0.2 },
    }),
    /** Asks a co-host to lead; again: another one is asked instead. */
    'stage.handOver': request({ params: v.strictObject({ participantId }), result: v.strictObject({ expiresAtMs: timeMs }), needs: 'broadcast.control', rate }),
    'stage.answerLead': request({ params: v.strictObject({ isAccepted: v.boolean() }), result: nothing, needs: 'media.publish', rate }),
    /** By the owner: the host leads again, and nobody is asked any more. By who leads: they give it back. */
    'stage.takeBack': request({ params: nothing, result: nothing, needs: 'interact', rate }),
  },
  events: {
    /** To those who lead: opened, or closed (null). */
    'stagelink.changed': participantEvent(v.strictObject({ link: v.nullable(stageLink) })),
    /** To who is asked to lead, in the tab that has the seat. */
    'lead.offered': participantEvent(leadOffer),
    /** To them: there is nothing to answer any more. */
    'lead.unoffered': participantEvent(nothing),
    /** To the host. */
    'lead.answered': participantEvent(v.strictObject({ participantId, answer: v.picklist(INVITATION_ENDS) })),
  },
} as const;
