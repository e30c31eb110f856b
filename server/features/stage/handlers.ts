// One function for each stage.* and watch.* message: unpack, ask stage or media.

import type { Caller, Handlers } from '../../hub/handler.ts';
import type { Params } from '../../../shared/messages.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Media } from '../../media/media.ts';
import type { Place, Stage } from './stage.ts';

const placeOf = (caller: Caller): Place => {
  if (!caller.seat) throw new AppError('not_joined');
  return { roomId: caller.seat.roomId, participantId: caller.seat.participantId };
};
const idOf = (caller: Caller) => placeOf(caller).participantId;

type Names =
  | 'stage.open' | 'stage.connect' | 'stage.publish' | 'stage.unpublish' | 'stage.mute' | 'stage.restartIce' | 'stage.close'
  | 'watch.open' | 'watch.prefer' | 'watch.show' | 'watch.restartIce' | 'watch.refresh' | 'watch.report';

export const stageHandlers = (deps: {
  readonly stage: Stage;
  readonly media: Media;
  /** What a viewer measured since its last report. */
  readonly viewerReported: (report: Params<'watch.report'>, caller: Caller) => void;
}): Handlers<Names> => {
  const { stage, media } = deps;
  return {
    'stage.open': (params, caller) => stage.open(placeOf(caller), params),
    'stage.connect': async (params, caller) => {
      await media.connectPublisher(idOf(caller), params.transportId, params.dtlsParameters);
      return {};
    },
    'stage.publish': (params, caller) => stage.publish(placeOf(caller), params),
    'stage.unpublish': async (params, caller) => {
      await media.unpublish(idOf(caller), params.publicationId);
      return {};
    },
    'stage.mute': async (params, caller) => {
      await stage.mute(placeOf(caller), params);
      return {};
    },
    'stage.restartIce': async (params, caller) => ({
      iceParameters: await media.restartPublisherIce(idOf(caller), params.transportId),
    }),
    'stage.close': (params, caller) => {
      media.closePublisher(idOf(caller), params.transportId);
      return {};
    },
    'watch.open': async (params, caller) => {
      const answer = await stage.watch(placeOf(caller), params);
      if (!answer) throw new AppError('not_live');
      return answer;
    },
    'watch.prefer': async (params, caller) => {
      await media.prefer(idOf(caller), params.quality);
      return {};
    },
    'watch.show': async (params, caller) => {
      await media.show(idOf(caller), params.pictures);
      return {};
    },
    'watch.restartIce': async (_, caller) => ({ iceParameters: await media.restartWatchIce(idOf(caller)) }),
    'watch.refresh': async (_, caller) => {
      await media.refresh(idOf(caller));
      return {};
    },
    'watch.report': (params, caller) => {
      deps.viewerReported(params, caller);
      return {};
    },
  };
};
