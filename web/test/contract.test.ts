/* Every path the interface asks for stands in the server's description, with that method. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const doc = JSON.parse(readFileSync(new URL('../../docs/api.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, unknown>>;
};
const src = new URL('../src/', import.meta.url).pathname;
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (f) => /\.tsx?$/.test(f) && !f.endsWith('.d.ts'),
);

const methods: Record<string, string> = {
  get: 'get',
  tagged: 'get',
  post: 'post',
  put: 'put',
  patch: 'patch',
  del: 'delete',
  file: 'post',
};
const calls = files.flatMap((f) => {
  const text = readFileSync(join(src, f), 'utf8');
  return [
    ...text.matchAll(
      /\bapi\s*\.(get|tagged|post|put|patch|del|file)(?:<[^(]*>)?\(\s*([`'])(\/[^`']*)\2(\s*\+)?/g,
    ),
  ].map((m) => ({
    from: f,
    method: methods[m[1]!]!,
    // `${x}` and what is joined by + are one part of the path
    path: ('/api/v1' + m[3]! + (m[4] ? '{}' : '')).replace(/\$\{[^}]*\}/g, '{}').replace(/\?.*/, ''),
  }));
});
const known = new Map(Object.entries(doc.paths).map(([p, m]) => [p.replace(/\{[^}]*\}/g, '{}'), m]));

it('the calls are found at all', () => expect(calls.length).toBeGreaterThan(25));

/* A part of the path that is chosen when it runs stands for each of the known ones. */
const offers = (c: { path: string; method: string }) =>
  [...known].some(
    ([p, m]) =>
      c.method in m &&
      new RegExp('^' + c.path.replace(/[.]/g, '\\.').replace(/\{\}/g, '[^/]+') + '$').test(p),
  );

it.each(calls.map((c) => [`${c.method} ${c.path}`, c] as const))('%s', (_name, c) => {
  expect(offers(c), `${c.path}, asked for in ${c.from}`).toBe(true);
});
