// The launcher is run as its own process, as npm does, so that real signals and exit codes are seen.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startScript } from './testing/script.ts';

const launcher = fileURLToPath(new URL('launch.mjs', import.meta.url));

/** Runs `code` under the launcher. */
function launched(code: string) {
  const script = `
    const { launch } = await import(${JSON.stringify(launcher)});
    const { code, message } = await launch(process.execPath, ['-e', ${JSON.stringify(code)}], { cwd: '/', channel: true, env: { GIVEN: 'yes' } });
    if (message) console.log(JSON.stringify(message));
    process.exitCode = code;`;
  return startScript(script);
}

test('passes on the exit code, the environment and the last message', async () => {
  const { ended } = launched('process.send({ given: process.env.GIVEN }); process.disconnect(); process.exitCode = 7');
  expect(await ended).toEqual({ code: 7, output: '{"given":"yes"}\n' });
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('passes on %s and waits for the orderly end', async (signal) => {
  const { child, ended, says } = launched(
    `process.on('${signal}', () => { console.log('draining'); process.disconnect(); clearInterval(alive) }); const alive = setInterval(() => {}, 1000); console.log('up')`,
  );
  await says('up');
  child.kill(signal);
  expect(await ended).toEqual({ code: 0, output: 'up\ndraining\n' });
});

test('a child that a signal ended gives the code that shells give', async () => {
  const { ended } = launched("process.kill(process.pid, 'SIGKILL')");
  expect((await ended).code).toBe(137);
});
