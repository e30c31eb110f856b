// A network of the test's own: a Linux network namespace with one address, a default route and nobody else in it. Firefox's
// ICE never uses 127.0.0.1, and needs this; what runs inside reaches only what runs inside. Needs root.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive } from './processes.ts';
import { until } from './wait.ts';

export type Namespace = {
  readonly name: string;
  /** Of the one interface besides loopback. */
  readonly address: string;
  /** What to put before a command so that it runs inside. */
  readonly prefix: readonly string[];
  /** A program that runs `command` inside, for launchers that want one path. */
  wrap(command: string): string;
  /** A local port outside that leads to 127.0.0.1:`port` inside. */
  reach(port: number): Promise<number>;
  close(): Promise<void>;
};

const ADDRESS = '10.99.0.1';
let made = 0;

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Namespaces of runs that were killed before they could tidy up; the second part of a name is its maker's process id. */
const sweep = (): void => {
  for (const line of execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n')) {
    const pid = /^qiao-(\d+)-\d+/.exec(line)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) ip('netns', 'delete', line.split(' ')[0] ?? '');
  }
};

/** `address`: where two namespaces are joined, each has another. */
export const createNamespace = async (address = ADDRESS): Promise<Namespace> => {
  sweep();
  const name = `qiao-${process.pid}-${(made += 1)}`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  ip('netns', 'add', name);
  const prefix = ['ip', 'netns', 'exec', name];
  const undo = (): void => {
    execFileSync('ip', ['netns', 'delete', name]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', undo);
  // Both ends of the pair stay inside: all that ICE wants is an interface that is up and a route.
  ip('-n', name, 'link', 'add', 'qiao0', 'type', 'veth', 'peer', 'name', 'qiao1');
  ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'qiao0');
  for (const device of ['lo', 'qiao0', 'qiao1']) ip('-n', name, 'link', 'set', device, 'up');
  ip('-n', name, 'route', 'add', 'default', 'dev', 'qiao0');
  const bridge = await openBridge(prefix, join(folder, 'bridge.sock'));

  return {
    name,
    address,
    prefix,
    wrap(command) {
      const path = join(folder, command.replaceAll('/', '-').slice(1));
      writeFileSync(path, `#!/bin/sh\nexec ${prefix.join(' ')} ${command} "$@"\n`, { mode: 0o755 });
      return path;
    },
    reach: bridge.reach,
    async close() {
      process.off('exit', undo);
      await bridge.close();
      undo();
    },
  };
};

/** A cable between two of them, each end with its address; nothing else of the one is reached from the other over it. */
export const joinNamespaces = (one: Namespace, oneAddress: string, other: Namespace, otherAddress: string): void => {
  const device = 'qiao2';
  ip('-n', one.name, 'link', 'add', device, 'type', 'veth', 'peer', 'name', device, 'netns', other.name);
  for (const [{ name }, address] of [[one, oneAddress], [other, otherAddress]] as const) {
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', device);
    ip('-n', name, 'link', 'set', device, 'up');
  }
};

/** Network namespaces don't part the file system, so a Unix socket is the way in. */
const openBridge = async (prefix: readonly string[], socketPath: string) => {
  const script = fileURLToPath(new URL('bridge.ts', import.meta.url));
  const [command = '', ...args] = [...prefix, process.execPath, script, socketPath];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let isReady = false;
  child.stdout.once('data', () => (isReady = true));
  await until('the bridge into the namespace', () => isReady);
  const doors: ReturnType<typeof createServer>[] = [];

  const reach = async (port: number): Promise<number> => {
    const door = createServer((outside) => {
      const inside = connect(socketPath);
      inside.write(`${port}\n`);
      outside.pipe(inside).pipe(outside);
      for (const end of [outside, inside]) end.on('error', () => (outside.destroy(), inside.destroy()));
    });
    doors.push(door);
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    return (door.address() as AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    for (const door of doors) door.close();
    child.kill('SIGKILL');
    await ended;
  };
  return { reach, close };
};
