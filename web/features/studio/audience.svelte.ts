// How the picture arrives at those who watch, once a second, and how many of them are about to leave, as the server tells those who
// lead the show.

import type { EventData } from '../../../shared/messages.ts';
import type { Hear } from '../../live/connection.ts';

export class Audience {
  /** Null: nothing was told yet. */
  measured = $state.raw<EventData<'audience.measured'> | null>(null);
  predicted = $state.raw<EventData<'audience.predicted'> | null>(null);
  /** Hears no more. */
  readonly close: () => void;

  constructor(hear: Hear) {
    const stops = [
      hear('audience.measured', (measured) => { this.measured = measured; }),
      hear('audience.predicted', (predicted) => { this.predicted = predicted; }),
    ];
    this.close = () => { for (const stop of stops) stop(); };
  }
}
