import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inWords, SetupFailure } from './failure.mjs';

test('says what is wrong, what to do, and shows the evidence, without a stack', () => {
  expect(inWords(new SetupFailure('It broke.', 'Mend it.', 'line 1\nline 2'))).toBe('It broke.\n\nMend it.\n\nDetails:\n  line 1\n  line 2');
});

test('the evidence is shown without the stack of whoever said it', () => {
  const evidence = "npm error Error: EACCES: permission denied, mkdir 'x'\nnpm error     at async mkdir (node:internal/fs/promises:856:10)\n    at run (file:///a.mjs:50:18)\nnpm error code EACCES";
  expect(inWords(new SetupFailure('It broke.', 'Mend it.', evidence))).toBe(
    "It broke.\n\nMend it.\n\nDetails:\n  npm error Error: EACCES: permission denied, mkdir 'x'\n  npm error code EACCES",
  );
});

test('a refusal of the file system becomes a command to type', () => {
  const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/srv/qiao/node_modules' });
  expect(inWords(refused)).toContain('sudo chown -R "$(id -u):$(id -g)" /srv/qiao/node_modules');
  expect(inWords(refused)).not.toContain('    at ');
});

test('an error of ours keeps its stack', () => {
  let thrown: unknown;
  try {
    mkdirSync('\0');
  } catch (error) {
    thrown = error;
  }
  expect(inWords(thrown)).toMatch(/bug of its own[\s\S]*\n {4}at /);
});
