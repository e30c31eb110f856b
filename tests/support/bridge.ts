// The inner end of namespace.ts's bridge, a process of its own inside the namespace: each connection to the Unix socket
// names a port in its first line and is then joined to that port of 127.0.0.1.

import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

const [, , socketPath] = process.argv;

const join = (outside: Socket): void => {
  outside.once('data', (first: Buffer) => {
    const end = first.indexOf('\n');
    const inside = connect(Number(first.subarray(0, end)), '127.0.0.1');
    inside.write(first.subarray(end + 1));
    outside.pipe(inside).pipe(outside);
    inside.on('error', () => outside.destroy());
  });
  outside.on('error', () => outside.destroy());
};

createServer(join).listen(socketPath, () => process.stdout.write('ready\n'));
