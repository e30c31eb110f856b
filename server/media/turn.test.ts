import { expect, test } from 'vitest';
import { safeParse } from 'valibot';
import { iceServer } from '../../shared/messages/rtp.ts';
import { turnServer } from './turn.ts';

const settings = { urls: ['turn:turn.example.org:3478', 'turns:turn.example.org:5349?transport=tcp'], secret: 'north' };

test('credentials end after some hours, and are what the TURN server makes of the same secret', () => {
  const made = turnServer(settings, 'transport', 1_700_000_000_999);
  // printf 1700043200:transport | openssl dgst -sha1 -hmac north -binary | base64
  expect(made).toEqual({ urls: settings.urls, username: '1700043200:transport', credential: 'mdU+rPKaIu3TXVKdzcJE40k4L2k=' });
  expect(safeParse(iceServer, made).success).toBe(true);
});

test('each transport and each moment has its own, and none holds the secret', () => {
  const all = [turnServer(settings, 'a', 0), turnServer(settings, 'b', 0), turnServer(settings, 'a', 60_000), turnServer({ ...settings, secret: 'south' }, 'a', 0)];
  expect(new Set(all.map(({ credential }) => credential)).size).toBe(all.length);
  expect(JSON.stringify(all)).not.toMatch(/north|south/);
});
