import argon2 from 'argon2';
import { expect, test } from 'vitest';
import { checkPassword, createPasswords } from './passwords.ts';

const CHEAP = { memoryCost: 1_024, timeCost: 2, parallelism: 1 };

test('keeps argon2id with OWASP parameters, salted', async () => {
  const passwords = createPasswords();
  const [one, other] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
  expect(one).not.toBe(other);
  expect(await passwords.verify(one, 'correct horse')).toEqual({ isRight: true, newHash: null });
  expect(await passwords.verify(one, 'correct horsf')).toEqual({ isRight: false, newHash: null });
});

test('nobody has a password, not even the empty one', async () => {
  const passwords = createPasswords(CHEAP);
  expect(await passwords.verify(null, '')).toEqual({ isRight: false, newHash: null });
});

test('a hash of an older cost is renewed with the right password only', async () => {
  const old = await argon2.hash('correct horse', { type: argon2.argon2id, ...CHEAP, memoryCost: 512 });
  const passwords = createPasswords(CHEAP);
  const { newHash } = await passwords.verify(old, 'correct horse');
  expect(newHash).toMatch(/m=1024/);
  expect(await passwords.verify(newHash, 'correct horse')).toEqual({ isRight: true, newHash: null });
  expect((await passwords.verify(old, 'wrong')).newHash).toBe(null);
});

test('the same password in another normal form is the same', async () => {
  const passwords = createPasswords(CHEAP);
  expect((await passwords.verify(await passwords.hash('pâté-pâté'), 'pa\u0302te\u0301-pa\u0302te\u0301')).isRight).toBe(true);
});

test('a flood is told to come back later, and the rest is served', async () => {
  const passwords = createPasswords(CHEAP);
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => passwords.hash('correct horse')));
  const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason as unknown);
  expect(refused).toHaveLength(100 - 34);
  expect(refused[0]).toMatchObject({ code: 'busy', retryAfterMs: 1_000 });
});

test.each([
  'short', '1234567', 'aaaaaaaa', 'abababab', '12345678', '87654321', 'abcdefgh', 'password', 'PASSWORD', 'Password1!', 'Passw0rd!!', 'qwertyuiop',
  'iloveyou2', '1234567890', '11223344', 'letmein123', 'mallory!', 'Mallory2026', 'woaini1314', '5201314520', '密码密码',
])('%j is refused', (password) => {
  expect(() => checkPassword(password, 'mallory')).toThrow(expect.objectContaining({ code: 'password_weak' }));
});

test.each(['correct horse battery staple', 'tr0ub4dor&3', '我家的猫喜欢晒太阳', 'malloryandthesea', 'xk7#pq2v', ' spaces count '])('%j is accepted', (password) => {
  expect(() => checkPassword(password, 'mallory')).not.toThrow();
});
