// What a person beside the host sends. Its code brings the sending half of WebRTC, so it is loaded when somebody gets ready.

import type { Publication } from '../../../shared/messages/stage.ts';
import { codeOf } from '../../live/request-error.ts';
import { errorText } from '../../text/error-text.ts';
import type { PartDeps } from '../interaction/part.ts';
import { OwnMedia } from '../studio/own-media.svelte.ts';

export type OnStageDeps = Pick<PartDeps, 'ask' | 'hear' | 'toasts'> & { readonly hasSeat: () => boolean };

export class OnStage {
  readonly own: OwnMedia;

  constructor({ ask, hear, toasts, hasSeat }: OnStageDeps) {
    this.own = new OwnMedia({
      ask, hear, toasts, mayPublish: hasSeat,
      onRefused: (error) => {
        // The seat was taken back while something was on its way, which is told in other words.
        if (hasSeat()) toasts.show(errorText(codeOf(error) ?? 'internal'), { tone: 'danger' });
      },
    });
    void this.own.devices.open();
  }

  sync(): void {
    void this.own.sync();
  }

  follow(publications: readonly Publication[]): void {
    this.own.follow(publications);
  }

  /** The host muted us; true if that changed anything. */
  muteIfOn(): boolean {
    const { microphone } = this.own.devices;
    if (!microphone.track || !microphone.isOn) return false;
    microphone.toggle();
    return true;
  }

  close(): void {
    this.own.close();
  }
}
