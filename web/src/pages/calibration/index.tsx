/* Is the score honest: the report on what became of leads, made in the background and kept. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, useSearch } from 'wouter';
import {
  calibrationKey,
  makeCalibration,
  stopCalibration,
  useCalibration,
  type Calibration,
  type Moment,
  type Question,
  type Report,
} from '../../api/calibration';
import { useModels } from '../../api/models';
import { problemText } from '../../api/problem';
import { serverNow, useNow } from '../../app/clock';
import { may, useMe, useTitle } from '../../app/session';
import { useFmt, useLang, useT } from '../../i18n';
import { dayPlus } from '../../i18n/format';
import { Block, Icon, Later, Select, Skeleton, toast, type IconName } from '../../kit';
import { useFactTitle } from '../../part/cond/texts';
import { useLearnT } from '../../part/learn/text';
import { Criteria } from './criteria';
import { Bands, Curves, Deciles, Sources, toLeads, useTwo } from './figures';
import { Drift, Leaks, Voices } from './rest';
import { useCalibrationTexts } from './texts';
import './calibration.css';

type Period = 'all' | 'd90' | 'd180' | 'd365';
const days: Record<Period, number> = { all: 0, d90: 90, d180: 180, d365: 365 };
const DAY = 86_400_000;

export default function CalibrationPage() {
  const s = useCalibrationTexts();
  const t = useT();
  const me = useMe();
  const qc = useQueryClient();
  const models = useModels();
  const [model, setModel] = useState('');
  const [source, setSource] = useState('');
  const [period, setPeriod] = useState<Period>('all');
  const [moment, setMoment] = useState<Moment>('judged');
  useTitle(s.title);
  const f = useFmt();
  const today = f.wall(serverNow()).slice(0, 10);
  const question = useMemo<Question>(
    () => ({
      ...(model ? { model } : {}),
      ...(source ? { source } : {}),
      // a whole day of the reader's calendar, so that the same question tomorrow is another one and today it is the same
      ...(days[period] ? { from: f.dayStart(dayPlus(today, -days[period])) } : {}),
      ...(moment === 'handed' ? { moment } : {}),
    }),
    [model, source, period, moment, f, today],
  );
  const q = useCalibration(question);
  const edit = may(me, 'model.edit');
  const make = useMutation({
    mutationFn: () => makeCalibration(question),
    onSettled: () => qc.invalidateQueries({ queryKey: calibrationKey(question) }),
  });
  // Nobody has asked this question yet, or a day ago: it is asked by opening it. The old answer stays until the new one is there.
  // Whoever comes from a file of outcomes (?again) asks of them: a report that does not know them is made anew.
  const again = new URLSearchParams(useSearch()).has('again');
  const asked = useRef('');
  const key = JSON.stringify(question);
  useEffect(() => {
    if (!edit || !q.data || q.data.running || make.isPending || asked.current === key) return;
    const old = q.data.finished_at
      ? serverNow() - Date.parse(q.data.finished_at) > DAY || (again && q.data.news > 0)
      : true;
    if (!old) return;
    asked.current = key;
    make.mutate();
  }, [edit, q.data, make, key, again]);
  // The names of sources are those of the widest report seen.
  const [sources, setSources] = useState<string[]>([]);
  useEffect(() => {
    const seen = q.data?.report?.by_source.map((x) => x.source).filter((x): x is string => !!x);
    if (seen && !source) setSources(seen);
  }, [q.data, source]);
  const versions = (models.data?.items ?? []).filter((m) => m.state !== 'draft');
  return (
    <>
      <header className="row wrap g12">
        <h1>{s.title}</h1>
        <span className="sp" />
        {q.data?.report && q.data.id && (
          <a className="btn" href={'/api/v1/export/calibration.csv?report=' + q.data.id} download>
            <Icon n="download" size="s" />
            {s.csv}
          </a>
        )}
        {edit && (
          <button
            className="btn"
            disabled={make.isPending || !!q.data?.running}
            onClick={() => make.mutate()}
          >
            <Icon n="undo" size="s" />
            {s.make}
          </button>
        )}
      </header>
      <p className="d t13">{s.hint}</p>
      <div className="calask">
        <Select
          label={s.model}
          value={model}
          onChange={setModel}
          items={versions.map((m) => ({
            id: m.state === 'live' ? '' : m.id,
            label: `${m.name}, ${m.state === 'live' ? s.live : s.version(m.version)}`,
          }))}
        />
        <Select
          label={s.source}
          value={source}
          onChange={setSource}
          items={[{ id: '', label: s.anySource }, ...sources.map((x) => ({ id: x, label: x }))]}
        />
        <Select
          label={s.period}
          value={period}
          onChange={(v) => setPeriod(v as Period)}
          items={(Object.keys(days) as Period[]).map((id) => ({ id, label: s.periods[id] }))}
        />
        <Select
          label={s.moment}
          value={moment}
          onChange={(v) => setMoment(v as Moment)}
          items={(['judged', 'handed'] as Moment[]).map((id) => ({ id, label: s.moments[id] }))}
        />
      </div>
      {make.error && (
        <p className="failed" role="alert">
          {problemText(make.error, t)}
        </p>
      )}
      <Block q={q} rows={12}>
        {(c) => (
          <>
            <Progress c={c} edit={edit} />
            {c.report ? (
              <Later at={c.report} wait={<Skeleton rows={12} />}>
                <Whole r={c.report} c={c} />
              </Later>
            ) : (
              !c.running && c.state !== 'failed' && <p className="d">{s.none}</p>
            )}
          </>
        )}
      </Block>
    </>
  );
}

function Progress({ c, edit }: { c: Calibration; edit: boolean }) {
  const s = useCalibrationTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const qc = useQueryClient();
  const stop = useMutation({
    mutationFn: () => stopCalibration(c.running!),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => qc.invalidateQueries({ queryKey: ['calibration'] }),
  });
  if (c.running)
    return (
      <div className="row wrap g12 t13">
        <span className="row g6" role="status">
          <Icon n="clock" size="s" />
          {c.total ? s.making(f.num(c.done), f.num(c.total)) : s.waiting}
        </span>
        <progress aria-label={s.title} max={c.total || 1} value={c.total ? c.done : undefined} />
        {edit && (
          <button className="btn s" disabled={stop.isPending} onClick={() => stop.mutate()}>
            {s.stop}
          </button>
        )}
      </div>
    );
  if (c.state === 'failed')
    return (
      <p className="failed" role="alert">
        {s.failed}
      </p>
    );
  if (!c.finished_at) return null;
  return (
    <p className="t12 dd">
      {s.madeAt(f.when(c.finished_at, now))}
      {c.news > 0 && (
        <span className="warnc" role="note">
          {' · '}
          {s.stale(f.num(c.news) + (c.news >= 1000 ? '+' : ''))}
        </span>
      )}
    </p>
  );
}

function Finding({ icon, tone, children }: { icon: IconName; tone: string; children: string }) {
  return (
    <li className={tone}>
      <Icon n={icon} size="s" />
      <span>{children}</span>
    </li>
  );
}

/* What needs a look, in a sentence each; the rest of the page is the proof. */
function Findings({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const title = useFactTitle();
  const lang = useLang();
  const learn = useLearnT();
  const names = (d: 'wrong' | 'useless') =>
    r.criteria
      .filter((k) => k.direction === d)
      .map((k) => k.name[lang])
      .join(', ');
  const [wrong, useless] = [names('wrong'), names('useless')];
  const leaks = r.leaks.map((l) => title(l.fact)).join(', ');
  const quiet = r.criteria
    .filter((k) => k.quiet && k.enough && k.points !== 0)
    .map((k) => k.name[lang])
    .join(', ');
  const drift = r.drift.items.slice(-3).some((c) => c.level === 'other');
  return (
    <ul className="findings">
      {r.enough && r.deciles.length < 2 && (
        <li className="warnc">
          <Icon n="info" size="s" />
          <span>
            {s.found.same} <Link href="/scoring?suggest=1">{s.found.suggest}</Link>
          </span>
        </li>
      )}
      {wrong && (
        <Finding icon="warn" tone="bad">
          {s.found.wrong(wrong)}
        </Finding>
      )}
      {leaks && (
        <Finding icon="warn" tone="bad">
          {s.found.leak(leaks)}
        </Finding>
      )}
      {quiet && (
        <Finding icon="warn" tone="warnc">
          {learn.quietFlatters(quiet)}
        </Finding>
      )}
      {useless && (
        <Finding icon="info" tone="warnc">
          {s.found.useless(useless)}
        </Finding>
      )}
      {drift && (
        <Finding icon="trend" tone="warnc">
          {s.found.drift}
        </Finding>
      )}
      {!wrong && !leaks && !quiet && !useless && !drift && r.enough && (
        <Finding icon="check" tone="ok">
          {s.found.fine}
        </Finding>
      )}
    </ul>
  );
}

/* leads: the list behind it. */
function Kpi({ name, value, hint, leads }: { name: string; value: string; hint: string; leads: string }) {
  return (
    <div className="calkpi">
      <span className="t12 dd">{name}</span>
      <b>
        <Link href={toLeads(leads)}>{value}</Link>
      </b>
      <span className="t12 d">{hint}</span>
    </div>
  );
}

function Whole({ r, c }: { r: Report; c: Calibration }) {
  const s = useCalibrationTexts();
  const f = useFmt();
  const two = useTwo();
  const fitted = useModels().data?.items.find((m) => m.id === c.model)?.fitted;
  // leads born after the points were learnt have taught them nothing
  const taught = fitted && !(c.from && c.from >= fitted.until) ? fitted : null;
  return (
    <div className={'calgrid' + (c.running ? ' old' : '')}>
      <p className="t13 d calcounts">
        <Link href={toLeads(r.leads)}>{s.leads(r.leads_total, f.num(r.leads_total))}</Link>:{' '}
        <Link href={toLeads(r.leads + ':counted')}>{s.counted(f.num(r.n))}</Link>,{' '}
        <Link href={toLeads(r.leads + ':won')}>{s.bought(f.num(r.won))}</Link>
        {r.young > 0 && (
          <>
            {'; '}
            <Link href={toLeads(r.leads + ':young')}>{s.young(f.num(r.young), r.maturity_days)}</Link>
          </>
        )}
        {r.sampled && <> · {s.sampled(f.num(r.leads_total), f.num(r.base))}</>}
      </p>
      {!r.enough && (
        <p className="calwarn" role="note">
          <Icon n="info" size="s" />
          <span>{s.enough(r.need.won, r.need.not, r.won, r.n - r.won)}</span>
        </p>
      )}
      {r.enough && taught && (
        <p className="calwarn" role="note">
          <Icon n="info" size="s" />
          <span>{s.fitted(f.date(taught.until), two(taught.auc))}</span>
        </p>
      )}
      <Findings r={r} />
      {r.enough && r.auc && (
        <div className="calkpis">
          <Kpi
            name={s.kpi.auc}
            value={`${two(r.auc.value)} (${two(r.auc.low)}–${two(r.auc.high)})`}
            hint={s.kpi.aucHint}
            leads={r.leads + ':counted'}
          />
          {r.lift10 !== null && (
            <Kpi
              name={s.kpi.lift}
              value={
                s.lift(f.num(r.lift10)) +
                (r.lift10_range ? ` (${f.num(r.lift10_range.low)}–${f.num(r.lift10_range.high)})` : '')
              }
              hint={s.kpi.liftHint}
              leads={r.deciles[0]?.share.leads ?? r.leads /* the highest comes first */}
            />
          )}
          {r.found20 && (
            <Kpi
              name={s.kpi.found}
              value={
                f.pct(r.found20.value) +
                // a report of before may not know its interval
                (r.found20.low === null
                  ? ''
                  : ` (${f.num(Math.round(r.found20.low * 100))}–${f.num(Math.round(r.found20.high * 100))})`)
              }
              hint={s.kpi.foundHint}
              leads={(r.found20_leads ?? r.leads) + ':won'}
            />
          )}
          {r.ece !== null && (
            <Kpi
              name={s.kpi.ece}
              value={f.num(r.ece * 100) + (f.lang === 'ru' ? '\u00a0%' : '%')}
              hint={s.kpi.eceHint}
              leads={r.leads + ':counted'}
            />
          )}
        </div>
      )}
      <div className="caltwo">
        <Bands r={r} />
        <Deciles r={r} />
      </div>
      <Criteria r={r} />
      <div className="caltwo">
        <Curves r={r} />
        <Drift r={r} />
      </div>
      <Sources r={r} />
      <div className="caltwo">
        <Leaks r={r} />
        <Voices r={r} />
      </div>
    </div>
  );
}
