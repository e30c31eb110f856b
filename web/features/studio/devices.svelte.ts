// The creator's camera, microphone and screen: what there is, what is chosen, what runs, and why something does not. Tells
// `onChange` after every change of what should be sent; sends nothing itself. Invariant: a track that is not in use is
// stopped, so that no camera's light stays on for nothing.

import type { Source } from '../../../shared/messages/watch.ts';
import {
  canShareScreen, listDevices, openCamera, openMicrophone, openScreen, watchDevices, type CaptureFault, type Device,
} from '../../media/capture.ts';
import { captureThumbnail } from '../../media/thumbnail.ts';
import { m } from '../../text/generated/messages.js';
import type { Toasts } from '../../ui/toasts.svelte.ts';
import type { Wish, Wishes } from './publisher.ts';
import { keepDevices, readDevices } from './remembered-devices.ts';
