// What the level meter's last seconds say about a voice. Pure.

export type SoundHint = 'listening' | 'silent' | 'quiet' | 'good' | 'clipping';

/** One reading: the largest sample since the last, 0 to 1. */
export type SoundHistory = { readonly peaks: readonly number[]; readonly heardVoice: boolean };

export const NO_SOUND_YET: SoundHistory = { peaks: [], heardVoice: false };

/** How many readings a hint looks back: 4 s at ten a second, longer than people pause between sentences. */
const READINGS = 40;
/** -70 dBFS: below any microphone that is plugged in and open. */
const SILENCE = 0.0003;
/** -32 dBFS: speech whose loudest sample stays below this is hard to hear beside other broadcasts. */
const QUIET = 0.025;
const CLIPPING = 0.985;
/** One clipped sample is an accident, three readings in four seconds are a wrong setting. */
const CLIPPED_READINGS = 3;

export const withReading = (history: SoundHistory, peak: number): SoundHistory => ({
  peaks: [...history.peaks, peak].slice(-READINGS),
  heardVoice: history.heardVoice || peak >= QUIET,
});

export const soundHintOf = ({ peaks, heardVoice }: SoundHistory): SoundHint => {
  if (peaks.filter((peak) => peak >= CLIPPING).length >= CLIPPED_READINGS) return 'clipping';
  if (peaks.length < READINGS) return heardVoice ? 'good' : 'listening';
  const loudest = Math.max(...peaks);
  if (loudest < SILENCE) return 'silent';
  // Somebody who was heard well before and now listens is not too quiet.
  return loudest < QUIET && !heardVoice ? 'quiet' : 'good';
};
