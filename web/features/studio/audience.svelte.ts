// How the picture arrives at those who watch, as the server tells those who lead the show, once a second.

import type { EventData } from '../../../shared/messages.ts';
import type { Hear } from '../../live/connection.ts';

export class Audience {
  /** Null: nothing was told yet. */
  measured = $state.raw<EventData<'audience.measured'> | null>(null);
  /** Hears no more. */
  readonly close: () => void;

  constructor(hear: Hear) {
    this.close = hear('audience.measured', (measured) => { this.measured = measured; });
  }
}
