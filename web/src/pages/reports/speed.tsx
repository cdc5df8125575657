/* How fast leads are answered, what goes along with it, and what slowness costs. */
import { useState } from 'react';
import {
  figureLeads,
  useSpeed,
  type Asked,
  type Range,
  type Speed,
  type SpeedCost,
  type SpeedGroup,
} from '../../api/report';
import { Trend } from '../../charts/trend';
import { screenTexts, useFmt, useT, type Lang } from '../../i18n';
import { Block, Empty, Seg, Select } from '../../kit';
import { Card, Csv, Kpi, Leads, PeriodChip, ShareCells, useRange, useWait } from './parts';
import { useQuestion } from './question';

const useSpeedTexts = screenTexts({
  en: () => import('./speed-en'),
  ru: () => import('./speed-ru'),
} satisfies Record<Lang, unknown>);

const minutes = [1, 5, 10, 15, 30, 60];

type Whole = { d: Speed; href: (more: Asked) => string; fast: string };

export default function SpeedReport() {
  const s = useSpeedTexts();
  const t = useT();
  const q = useQuestion();
  const [start, clock, answer] = [
    q.get('start') === 'came' ? 'came' : 'hot',
    q.get('clock') === 'wall' ? 'wall' : 'work',
    q.get('answer') === 'reached' ? 'reached' : 'tried',
  ] as const;
  const fast = minutes.includes(Number(q.get('fast'))) ? Number(q.get('fast')) : 5;
  const asked: Asked = { from: q.from, until: q.until, start, clock, answer, fast_minutes: String(fast) };
  for (const k of ['band', 'source', 'manager']) if (q.get(k)) asked[k] = q.get(k);
  const data = useSpeed(asked);
  const d = data.data;
  const any = { id: '', label: s.any };
  return (
    <div className={'rep' + (data.isPlaceholderData ? ' old' : '')}>
      <p className="d t13">{s.hint}</p>
      <div className="repask">
        <PeriodChip value={q.period} onChange={q.setPeriod} />
        <span className="field">
          <span className="lbl">{s.start}</span>
          <Seg
            label={s.start}
            value={start}
            onChange={(v) => q.set({ start: v === 'hot' ? undefined : v })}
            items={(['hot', 'came'] as const).map((id) => ({ id, label: s.starts[id] }))}
          />
        </span>
        <span className="field">
          <span className="lbl">{s.clock}</span>
          <Seg
            label={s.clock}
            value={clock}
            onChange={(v) => q.set({ clock: v === 'work' ? undefined : v })}
            items={(['work', 'wall'] as const).map((id) => ({ id, label: s.clocks[id] }))}
          />
        </span>
        <Csv href={'/api/v1/export/reports/speed.csv?' + new URLSearchParams(asked)} />
      </div>
      <div className="repask">
        <Select
          label={s.answer}
          value={answer}
          onChange={(v) => q.set({ answer: v === 'tried' ? undefined : v })}
          items={(['tried', 'reached'] as const).map((id) => ({ id, label: s.answers[id] }))}
        />
        <Select
          label={s.fast}
          value={String(fast)}
          onChange={(v) => q.set({ fast: v === '5' ? undefined : v })}
          items={minutes.map((m) => ({ id: String(m), label: s.minutes(m) }))}
        />
        <Select
          label={s.band}
          value={q.get('band')}
          onChange={(v) => q.set({ band: v })}
          items={[any, ...(['hot', 'warm', 'cold'] as const).map((id) => ({ id, label: t.band[id] }))]}
        />
        <Select
          label={s.source}
          value={q.get('source')}
          onChange={(v) => q.set({ source: v })}
          items={[any, ...named(d?.sources, q.get('source'), s.unknown)]}
        />
        <Select
          label={s.manager}
          value={q.get('manager')}
          onChange={(v) => q.set({ manager: v })}
          items={[any, ...named(d?.managers, q.get('manager'), s.nobody)]}
        />
      </div>
      <Block q={data} rows={12}>
        {(x) =>
          x.leads ? (
            <Figures d={x} href={(more) => figureLeads('speed', asked, more)} fast={s.minutes(fast)} />
          ) : (
            <section className="card">
              <Empty title={s.none}>
                <p className="t13 d">{s.noneHint}</p>
              </Empty>
            </section>
          )
        }
      </Block>
    </div>
  );
}

