/* The state of the list is its address: back, reload and a shared link give the same screen. */
import type { Band, Role, Stage } from '../../api/types';
import { cells } from '../../api/axes';
import { stages } from '../../api/types';

export type Sort = '-score' | 'score' | '-seen_at' | '-created_at' | 'name' | 'cell';
export const sorts: Sort[] = ['-score', 'score', '-seen_at', '-created_at', 'name', 'cell'];
const bands: Band[] = ['hot', 'warm', 'cold'];

export type ListState = {
  view?: string;
  temp: Band[];
  stage: Stage[];
  source: string[];
  cell: string[]; // A1..C3, none
  icp?: number; // the least match, per cent
  owner?: string; // me, none, all or an id; absent is the role's own
  q: string;
  sort: Sort;
  step?: 'none';
  report?: string; // the leads that a report counted: then nothing else is asked
  bucket?: string;
  figure?: string; // the leads of a figure that is told anew: a report's question with its name before it
};

const split = (s: string | null) => (s ? s.split(',').filter(Boolean) : []);

export function parse(search: string): ListState {
  const p = new URLSearchParams(search);
  const sort = p.get('sort') as Sort;
  const view = p.get('view');
  const owner = p.get('owner');
  const report = p.get('report');
  const figure = p.get('figure');
  const icp = Math.round(Number(p.get('icp')));
  return {
    ...(view ? { view } : {}),
    temp: split(p.get('temp')).filter((b): b is Band => bands.includes(b as Band)),
    stage: split(p.get('stage')).filter((s): s is Stage => stages.includes(s as Stage)),
    source: split(p.get('source')),
    cell: split(p.get('cell')).filter((c) => c === 'none' || (cells as string[]).includes(c)),
    ...(icp > 0 && icp <= 100 ? { icp } : {}),
    ...(owner ? { owner } : {}),
    q: p.get('q') ?? '',
    sort: sorts.includes(sort) ? sort : '-score',
    ...(p.get('step') === 'none' ? { step: 'none' as const } : {}),
    ...(report ? { report, bucket: p.get('bucket') ?? 'all' } : {}),
    ...(figure && !report ? { figure } : {}),
  };
}

/* Without the view: this is what a saved view keeps. Commas stay readable. */
export function format(s: ListState, withView = true): string {
  const out: string[] = [];
  const put = (k: string, v: string | undefined) => {
    if (v) out.push(k + '=' + encodeURIComponent(v).replaceAll('%2C', ','));
  };
  if (withView) put('view', s.view);
  put('temp', s.temp.join(','));
  put('stage', s.stage.join(','));
  put('source', s.source.join(','));
  put('cell', s.cell.join(','));
  put('icp', s.icp ? String(s.icp) : undefined);
  put('owner', s.owner);
  put('q', s.q.trim());
  if (s.sort !== '-score') put('sort', s.sort);
  put('step', s.step);
  put('report', s.report);
  put('bucket', s.bucket);
  put('figure', s.figure);
  return out.join('&');
}

/* What the server is asked. A salesperson's own list is the default. */
export function toApi(s: ListState, role: Role): string {
  const owner = s.owner ?? (role === 'manager' ? 'me' : 'all');
  const p = new URLSearchParams();
  const put = (k: string, v: string | undefined) => {
    if (v) p.set(k, v);
  };
  if (s.report) {
    put('report', s.report);
    put('bucket', s.bucket);
    return p.toString();
  }
  if (s.figure) {
    put('figure', s.figure);
    return p.toString();
  }
  put('band', s.temp.join(','));
  put('stage', s.stage.join(','));
  put('source', s.source.join(','));
  put('cell', s.cell.join(','));
  put('icp', s.icp ? String(s.icp) : undefined);
  if (owner !== 'all') put('owner', owner);
  put('q', s.q.trim());
  put('sort', s.sort);
  put('step', s.step);
  return p.toString();
}

export const isFiltered = (s: ListState) =>
  s.temp.length > 0 ||
  s.stage.length > 0 ||
  s.source.length > 0 ||
  s.cell.length > 0 ||
  !!s.icp ||
  !!s.q.trim() ||
  !!s.step ||
  !!s.owner ||
  !!s.report ||
  !!s.figure;

export const toggled = <T>(list: T[], x: T): T[] =>
  list.includes(x) ? list.filter((y) => y !== x) : [...list, x];

/* Rows that by their present score belong above where they stand: how many «above» the pill tells. */
export function risen(rows: { score: number }[], sort: Sort): number {
  if (sort !== '-score') return 0;
  let low = Infinity;
  let n = 0;
  for (const r of rows) {
    if (r.score > low) n++;
    else low = r.score;
  }
  return n;
}
