/* What a report is asked, kept in the address: the period as two dates (both with it), and filters by name. */
import { useLocation, useSearch } from 'wouter';
import { serverNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { dayPlus } from '../../i18n/format';

export type Period = { from: string; to: string };

const isDay = (s: string | null): s is string => !!s && /^\d{4}-\d\d-\d\d$/.test(s);

/* The period of the address; by default the last `days` days with today. */
export function periodOf(search: string, today: string, days = 30): Period {
  const p = new URLSearchParams(search);
  const [from, to] = [p.get('from'), p.get('to')];
  if (isDay(from) && isDay(to) && from <= to) return { from, to };
  return {
    from: dayPlus(today, 1 - days),
    to: today,
  };
}

export function useQuestion(days = 30) {
  const f = useFmt();
  const search = useSearch();
  const [path, go] = useLocation();
  const today = f.wall(serverNow()).slice(0, 10);
  const period = periodOf(search, today, days);
  const p = new URLSearchParams(search);
  const set = (x: Record<string, string | undefined>) => {
    const next = new URLSearchParams(search);
    for (const [k, v] of Object.entries(x)) {
      if (v) next.set(k, v);
      else next.delete(k);
    }
    const s = next.toString();
    go(path + (s ? '?' + s : ''), { replace: true });
  };
  return {
    period,
    setPeriod: (x: Period) => set({ from: x.from, to: x.to }),
    get: (name: string) => p.get(name) ?? '',
    set,
    // as the server is asked; whole days, so that one question is one answer while it is fresh
    from: f.dayStart(period.from),
    until: f.dayEnd(period.to),
  };
}
