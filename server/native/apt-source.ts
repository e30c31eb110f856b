// Fetches a Debian source package, as any user, without touching the system's own lists of packages.
// The address and the signing key come from the system's configuration: whatever mirror it uses is used here.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { SetupFailure } from './failure.mjs';

const APT_FOLDER = '/etc/apt';
const TIMEOUT_MS = 180_000;

/** Unpacks the source package `name`, with Debian's fixes applied, as the folder `target`. */
export async function fetchDebianSource(name: string, target: string): Promise<void> {
  const scratch = mkdtempSync(`${target}.apt-`);
  try {
    const uris = await distributionUris();
    mkdirSync(join(scratch, 'lists', 'partial'), { recursive: true });
    for (const { file, text } of readSourceLists()) {
      const sources = sourceEntries(file, text, uris);
      if (sources) writeFileSync(join(scratch, file), sources);
    }
    const apt = (args: readonly string[]) => run('apt-get', [...privateFolders(scratch), ...args], { cwd: scratch, timeoutMs: TIMEOUT_MS });
    const updated = await apt(['update']);
    const fetched = updated.code === 0 ? await apt(['source', name]) : updated;
    if (fetched.code !== 0) throw cannotFetch(name, fetched.tail);
    const unpacked = readdirSync(scratch, { withFileTypes: true }).find((entry) => entry.isDirectory() && entry.name.startsWith(name));
    if (!unpacked) throw cannotFetch(name, fetched.tail);
    renameSync(join(scratch, unpacked.name), target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * One list of package sources turned into one of source-code sources, with only the entries of `uris`; undefined if none
 * is left. Keeping just the distribution's own entries means that nobody else's broken repository can stop us. Without
 * any `uris` (a container image without package lists) every entry is kept.
 * @param file its name tells the format: one entry a line (.list) or paragraphs of fields (.sources)
 */
export function sourceEntries(file: string, text: string, uris: readonly string[]): string | undefined {
  const wanted = (entry: string) =>
    uris.length === 0 || uris.some((uri) => entry.split(/\s+/).some((word) => word.replace(/\/$/, '') === uri));
  const [separator, binary, source] = file.endsWith('.sources')
    ? (['\n\n', /^Types:.*$/m, 'Types: deb-src'] as const)
    : (['\n', /^deb(?=\s)/, 'deb-src'] as const);
  const entries = text.split(separator).filter((entry) => binary.test(entry) && !/^Enabled:\s*no/im.test(entry) && wanted(entry));
  return entries.length > 0 ? `${entries.map((entry) => entry.trim().replace(binary, source)).join(separator)}\n` : undefined;
}

function readSourceLists(): { file: string; text: string }[] {
  const folder = join(APT_FOLDER, 'sources.list.d');
  return [join(APT_FOLDER, 'sources.list'), ...listFolder(folder).map((name) => join(folder, name))]
    .filter((path) => /\.(list|sources)$/.test(path))
    .map((path) => ({ file: path.slice(path.lastIndexOf('/') + 1), text: readIfThere(path) }));
}

/** The distribution is whoever provides libc. */
async function distributionUris(): Promise<string[]> {
  const { stdout } = await run('apt-cache', ['madison', 'libc6']);
  const uris = stdout.split('\n').map((line) => line.split('|')[2]?.trim().split(' ')[0]?.replace(/\/$/, ''));
  return [...new Set(uris.filter((uri): uri is string => Boolean(uri)))];
}

function privateFolders(scratch: string): string[] {
  const options = {
    'Dir::Etc::sourcelist': '-',
    'Dir::Etc::sourceparts': scratch,
    'Dir::State::lists': join(scratch, 'lists'),
    'Dir::Cache': scratch,
    // As root apt fetches as a user who may not write into our folder.
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
  };
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function cannotFetch(name: string, evidence: string): SetupFailure {
  return new SetupFailure(
    `The source package ${name} could not be fetched from this system's package mirror.`,
    'Check that apt-get update works here, then start again. Or set MEDIASOUP_WORKER_BIN to a mediasoup worker built elsewhere.',
    evidence,
  );
}
