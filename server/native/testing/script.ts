// A script as a process of its own, so that a test sees real signals, output and exit codes.

import { spawn } from 'node:child_process';

/** `says` resolves when the text was printed. */
export const startScript = (script: string) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    waiting.forEach((look) => look());
  });
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => child.on('close', (code) => resolve({ code, output })));
  const says = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => void (output.includes(text) && resolve());
      waiting.add(look);
      look();
    });
  return { child, ended, says };
};
