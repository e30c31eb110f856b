// The creator's camera, microphone and screen together: opened, watched for what is plugged in and pulled out, remembered.
// Tells `onChange` after every change of what should be sent; sends nothing itself.

import type { Source } from '../../../shared/messages/watch.ts';
import { canShareScreen, listDevices, onDevicesChanged, openCamera, openMicrophone, openScreen, type CaptureDevice, type SoundKind } from '../../media/capture.ts';
import { m } from '../../text/generated/messages.js';
import type { Toasts } from '../../ui/toasts.svelte.ts';
import { DeviceSlot } from './device-slot.svelte.ts';
import type { Wish, Wishes } from './publisher.ts';
import { keepChoice, readChoice } from './source-choice.ts';

type Screen = { readonly video: MediaStreamTrack; readonly audio: MediaStreamTrack | null };

export class Devices {
  readonly camera: DeviceSlot;
  readonly microphone: DeviceSlot;
  readonly canShareScreen = canShareScreen();
  screen = $state.raw<Screen | null>(null);
  isScreenStarting = $state(false);
  /** How the microphone's sound is treated. */
  sound = $state<SoundKind>('speech');
  #all = $state.raw<readonly CaptureDevice[]>([]);

  readonly #toasts: Toasts;
  readonly #onChange: () => void;
  readonly #stopWatching: () => void;

  readonly cameras = $derived(this.#all.filter(({ kind }) => kind === 'camera'));
  readonly microphones = $derived(this.#all.filter(({ kind }) => kind === 'microphone'));

  constructor(deps: { readonly toasts: Toasts; readonly onChange: () => void }) {
    this.#toasts = deps.toasts;
    this.#onChange = deps.onChange;
    const kept = readChoice(localStorage);
    this.sound = kept.sound;
    const onChange = (): void => this.#changed();
    this.camera = new DeviceSlot({ isWanted: kept.wantsCamera, isOn: kept.isCameraOn, open: openCamera, onChange });
    this.microphone = new DeviceSlot({ isWanted: kept.wantsMicrophone, isOn: kept.isMicrophoneOn, open: (id) => openMicrophone(id, this.sound), onChange });
    this.#stopWatching = onDevicesChanged(() => void this.#list());
  }

  /** There is something to send, be it only sound. */
  get hasAny(): boolean {
    return this.camera.track !== null || this.microphone.track !== null || this.screen !== null;
  }

  get isStarting(): boolean {
    return this.camera.isStarting || this.microphone.isStarting;
  }

  /** What should be sent, and whether it is on. */
  get wishes(): Wishes {
    const wishes = new Map<Source, Wish>();
    for (const [source, slot] of [['camera', this.camera], ['microphone', this.microphone]] as const) {
      if (slot.track) wishes.set(source, { track: slot.track, isOn: slot.isOn });
    }
    if (this.screen) wishes.set('screen', { track: this.screen.video, isOn: true });
    if (this.screen?.audio) wishes.set('screen_audio', { track: this.screen.audio, isOn: true });
    return wishes;
  }

  /** What the camera delivers; 0 while it sends nothing. A screen sends what it needs, so nothing can be missing there. */
  get framesPerSecond(): number {
    const { track, isOn } = this.camera;
    return track && isOn ? (track.getSettings().frameRate ?? 0) : 0;
  }

  /** Opens what is wanted and does not run; one that fails does not keep the other back. */
  async open(): Promise<void> {
    const opens = [this.camera, this.microphone].filter(({ track, isStarting }) => !track && !isStarting);
    await Promise.all(opens.map((slot) => slot.open()));
    // Browsers tell the names of devices only after the first permission.
    await this.#list();
  }

  /** Opens the microphone anew; what runs goes on until then. */
  async chooseSound(sound: SoundKind): Promise<void> {
    this.sound = sound;
    this.#changed();
    const { id } = this.microphone;
    await this.microphone.open(id === '' ? undefined : id);
  }

  /** It ended by itself: unplugged, or the browser's own "stop sharing". */
  trackEnded(source: Source): void {
    if (source === 'screen' || source === 'screen_audio') return this.stopScreen();
    const device = source === 'camera' ? m.studio_camera() : m.studio_microphone();
    this.#toasts.show(m.studio_device_lost({ device }), { tone: 'warn' });
    const slot = source === 'camera' ? this.camera : this.microphone;
    slot.release();
    // Another one of its kind may be there.
    void slot.open();
  }

  async startScreen(): Promise<void> {
    this.isScreenStarting = true;
    const captured = await openScreen();
    this.isScreenStarting = false;
    if (captured.ok) {
      const screen = captured.value;
      screen.video.addEventListener('ended', () => { if (this.screen === screen) this.stopScreen(); });
      this.screen = screen;
      this.#changed();
      this.#toasts.show(m.studio_screen_started(), { tone: 'good' });
    } else if (captured.error !== 'aborted') {
      // Closing the picker is an answer and no fault.
      this.#toasts.show(m.studio_fault_screen_failed(), { tone: 'danger' });
    }
  }

  stopScreen(): void {
    const { screen } = this;
    if (!screen) return;
    this.screen = null;
    this.#changed();
    screen.video.stop();
    screen.audio?.stop();
    this.#toasts.show(m.studio_screen_stopped());
  }

  close(): void {
    this.#stopWatching();
    for (const track of [this.camera.track, this.microphone.track, this.screen?.video, this.screen?.audio]) track?.stop();
  }

  #changed(): void {
    const { camera, microphone } = this;
    keepChoice(localStorage, {
      wantsCamera: camera.isWanted, wantsMicrophone: microphone.isWanted, isCameraOn: camera.isOn, isMicrophoneOn: microphone.isOn,
      sound: this.sound,
    });
    this.#onChange();
  }

  async #list(): Promise<void> {
    this.#all = await listDevices();
    // What was missing may just have been plugged in.
    for (const [slot, there] of [[this.camera, this.cameras], [this.microphone, this.microphones]] as const) {
      if (slot.fault === 'no_device' && there.length > 0) void slot.open();
    }
  }
}
