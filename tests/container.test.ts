// There is no container engine where these tests run, so the Dockerfile is held against what it must agree with.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n');

/** Instructions with their continued lines joined, without comments. */
const instructions = dockerfile
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter(Boolean)
  .map((line) => ({ name: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));
const stages = instructions.filter(({ name }) => name === 'FROM').length;
const lastStage = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
const inLast = (name: string) => lastStage.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

test('every stage is Node 24 on Debian 13, and the tools of the build stay behind', () => {
  expect(stages).toBe(2);
  for (const { rest } of instructions.filter(({ name }) => name === 'FROM')) expect(rest).toMatch(/^node:24-trixie-slim( AS \w+)?$/);
  expect(dockerfile).toContain('npm prune --omit=dev');
  for (const rest of inLast('COPY')) expect(rest).toMatch(/^--from=build /);
});

test('it does not run as root, and owns its data folder', () => {
  expect(inLast('USER')).toEqual(['node']);
  expect(inLast('VOLUME')).toEqual(['/data']);
  expect(inLast('ENV').join(' ')).toContain('DATA_DIR=/data');
  const user = lastStage.findIndex(({ name }) => name === 'USER');
  expect(lastStage.slice(user).some(({ name }) => name === 'RUN' || name === 'COPY')).toBe(false);
});

test('its commands are in exec form, so that SIGTERM reaches the server, and name files that exist and are copied', () => {
  const copied = inLast('COPY').flatMap((rest) => rest.split(' ').slice(1, -1).map((path) => path.replace('/app/', '')));
  const commands = [...inLast('CMD'), ...inLast('HEALTHCHECK').map((rest) => rest.slice(rest.indexOf('CMD ') + 4))];
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const [program, file] = JSON.parse(command) as [string, string];
    expect(program).toBe('node');
    expect(existsSync(join(root, file))).toBe(true);
    expect(copied).toContain(file.split('/')[0]);
  }
});

test('what it copies from the checkout is not ignored', () => {
  for (const path of ['package.json', 'package-lock.json', 'server', 'shared', 'web', 'migrations']) {
    expect(existsSync(join(root, path))).toBe(true);
    expect(ignored).not.toContain(path);
  }
  for (const path of ['node_modules', '.git', 'data', 'tests']) expect(ignored).toContain(path);
});
