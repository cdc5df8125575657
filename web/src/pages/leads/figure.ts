/* A figure of a report that is told anew: "speed?from=...&bucket=fast" in words, and the way back to its report. */
import type { Texts } from '../../i18n';
import type { Format } from '../../i18n/format';
import type { LeadsTexts } from './en';

function parts(figure: string): { report: string; p: URLSearchParams } {
  const at = figure.indexOf('?');
  return at < 0
    ? { report: figure, p: new URLSearchParams() }
    : { report: figure.slice(0, at), p: new URLSearchParams(figure.slice(at + 1)) };
}

/* What stands behind the kind: a band, a side, a number, a criterion. */
function rest(kind: string, more: string[], t: LeadsTexts, tt: Pick<Texts, 'band'>): string[] {
  return more.map(
    (x) =>
      (kind !== 'day' && kind !== 'week' && (tt.band as Record<string, string>)[x]) ||
      (x === 'before' ? t.figure.before : x === 'after' ? t.figure.after : x),
  );
}

/* A bucket of a replay, of suggested points or of the workshop: "judged.hot.after" in words; undefined: it is of none of them. */
export function sideText(bucket: string, t: LeadsTexts, tt: Pick<Texts, 'band'>): string | undefined {
  const [kind = '', ...more] = bucket.split('.');
  const known = (t.figure.side as Record<string, string>)[kind];
  const words = rest(kind, more, t, tt);
  const first = kind === 'week' || kind === 'turned' ? [[known, words.shift()].join(' ')] : [known];
  return known && [...first, ...words].join(', ');
}

/* How the leads of a bucket ended, which stands behind its colon; undefined: nothing is said, or nothing known. */
export function markText(mark: string | undefined, t: LeadsTexts): string | undefined {
  const { won, not, young, counted } = t.bucket;
  return ({ won, not, young, counted } as Record<string, string>)[mark ?? ''];
}

export function figureText(figure: string, t: LeadsTexts, tt: Pick<Texts, 'band'>): string {
  const { report, p } = parts(figure);
  const [bucket = 'all', mark] = (p.get('bucket') ?? p.get('criterion') ?? 'all').split(':');
  const end = markText(mark, t);
  const name = (t.figure.report as Record<string, string>)[report] ?? report;
  const known = (t.figure.bucket as Record<string, string>)[bucket.split('.')[0]!];
  const period = report === 'board' && bucket !== 'hot' && !p.get('manager') && !p.get('from');
  const when = period && (t.figure.period as Record<string, string>)[p.get('period') ?? 'today'];
  return [name, when, (p.get('model') && sideText(bucket, t, tt)) || known || bucket, end]
    .filter(Boolean)
    .join(', ');
}

const DAY = 86_400_000;

/* The dates of a period that two instants tell, as the pages keep them in their address. */
function datesOf(p: URLSearchParams, f: Pick<Format, 'wall'>): Record<string, string> {
  const [from, until] = [Date.parse(p.get('from') ?? ''), Date.parse(p.get('until') ?? '')];
  return from && until ? { from: f.wall(from).slice(0, 10), to: f.wall(until - DAY / 2).slice(0, 10) } : {};
}

/* The board as the figure was seen on it. */
function scopeOf(p: URLSearchParams, f: Pick<Format, 'wall'>): string {
  const out = new URLSearchParams(datesOf(p, f));
  for (const k of ['period', 'pool']) if (p.get(k)) out.set(k, p.get(k)!);
  return out.size ? '?' + out : '';
}

export function figureHome(figure: string, f: Pick<Format, 'wall'>): string {
  const { report, p } = parts(figure);
  if (report === 'forecast') return '/live';
  if (report === 'board') return p.get('manager') ? '/team/' + p.get('manager') : '/live' + scopeOf(p, f);
  if (report === 'mark') return '/settings/automatic';
  if (report === 'import') return '/import/' + p.get('id');
  if (report === 'grid') return '/grid';
  if (report === 'contest') return '/contests';
  if (p.get('model')) return '/scoring/' + p.get('model');
  const out = new URLSearchParams(datesOf(p, f));
  for (const [k, v] of p)
    if (!['from', 'until', 'bucket', 'hours', 'fast_minutes'].includes(k)) out.set(k, v);
  if (p.get('fast_minutes')) out.set('fast', p.get('fast_minutes')!);
  return `/reports/${report}?${out}`;
}
