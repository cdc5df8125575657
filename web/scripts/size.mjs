/* The size gate: gzipped first load, each lazy screen, the whole. Prints each figure; ends with 1 when a limit is passed. */
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const dir = new URL('../dist/', import.meta.url);
const size = (file) => gzipSync(readFileSync(new URL(file, dir)), { level: 9 }).length;
const assets = readdirSync(new URL('assets/', dir)).map((f) => 'assets/' + f);
const html = readFileSync(new URL('index.html', dir), 'utf8');
const first = assets.filter((f) => html.includes(f));
const sum = (list) => list.reduce((n, f) => n + size(f), 0);
const ends = (list, e) => list.filter((f) => f.endsWith(e));

// The larger of the shell's two dictionaries is part of the first load too; words of screens come with their screens.
const words = ends(assets, '.js').filter((f) => /assets\/shell-(en|ru)-/.test(f));
if (words.length !== 2) throw new Error('two dictionaries of the shell are expected, not ' + words.length);
const rows = [
  ['first load, JS', sum(ends(first, '.js')) + Math.max(0, ...words.map(size)), 110],
  ['first load, CSS', sum(ends(first, '.css')), 10],
  ['whole interface', sum(assets), 440],
];
for (const f of ends(assets, '.js'))
  if (!first.includes(f)) rows.push([f.replace('assets/', ''), size(f), 25]);

let bad = 0;
for (const [name, bytes, limit] of rows) {
  const over = bytes > limit * KB;
  if (over) bad++;
  console.log(`${over ? 'OVER ' : 'ok   '}${name}: ${(bytes / KB).toFixed(1)} KB of ${limit}`);
}
if (/<script(?![^>]*src=)|<style| style=/.test(html)) {
  console.log('OVER index.html: holds inline script or style, which the CSP forbids');
  bad++;
}
process.exit(bad ? 1 : 0);
