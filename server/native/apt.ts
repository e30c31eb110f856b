// Installs Debian packages: as root or with a sudo that asks nothing; everyone else gets the one command to type.
import { existsSync, readdirSync } from 'node:fs';
import { commandExists, run } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import type { Step } from './progress.mjs';

const LISTS = '/var/lib/apt/lists';
const INSTALL = ['install', '--yes', '--no-install-recommends'];
/** Another package manager may be at work, typically unattended-upgrades after boot. */
const LOCK_WAIT_S = 120;

/** @param purpose ends the sentence "This machine lacks packages that are needed to ..." */
export async function ensureAptPackages(step: Step, purpose: string, packages: readonly string[]): Promise<void> {
  if (!commandExists('dpkg-query') || !commandExists('apt-get')) throw notDebian(purpose, packages);
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;

  const asRoot = await rootPrefix();
  if (!asRoot)
    throw new SetupFailure(
      `This machine lacks packages that are needed to ${purpose}.`,
      `Install them with this command, then start again:\n\n  sudo apt-get update && sudo apt-get install --yes ${missing.join(' ')}`,
    );
  await step(`Installing system packages (${missing.length})`, async (note) => {
    const apt = (args: readonly string[]) =>
      run(asRoot[0] ?? 'apt-get', [...asRoot.slice(1), '-o', `DPkg::Lock::Timeout=${LOCK_WAIT_S}`, ...args], {
        env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
        onLine: (line) => note(line.slice(0, 60)),
      });
    let result = await installFrom(apt, missing, listsExist());
    if (result.code !== 0) result = await installFrom(apt, missing, false);
    if (result.code !== 0)
      throw new SetupFailure(
        'apt could not install the system packages.',
        `Try it by hand, where its questions can be answered:\n\n  sudo apt-get update && sudo apt-get install ${missing.join(' ')}`,
        result.tail,
      );
  });
}

/** A list from last month names versions that the mirror no longer has, so a failed try is repeated with a fresh one. */
async function installFrom(
  apt: (args: readonly string[]) => ReturnType<typeof run>,
  packages: readonly string[],
  listsAreFresh: boolean,
) {
  if (!listsAreFresh) {
    const updated = await apt(['update']);
    if (updated.code !== 0 && !listsExist()) return updated;
  }
  return apt([...INSTALL, ...packages]);
}

async function missingPackages(packages: readonly string[]): Promise<string[]> {
  const { stdout } = await run('dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\n', ...packages]);
  const installed = new Set(stdout.split('\n').filter((line) => line.endsWith(' installed')).map((line) => line.split(' ')[0]));
  return packages.filter((name) => !installed.has(name));
}

/** The words before apt-get's arguments, or undefined if this user cannot become root without a password. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return ['apt-get'];
  if (!commandExists('sudo')) return undefined;
  const { code } = await run('sudo', ['-n', 'true'], { timeoutMs: 5_000 });
  return code === 0 ? ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND', 'apt-get'] : undefined;
}

function listsExist(): boolean {
  return existsSync(LISTS) && readdirSync(LISTS).some((name) => name.endsWith('_Packages') || name.includes('_Packages.'));
}

function notDebian(purpose: string, packages: readonly string[]): SetupFailure {
  return new SetupFailure(
    `This system has no apt, and packages are needed to ${purpose}.`,
    `Install what corresponds to these Debian packages, or run Qiao in its container image (see README):\n\n  ${packages.join(' ')}`,
  );
}
