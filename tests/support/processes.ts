// What Linux says of processes: alive, whose children, named what. Reads /proc, so these tests run on Linux.

import { readFileSync, readdirSync } from 'node:fs';

export type Process = { readonly pid: number; readonly parentPid: number; readonly name: string };

/** /proc/PID/stat is `pid (name) state ppid ...`, and the name may hold brackets and blanks itself. */
const read = (pid: number): Process | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return null;
    return { pid, parentPid: Number(parentPid), name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')) };
  } catch {
    return null; // It ended while we looked.
  }
};

const all = (): Process[] =>
  readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? (read(Number(entry)) ?? []) : []));

export const isAlive = (pid: number): boolean => read(pid) !== null;

export const childrenOf = (pid: number): Process[] => all().filter((one) => one.parentPid === pid);

/** Children, their children and so on: what must be gone when the parent has ended. */
export const descendantsOf = (pid: number): Process[] => {
  const everyone = all();
  const below = (parentPid: number): Process[] =>
    everyone.filter((one) => one.parentPid === parentPid).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
};
