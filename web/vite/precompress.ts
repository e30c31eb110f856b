// Writes a .br and a .gz beside every built file that gets smaller by it, so that the server never compresses while people wait.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest|txt)$/;
/** Below this the headers weigh more than what is saved. */
const BYTES_MIN = 1_024;

/** The strongest brotli: we compress once, viewers download many times. */
export const brotli = (bytes: Uint8Array): Promise<Buffer> =>
  promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });

const compress = async (path: string): Promise<void> => {
  const bytes = await readFile(path);
  if (bytes.length < BYTES_MIN) return;
  await writeFile(`${path}.br`, await brotli(bytes));
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
};

export const precompress = (): Plugin => ({
  name: 'qiao:precompress',
  apply: 'build',
  // By now the files of public/ are in place too.
  writeBundle: {
    order: 'post',
    sequential: true,
    handler: async ({ dir }) => {
      if (dir === undefined) return;
      const files = await readdir(dir, { recursive: true });
      await Promise.all(files.filter((file) => COMPRESSIBLE.test(file)).map((file) => compress(join(dir, file))));
    },
  },
});
