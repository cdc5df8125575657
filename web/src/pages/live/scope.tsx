/* Which part of the board is asked, kept in the address: a period and a team. */
import { useSearch } from 'wouter';
import { usePools } from '../../api/office';
import type { Asked } from '../../api/report';
import { serverNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { dayPlus } from '../../i18n/format';
import { DateRange, Icon, Menu } from '../../kit';
import { useQuestion, type Period } from '../reports/question';
import { useLiveTexts } from './texts';

/* Days since Monday. */
const sinceMonday = (day: string) => (new Date(day).getUTCDay() + 6) % 7;

export function useScope() {
  const f = useFmt();
  const q = useQuestion(1);
  const search = useSearch();
  const today = f.wall(serverNow()).slice(0, 10);
  const yesterday = dayPlus(today, -1);
  // By name they are the company's; the dates are what they are to the reader, who may sit elsewhere.
  const named: Record<string, Period> = {
    today: { from: today, to: today },
    yesterday: { from: yesterday, to: yesterday },
    week: { from: dayPlus(today, -sinceMonday(today)), to: today },
  };
  const name = named[q.get('period')] ? q.get('period') : q.get('from') && q.get('to') ? '' : 'today';
  const pool = q.get('pool');
  const asked: Asked = {
    ...(name ? (name === 'today' ? {} : { period: name }) : { from: q.from, until: q.until }),
    ...(pool ? { pool } : {}),
  };
  const out = new URLSearchParams(search);
  out.delete('breaches');
  return {
    asked,
    pool,
    named,
    name,
    value: named[name] ?? q.period,
    /* The page with this scope; more: what else is open on it. */
    href: (more = '') => {
      const s = [out.toString(), more].filter(Boolean).join('&');
      return '/live' + (s ? '?' + s : '');
    },
    setPeriod: (x: Period) => {
      const known = Object.keys(named).find((k) => named[k]!.from === x.from && named[k]!.to === x.to);
      q.set({
        period: known === 'today' ? undefined : known,
        from: known ? undefined : x.from,
        to: known ? undefined : x.to,
      });
    },
    setPool: (id: string) => q.set({ pool: id || undefined }),
  };
}

export function Scope() {
  const s = useLiveTexts().scope;
  const at = useScope();
  const pools = usePools();
  const teams = (pools.data?.items ?? []).filter((p) => !p.everyone);
  const of = teams.find((p) => p.id === at.pool);
  return (
    <>
      <DateRange
        label={s.period}
        bare
        value={at.value}
        short={Object.entries(at.named).map(([k, r]) => [s.named[k]!, r])}
        onChange={at.setPeriod}
        words={s}
      />
      {(teams.length > 0 || at.pool) && (
        <Menu
          label={`${s.team}: ${at.pool ? (of?.name ?? '—') : s.all}`}
          className={'chip' + (at.pool ? ' on' : '')}
          items={[
            { label: s.all, run: () => at.setPool('') },
            ...teams.map((p) => ({ label: p.name, run: () => at.setPool(p.id) })),
          ]}
        >
          <span className="cut">{at.pool ? (of?.name ?? '—') : s.all}</span>
          <Icon n="down" size="xs" />
        </Menu>
      )}
    </>
  );
}