/* The groups of the report as choices; what is chosen stays one although the report now holds nothing else. */
function named(groups: SpeedGroup[] | undefined, chosen: string, unknown: string) {
  const list = (groups ?? [])
    .filter((g) => g.key !== null)
    .map((g) => ({ id: String(g.key), label: g.name ?? unknown }));
  return !chosen || list.some((x) => x.id === chosen) ? list : [...list, { id: chosen, label: chosen }];
}

function Figures({ d, href, fast }: Whole) {
  const s = useSpeedTexts();
  const f = useFmt();
  const range = useRange();
  const wait = useWait();
  const x = d.figures;
  return (
    <>
      {d.cut && (
        <p className="repnote" role="status">
          {s.cut}
        </p>
      )}
      <div className="repkpis">
        <Kpi
          name={s.kpi.leads}
          value={<Leads n={d.leads} href={href({ bucket: 'all' })} />}
          note={
            <Leads n={d.answered} href={href({ bucket: 'answered' })}>
              {s.kpi.answered(f.num(d.answered))}
            </Leads>
          }
        />
        <Kpi name={s.kpi.median} value={wait(x.median_s)} />
        <Kpi name={s.kpi.p90} value={wait(x.p90_s)} />
        <Kpi
          name={s.kpi.fast(fast)}
          value={
            <Leads n={d.leads} href={href({ bucket: 'fast' })}>
              {x.fast ? f.pct(x.fast.value) : '—'}
            </Leads>
          }
          note={range(x.fast)}
        />
        <Kpi
          name={s.kpi.norm}
          hint={s.normHint}
          value={
            <Leads n={x.norm_in} href={href({ bucket: 'in_time' })}>
              {x.norm ? f.pct(x.norm.value) : '—'}
            </Leads>
          }
          note={s.kpi.normOf(f.num(x.norm_in), f.num(x.norm_n))}
        />
        <Kpi
          name={s.kpi.open}
          value={<Leads n={d.leads - d.answered} href={href({ bucket: 'unanswered' })} />}
        />
      </div>
      <div className="reptwo">
        <Waits d={d} href={href} />
        <Weeks d={d} fast={fast} />
      </div>
      <Effect d={d} href={href} />
      <Costs d={d} href={href} fast={fast} />
      <Groups d={d} href={href} fast={fast} />
    </>
  );
}

