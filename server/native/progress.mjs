// Says what the set-up is doing: one line when a step begins, the time it takes while it lasts, one line when it is done.
// On a terminal the line is redrawn; in a log a new line comes at growing distances. Knows nothing of the steps.

const REDRAW_MS = 250;
const FIRST_LOG_LINE_MS = 2_000;
const LOG_LINE_GROWTH = 2;
const LONGEST_LOG_PAUSE_MS = 30_000;

/**
 * @typedef {(note: string) => void} Note replaces the detail shown behind the step's title, such as "112/279"
 * @typedef {<T>(title: string, work: (note: Note) => T | Promise<T>) => Promise<T>} Step
 */

/**
 * @param {{ write(text: string): unknown, isTTY?: boolean | undefined, columns?: number | undefined }} out
 * @param {() => number} now milliseconds
 * @returns {Step}
 */
export function createProgress(out, now = Date.now) {
  return async function step(title, work) {
    const startedAt = now();
    let note = '';
    const line = () => [title, duration(now() - startedAt), note].filter(Boolean).join(' · ');
    out.write(out.isTTY ? `  ${title}` : `  ${title} …\n`);
    const stop = out.isTTY ? redraw(out, line) : log(out, line);
    try {
      const result = await work((text) => (note = text));
      stop();
      out.write(`${out.isTTY ? '\r\x1b[2K' : ''}✓ ${title} (${duration(now() - startedAt)})\n`);
      return result;
    } catch (error) {
      stop();
      out.write(`${out.isTTY ? '\r\x1b[2K' : ''}✗ ${title} (${duration(now() - startedAt)})\n`);
      throw error;
    }
  };
}

/**
 * @param {{ write(text: string): unknown, columns?: number | undefined }} out
 * @param {() => string} line
 */
function redraw(out, line) {
  const timer = setInterval(() => {
    const room = (out.columns ?? 80) - 3;
    out.write(`\r\x1b[2K  ${line().slice(0, room)}`);
  }, REDRAW_MS);
  return () => clearInterval(timer);
}

/**
 * @param {{ write(text: string): unknown }} out
 * @param {() => string} line
 */
function log(out, line) {
  let pause = FIRST_LOG_LINE_MS;
  const next = () => {
    out.write(`  … ${line()}\n`);
    pause = Math.min(pause * LOG_LINE_GROWTH, LONGEST_LOG_PAUSE_MS);
    timer = setTimeout(next, pause);
  };
  let timer = setTimeout(next, pause);
  return () => clearTimeout(timer);
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
