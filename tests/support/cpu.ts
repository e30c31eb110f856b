// CPU time of a process as Linux counts it, all of its threads together.

import { readFileSync } from 'node:fs';

const TICK_MS = 10; // USER_HZ is 100 wherever Node runs on Linux

/** User and system time since the process began, in ms. */
export const cpuMsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS; // utime and stime, see proc(5)
};