function Waits({ d, href }: Omit<Whole, 'fast'>) {
  const s = useSpeedTexts();
  const wait = useWait();
  const open = d.leads - d.answered;
  const top = Math.max(1, open, ...d.waits.map((w) => w.leads));
  const rows = [
    ...d.waits.map((w) => ({
      bucket: w.bucket,
      leads: w.leads,
      name:
        w.until_s === null
          ? s.waits.over(wait(w.from_s))
          : w.from_s === 0
            ? s.waits.upTo(wait(w.until_s))
            : s.waits.between(wait(w.from_s), wait(w.until_s)),
    })),
    { bucket: 'unanswered', leads: open, name: s.waits.open },
  ];
  return (
    <Card id="waits-h" title={s.waits.title}>
      <table className="rept">
        <thead className="vh">
          <tr>
            <th scope="col">{s.waits.wait}</th>
            <th scope="col" colSpan={2}>
              {s.waits.leads}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.bucket}>
              <th scope="row" className="nw">
                {r.name}
              </th>
              <td className="barcell">
                <span className="sharebar" aria-hidden="true">
                  <i
                    className={'f b-c1' + (r.bucket === 'unanswered' ? ' hatched' : '')}
                    style={{ width: (100 * r.leads) / top + '%' }}
                  />
                </span>
              </td>
              <td className="num">
                <Leads n={r.leads} href={href({ bucket: r.bucket })} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Weeks({ d, fast }: Pick<Whole, 'd' | 'fast'>) {
  const s = useSpeedTexts();
  const f = useFmt();
  const range = useRange();
  return (
    <Card id="weeks-h" title={s.weeks.title(fast)}>
      {d.weeks.some((w) => w.fast) ? (
        <Trend
          say={s.weeks.say}
          height={250}
          rows={d.weeks.map((w) => ({
            key: f.date(String(w.key), Date.parse(d.until)),
            value: w.fast?.value ?? null,
            low: w.fast?.low ?? null,
            high: w.fast?.high ?? null,
            maturing: false,
            tell: s.weeks.tell(f.date(String(w.key), Date.parse(d.until)), range(w.fast), f.num(w.leads)),
          }))}
        />
      ) : (
        <p className="t13 d">{s.weeks.few}</p>
      )}
    </Card>
  );
}

const two = (x: number) => Math.round(x * 100) / 100;

function Effect({ d, href }: Omit<Whole, 'fast'>) {
  const s = useSpeedTexts();
  const f = useFmt();
  const wait = useWait();
  const e = d.effect;
  const times = (r: Range) => [f.exact(two(r.value)), f.exact(two(r.low)), f.exact(two(r.high))] as const;
  const top = Math.max(0.05, ...e.classes.map((c) => c.share?.high ?? 0));
  const name = (c: Speed['effect']['classes'][number]) =>
    c.from_s === null
      ? s.effect.never
      : c.until_s === null
        ? s.waits.over(wait(c.from_s))
        : c.from_s === 0
          ? s.waits.upTo(wait(c.until_s))
          : s.waits.between(wait(c.from_s), wait(c.until_s));
  return (
    <Card id="effect-h" title={s.effect.title} hint={s.effect.hint}>
      <p className="repsay">
        {e.ratio
          ? (e.ratio.low > 1 ? s.effect.more : s.effect.same)(...times(e.ratio))
          : s.effect.few(e.least, f.num(e.compared))}{' '}
        {e.ratio && e.crude && s.effect.crude(f.exact(two(e.crude.value)))}
      </p>
      <div className="repscroll">
        <table className="rept">
          <thead>
            <tr>
              <th scope="col">{s.effect.wait}</th>
              <th scope="col" className="num">
                {s.effect.leads}
              </th>
              <th scope="col" className="num hidephone">
                {s.effect.decided}
              </th>
              <th scope="col" className="num">
                {s.effect.won}
              </th>
              <th scope="col" colSpan={2}>
                {s.effect.share}
              </th>
              <th scope="col" className="num">
                {s.effect.ratio}
              </th>
            </tr>
          </thead>
          <tbody>
            {e.classes.map((c, i) => (
              <tr key={c.bucket}>
                <th scope="row" className="nw">
                  {name(c)}
                </th>
                <td className="num">
                  <Leads n={c.leads} href={href({ bucket: c.bucket })} />
                </td>
                <td className="num hidephone">{f.num(c.decided)}</td>
                <td className="num">
                  <Leads n={c.won} href={href({ bucket: c.bucket + ':won' })} />
                </td>
                <ShareCells share={c.share} top={top} />
                <td className="num nw">
                  {i === 0 ? (
                    <span className="dd">{s.effect.one}</span>
                  ) : c.ratio ? (
                    s.effect.times(...times(c.ratio))
                  ) : (
                    '—'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {e.left_out > 0 && <p className="t12 dd">{s.effect.leftOut(f.num(e.left_out))}</p>}
    </Card>
  );
}

function Costs({ d, href, fast }: Whole) {
  const s = useSpeedTexts();
  const f = useFmt();
  const e = d.effect;
  return (
    <Card id="cost-h" title={s.cost.title}>
      <div className="reptwo">
        <Cost name={s.cost.slow(fast)} c={e.slow} d={d} href={href({ bucket: 'slow' })} />
        <Cost name={s.cost.never} c={e.never} d={d} href={href({ bucket: 'unanswered' })} />
      </div>
      {e.deals > 0 && (
        <p className="t12 dd">
          {s.cost.deal(
            f.moneyShort(e.deal, d.currency),
            f.moneyShort(e.deal_low, d.currency),
            f.moneyShort(e.deal_high, d.currency),
            f.num(e.deals),
          )}
        </p>
      )}
    </Card>
  );
}

function Cost({ name, c, d, href }: { name: string; c: SpeedCost; d: Speed; href: string }) {
  const s = useSpeedTexts();
  const f = useFmt();
  const e = d.effect;
  const money = (x: number | undefined) => f.moneyShort(x ?? 0, d.currency);
  const tenth = (x: number | undefined) => f.num(Math.round((x ?? 0) / 10) / 10);
  return (
    <div className="col g6">
      <h3 className="t13 b">{name}</h3>
      <span className="t12 d">
        <Leads n={c.leads} href={href}>
          {s.cost.leads(f.num(c.leads))}
        </Leads>
      </span>
      {c.enough ? (
        <>
          <span className="repmoney">{money(c.money)}</span>
          <span className="t13 d">{s.cost.money(money(c.money_low), money(c.money_high))}</span>
          <span className="t13 d">
            {s.cost.wins(tenth(c.wins_hundredths), tenth(c.wins_low), tenth(c.wins_high))}
          </span>
          {(c.money_low ?? 0) <= 0 && <span className="t12 warnc">{s.cost.unsure}</span>}
        </>
      ) : (
        <p className="t13 d">
          {c.less
            ? s.cost.fewDeals(e.least_deals, f.num(e.deals))
            : s.cost.few(e.least, f.num(c.compared), f.num(c.fast))}
        </p>
      )}
    </div>
  );
}

type By = 'managers' | 'sources' | 'bands' | 'hours';

function Groups({ d, href, fast }: Whole) {
  const s = useSpeedTexts();
  const t = useT();
  const f = useFmt();
  const wait = useWait();
  const [by, setBy] = useState<By>('managers');
  const list = d[by];
  const name = (g: SpeedGroup) =>
    by === 'managers'
      ? (g.name ?? s.nobody)
      : by === 'sources'
        ? (g.name ?? s.unknown)
        : by === 'bands'
          ? t.band[g.key as 'hot']
          : s.groups.hour(
              `${String(Number(g.key) * 3).padStart(2, '0')}:00`,
              `${String(Number(g.key) * 3 + 3).padStart(2, '0')}:00`,
            );
  const field = { managers: 'manager', sources: 'source', bands: 'band', hours: 'hours' }[by];
  const top = Math.max(0.05, ...list.map((g) => g.fast?.high ?? 0));
  const open = (g: SpeedGroup, bucket: string) =>
    href(g.key === null ? { bucket } : { [field]: String(g.key), bucket });
  return (
    <Card id="groups-h" title={s.groups.title}>
      <Seg<By>
        label={s.groups.by}
        value={by}
        onChange={setBy}
        items={(['managers', 'sources', 'bands', 'hours'] as By[]).map((id) => ({ id, label: s.groups[id] }))}
      />
      <div className="repscroll">
        <table className="rept">
          <thead>
            <tr>
              <th scope="col">{s.groups[by]}</th>
              <th scope="col" className="num">
                {s.groups.leads}
              </th>
              <th scope="col" className="num hidephone">
                {s.groups.answered}
              </th>
              <th scope="col" className="num">
                {s.groups.median}
              </th>
              <th scope="col" className="num hidephone">
                {s.groups.p90}
              </th>
              <th scope="col" colSpan={2}>
                {s.groups.fast(fast)}
              </th>
              <th scope="col" className="num" title={s.normHint}>
                {s.groups.norm}
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map((g) => (
              <tr key={String(g.key)}>
                <th scope="row">{name(g)}</th>
                <td className="num">
                  <Leads n={g.leads} href={open(g, 'all')} />
                </td>
                <td className="num hidephone">
                  <Leads n={g.answered} href={open(g, 'answered')} />
                </td>
                <td className="num nw">{wait(g.median_s)}</td>
                <td className="num nw hidephone">{wait(g.p90_s)}</td>
                <ShareCells share={g.fast} top={top} />
                <td className="num nw">
                  <Leads n={g.norm_in} href={open(g, 'in_time')} /> / {f.num(g.norm_n)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
