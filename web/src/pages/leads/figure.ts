/* A figure of a report that is told anew: "speed?from=...&bucket=fast" in words, and the way back to its report. */
import type { Format } from '../../i18n/format';
import type { LeadsTexts } from './en';

function parts(figure: string): { report: string; p: URLSearchParams } {
  const at = figure.indexOf('?');
  return at < 0
    ? { report: figure, p: new URLSearchParams() }
    : { report: figure.slice(0, at), p: new URLSearchParams(figure.slice(at + 1)) };
}

export function figureText(figure: string, t: LeadsTexts): string {
  const { report, p } = parts(figure);
  const [bucket = 'all', mark] = (p.get('bucket') ?? 'all').split(':');
  const kind = bucket.split('.')[0]!;
  const known = t.figure.bucket as Record<string, string>;
  const end =
    mark === 'won'
      ? t.bucket.won
      : mark === 'not'
        ? t.bucket.not
        : mark === 'young'
          ? t.bucket.young
          : undefined;
  const name = (t.figure.report as Record<string, string>)[report] ?? report;
  return [name, known[kind] ?? bucket, end].filter(Boolean).join(', ');
}

const DAY = 86_400_000;

export function figureHome(figure: string, f: Pick<Format, 'wall'>): string {
  const { report, p } = parts(figure);
  if (report === 'board') return p.get('manager') ? '/team/' + p.get('manager') : '/live';
  const out = new URLSearchParams();
  const [from, until] = [Date.parse(p.get('from') ?? ''), Date.parse(p.get('until') ?? '')];
  if (from && until) {
    out.set('from', f.wall(from).slice(0, 10));
    out.set('to', f.wall(until - DAY / 2).slice(0, 10));
  }
  for (const [k, v] of p)
    if (!['from', 'until', 'bucket', 'hours', 'fast_minutes'].includes(k)) out.set(k, v);
  if (p.get('fast_minutes')) out.set('fast', p.get('fast_minutes')!);
  return `/reports/${report}?${out}`;
}
