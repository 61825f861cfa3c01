/**
 * Holds the app to its size: gzip of what the build made, against the budget. Exits 1 when something is too big.
 *
 *   first screen: entry script, all it imports at once, its styles, and the largest of the pages that can come first
 *   search: full-text search in the answers
 *   sync: the engine's chunk; what it loads only when needed is shown beside it
 *   each route: what one lazily loaded page adds to the entry
 */
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
const BUDGET = { first: 60 * KIB, sync: 8 * KIB, route: 15 * KIB, search: 10 * KIB };
const FIRST_PAGES = /src\/(home|identity\/sign_in)\.tsx$/;

const dist = new URL('../dist/', import.meta.url);
const manifestFile = new URL('.vite/manifest.json', dist);
if (!existsSync(manifestFile)) {
  console.error('No build found: run "npm run build" first.');
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
const sizes = new Map();

/** Bytes of one file after gzip at the strongest setting, as a server sends it. */
function gzipped(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length);
  return sizes.get(file);
}

/** Files that a chunk needs at once: itself, what it imports statically, their styles. */
function needs(key, found = new Set(), seen = new Set()) {
  if (seen.has(key)) return found;
  seen.add(key);
  const chunk = manifest[key];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const other of chunk.imports ?? []) needs(other, found, seen);
  return found;
}

const sum = (files) => [...files].reduce((total, file) => total + gzipped(file), 0);
let over = 0;

function line(name, bytes, budget) {
  const bad = budget !== undefined && bytes > budget;
  if (bad) over += 1;
  const of = budget === undefined ? '' : ` of ${budget}`;
  console.log(`${bad ? 'OVER' : 'ok  '} ${name.padEnd(44)} ${String(bytes).padStart(7)}${of} bytes gzip`);
}

const entryKey = Object.keys(manifest).find((key) => manifest[key].isEntry && key.endsWith('.html'));
const shell = needs(entryKey);
const routes = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry && key.startsWith('src/'));
const added = new Map(routes.map((key) => [key, [...needs(key)].filter((file) => !shell.has(file))]));

const firstPage = Math.max(0, ...routes.filter((key) => FIRST_PAGES.test(key)).map((key) => sum(added.get(key))));
line('first screen (entry, styles, first page)', sum(shell) + firstPage, BUDGET.first);

const engine = Object.keys(manifest).find((key) => manifest[key].name === 'sync');
line('sync engine', engine ? gzipped(manifest[engine].file) : Number.POSITIVE_INFINITY, BUDGET.sync);
const search = Object.keys(manifest).find((key) => manifest[key].name === 'search');
line('full-text search', search ? gzipped(manifest[search].file) : Number.POSITIVE_INFINITY, BUDGET.search);
for (const key of routes) {
  const late = key.startsWith('src/sync/');
  line(late ? `  when needed: ${key}` : `route ${key}`, sum(added.get(key)), late ? undefined : BUDGET.route);
}
if (existsSync(new URL('sw.js', dist))) line('service worker', gzipped('sw.js'));
process.exit(over ? 1 : 0);
