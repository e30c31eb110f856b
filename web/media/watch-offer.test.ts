import { expect, test } from 'vitest';
import { CODECS_MAX } from '../../shared/limits.ts';
import { listCodecs } from './watch-offer.ts';

test('[W1] codecs are listed as the contract writes them: type, then lower-case parameters in the browser\'s order', () => {
  expect(listCodecs([
    { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, sdpFmtpLine: 'minptime=10;useinbandfec=1' },
    { mimeType: 'audio/CN', clockRate: 8_000 },
    { mimeType: 'video/VP8', clockRate: 90_000 },
    { mimeType: 'video/rtx', clockRate: 90_000 },
    { mimeType: 'video/H264', clockRate: 90_000, sdpFmtpLine: 'Level-Asymmetry-Allowed=1; packetization-mode=1;profile-level-id=42E01F' },
    { mimeType: 'video/ulpfec', clockRate: 90_000 },
    { mimeType: 'video/VP8', clockRate: 90_000 },
  ])).toEqual([
    'audio/opus;minptime=10;useinbandfec=1',
    'video/VP8',
    'video/H264;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  ]);
});

test('no more codecs than the server takes', () => {
  const many = Array.from({ length: 50 }, (_, n) => ({ mimeType: 'video/H264', clockRate: 90_000, sdpFmtpLine: `profile-level-id=${n}` }));
  expect(listCodecs(many).length).toBe(CODECS_MAX);
});
