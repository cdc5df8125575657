/* What every dictionary keeps to, whoever writes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isPoor } from '../src/part/intime';

const src = new URL('../src/', import.meta.url).pathname;
const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
const code = (f: string) => readFileSync(join(src, f), 'utf8').replace(/\/\*[^]*?\*\/|(^|\s)\/\/.*/g, '');

it('English is not quoted the Russian way, and no screen quotes past its dictionary', () => {
  const english = files.filter((f) => /(^|[-/])en\.ts$/.test(f));
  expect(english.length).toBeGreaterThan(20);
  const screens = files.filter((f) => f.endsWith('.tsx'));
  expect([...english, ...screens].filter((f) => /[«»]/.test(code(f)))).toEqual([]);
});

it('a share of calls in time raises no alarm while it is told from few', () => {
  expect(isPoor({ n: 0, of: 4, share: null })).toBe(false);
  expect(isPoor({ n: 3, of: 5, share: { value: 0.6, low: 0.23, high: 0.88 } })).toBe(true);
  expect(isPoor({ n: 9, of: 10, share: { value: 0.9, low: 0.6, high: 0.98 } })).toBe(false);
  expect(isPoor(null)).toBe(false);
});
