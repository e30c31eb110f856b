// What there is to see on the stage, as tiles in the order of its layout: each person's face, and what they share before it. Pure.

import type { ParticipantId } from '../../../shared/ids.ts';
import type { StageView } from '../../../shared/messages/seats.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import type { Part, Whose } from '../../media/streams.ts';

export type Tile = {
  readonly key: string;
  readonly whose: Whose;
  readonly part: Part;
  readonly participantId: ParticipantId;
  readonly displayName: string;
  readonly isHost: boolean;
  /** Their microphone is on and muted. */
  readonly muted: boolean;
  /** Something is sent that can be shown; else a face stands for it. */
  readonly hasPicture: boolean;
};

export const tilesOf = ({ seats, layout }: StageView, publications: readonly Publication[]): readonly Tile[] => {
  const sends = (id: ParticipantId, source: 'camera' | 'screen'): boolean =>
    publications.some((one) => one.participantId === id && one.source === source && !one.muted);
  return layout.order
    .flatMap((id) => seats.find(({ participantId }) => participantId === id) ?? [])
    .filter(({ state, isHidden }) => state === 'on_stage' && !isHidden)
    .flatMap(({ participantId, displayName, isHost, muted, channel }) => {
      const whose: Whose = isHost ? 'host' : participantId;
      const tile = { whose, participantId, displayName: channel?.displayName ?? displayName, isHost, muted };
      const face: Tile = { ...tile, key: `${whose} face`, part: 'face', hasPicture: sends(participantId, 'camera') };
      const screen: Tile = { ...tile, key: `${whose} screen`, part: 'screen', hasPicture: true };
      return sends(participantId, 'screen') ? [screen, face] : [face];
    });
};
