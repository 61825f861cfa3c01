import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };
const backend = process.env.SAMBUNG_BACKEND ?? 'http://127.0.0.1:8000';

/** The worker stores a piece of the app only if it is the one that was built: a Wi-Fi login page answers 200 for all. */
async function sealed<Piece extends { url: string }>(pieces: Piece[]): Promise<{ manifest: Piece[] }> {
  const hash = (url: string): string =>
    createHash('sha256').update(readFileSync(new URL(`dist/${url}`, import.meta.url))).digest('base64');
  return { manifest: pieces.map((piece) => ({ ...piece, integrity: `sha256-${hash(piece.url)}` })) };
}

/** The server's own paths, for the dev server only: in production one server serves the app and these. */
const serverPaths = ['/graphql', '/manifest.json', '/healthz', '/n/', '/nilai', '/survei', '/publikasi', '/panduan', '/qr-saya', '/landing', '/resi', '/berkas'];

export default defineConfig({
  define: { __APP_VERSION__: JSON.stringify(version) },
  build: {
    outDir: 'dist',
    target: 'es2022',
    sourcemap: false,
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // The engine is one chunk of its own, so that its size can be held and a change of screens does not reload it.
        codeSplitting: {
          groups: [
            { name: 'late', test: /preload-helper/, priority: 3 },
            { name: 'sync', test: /[\\/]src[\\/]sync[\\/](?!more|amend|seal|check|report|digest|heal|made)/, priority: 2 },
            // So is the search: it has a size to hold too, and two pages share it.
            { name: 'search', test: /[\\/]src[\\/]forms[\\/](search|roots)\.ts/, priority: 2 },
            // What begins a case needs this key, and not the pages that show one.
            { name: 'seen', test: /[\\/]applications[\\/](seen|under_way|ids)\.ts/, priority: 2 },
            // A case put together from its records: the parts of its pages read it without the pages' frame.
            { name: 'case', test: /[\\/]applications[\\/](view|refused_files|readiness|conditions|placeholders|field_fault|fact_words|fault)\.ts/, priority: 2, includeDependenciesRecursively: false },
            // What is typed and not saved: the form and whoever sends ask for it; what only sending asks stands beside.
            { name: 'typed', test: /[\\/]applications[\\/]form_draft\.ts/, priority: 2, includeDependenciesRecursively: false },
            { name: 'unsaved', test: /[\\/]applications[\\/](unsaved|approval)\.ts/, priority: 2, includeDependenciesRecursively: false },
            { name: 'preact', test: /[\\/]node_modules[\\/](preact|@preact)[\\/]/, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: Object.fromEntries(serverPaths.map((path) => [path, { target: backend }])) },
  plugins: [
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/worker',
      filename: 'sw.ts',
      outDir: 'dist',
      injectRegister: false,
      // The web manifest lies at the root of the repository and is served by the server.
      manifest: false,
      injectManifest: {
        // A classic script: module workers are missing on phones that we still meet.
        rollupFormat: 'iife',
        manifestTransforms: [sealed],
        globPatterns: ['index.html', 'boot.js', 'assets/**/*.{js,css,woff2}', 'icons/*.{svg,png}'],
      },
    }),
  ],
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'node',
    testTimeout: 20_000,
  },
});
