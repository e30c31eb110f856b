// The one kind of error that the set-up shows to people: what is wrong, what to do next, and the evidence if there is any.
// Runs on Node 20, before anything is installed.
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export class SetupFailure extends Error {
  /**
   * @param {string} what one sentence on what is wrong
   * @param {string} next what to do about it; a command stands on a line of its own
   * @param {string} [evidence] the end of a command's output, or the system's own words
   */
  constructor(what, next, evidence) {
    super(what);
    this.name = 'SetupFailure';
    this.next = next;
    this.evidence = evidence;
  }
}

/**
 * The text for the terminal. Anything that is no SetupFailure and no refusal of the file system is a bug of ours, so it
 * keeps its stack.
 * @param {unknown} error
 */
export function inWords(error) {
  if (error instanceof SetupFailure) {
    // Whose stack it was does not matter to the reader, only what it says.
    const evidence = error.evidence?.replace(/^.*\s{2,}at .*(node:|file:\/\/|\.[cm]?js:)\S*\d+.*\n?/gm, '').trim();
    return `${error.message}\n\n${error.next}${evidence ? `\n\nDetails:\n${indent(evidence)}` : ''}`;
  }
  const refusal = fileRefusal(error);
  if (refusal) return inWords(refusal);
  return `The set-up hit a bug of its own. Please report it with these lines:\n\n${error instanceof Error ? error.stack : String(error)}`;
}

/**
 * A folder that another user owns is the commonest trouble after a first start with sudo.
 * @param {unknown} error
 */
function fileRefusal(error) {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return undefined;
  const path = String(error.path);
  const folder = path.startsWith(root) ? root : path;
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return new SetupFailure(
        `This user may not write ${path}.`,
        `Start as the user who owns the folder, or give it to this one:\n\n  sudo chown -R "$(id -u):$(id -g)" ${folder}`,
      );
    case 'EROFS':
      return new SetupFailure(`${path} is on a read-only file system.`, 'Start from a folder that can be written.');
    case 'ENOSPC':
      return new SetupFailure(`The disk of ${path} is full.`, 'Free about 2 GB and start again.');
    default:
      return undefined;
  }
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, '  ');
}
