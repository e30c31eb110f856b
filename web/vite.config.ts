// How the page is built: Svelte, Tailwind, the words of both languages, compressed copies, and the size that viewers pay.

import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { chunkNamer } from './vite/chunks.ts';
import { precompress } from './vite/precompress.ts';
import { watchPage } from './vite/watch-page.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where `vite dev` finds the server. */
const server = process.env['QIAO_SERVER'] ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: here('./text/project.inlang'),
      outdir: here('./text/generated'),
      // language.svelte.ts decides; what paraglide would read by itself is never asked.
      strategy: ['baseLocale'],
      emitReadme: false,
      emitPrettierIgnore: false,
    }),
    tailwindcss(),
    svelte({ configFile: false }),
    watchPage(),
    precompress(),
  ],
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    // The oldest browsers that have all we use: simulcast with WebRTC, popover, light-dark().
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    // Fonts, images and scripts as data: URLs would need holes in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // All our browsers know modulepreload. The first script has the list of what is preloaded, so it names what is worth it: not the
    // small scripts that hold one word or icon each.
    modulePreload: { polyfill: false, resolveDependencies: (_, names) => names.filter((name) => !/\/[a-z][a-z_-]*-[\w-]{8}\.js$/.test(name)) },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: chunkNamer(here('./main.ts')), debugName: 'base' }],
          // What the namer takes is complete by itself; recursion would bring in every word of the product.
          includeDependenciesRecursively: false,
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/images': server,
      '/thumbnails': server,
      '/healthz': server,
      '/live': { target: server, ws: true },
    },
  },
});
