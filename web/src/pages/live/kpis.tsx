import type { Board } from '../../api/board';
import { boardLeads } from '../../api/report';
import { openStages } from '../../api/types';
import { useFmt } from '../../i18n';
import { Icon } from '../../kit';
import { useInTime } from '../../part/intime';
import { Kpi } from './kpi';
import { PlanKpi } from './plan';
import { useScope } from './scope';
import { useLiveTexts } from './texts';

/* An hour more: clocks may be put back in it. */
const WEEK = (7 * 24 + 1) * 3_600_000;

/* Each figure opens what it counts. */
export function Kpis({ b }: { b: Board }) {
  const s = useLiveTexts();
  const f = useFmt();
  const at = useScope();
  const week = Date.parse(b.until) - Date.parse(b.from) <= WEEK;
  const tell = useInTime();
  const share = b.in_time && tell(b.in_time);
  const norm = b.sla_minutes * 60;
  const up = (b.new_trend_pct ?? 0) >= 0;
  const broken = b.breaches.open + b.breaches.closed_late;
  const inTime = b.answer_median_s !== null && b.answer_median_s <= norm;
  return (
    <section className="kpis">
      <Kpi name={s.kpi.fresh} href={boardLeads({ bucket: 'new' }, at.asked)} value={f.num(b.new_today)}>
        {b.new_trend_pct === null ? (
          week && s.kpi.noTrend
        ) : (
          <>
            <span className={'row g4 ' + (up ? 'ok' : 'bad')}>
              <Icon n={up ? 'up' : 'dn'} size="xs" />
              {f.pct(Math.abs(b.new_trend_pct) / 100)}
            </span>{' '}
            {s.kpi.week}
          </>
        )}
      </Kpi>
      <Kpi
        name={at.name === 'today' ? s.kpi.hot : s.kpi.hotNow}
        href={at.pool ? boardLeads({ bucket: 'hot' }, at.asked) : '/leads?temp=hot&stage=' + openStages}
        value={f.num(b.hot_active)}
      >
        {b.hot_active > 0 && s.kpi.hotWait(b.hot_waiting)}
      </Kpi>
      <Kpi
        name={s.kpi.answer}
        href={boardLeads({ bucket: 'answered' }, at.asked)}
        value={b.answer_median_s === null ? '—' : f.countdown(b.answer_median_s * 1000)}
        unit={b.answer_median_s === null ? undefined : s.kpi.minutes}
      >
        {b.answer_median_s === null ? (
          s.kpi.noAnswers
        ) : (
          <>
            <span className={'row g4 ' + (inTime ? 'ok' : 'bad')}>
              <Icon n={inTime ? 'check' : 'warn'} size="xs" />
              {s.kpi.norm(f.countdown(norm * 1000))}
            </span>{' '}
            {share && <span title={`${s.kpi.inTimeHint} ${share.more}`}>{s.kpi.inTime(share.text)}</span>}
          </>
        )}
      </Kpi>
      <Kpi
        name={s.kpi.breaches}
        href={at.href('breaches=1')}
        value={f.num(broken)}
        alarm={b.breaches.open > 0}
      >
        {broken === 0 ? (
          <span className="ok row g4">
            <Icon n="check" size="xs" />
            {s.kpi.none}
          </span>
        ) : (
          <>
            {b.breaches.open > 0 && (
              <span className="bad row g4">
                <Icon n="warn" size="xs" />
                {s.kpi.open(b.breaches.open)}
              </span>
            )}{' '}
            {b.breaches.closed_late > 0 && s.kpi.late(b.breaches.closed_late)}
          </>
        )}
      </Kpi>
      <PlanKpi whole={!!at.pool} />
    </section>
  );
}
