/* The grid of fit and engagement: how many leads stand in each cell, what the cells are worth, and where their borders are. */
import { Fragment, useState } from 'react';
import { Link } from 'wouter';
import { decidedLeads, useGrid, type Axes, type Grid, type GridCell } from '../../api/axes';
import { problemText } from '../../api/problem';
import { may, useMe, useTitle } from '../../app/session';
import { useFmt, useLang, useT } from '../../i18n';
import { Block, Dialog, Field } from '../../kit';
import { CellChip } from '../../part/axes/fit';
import { useAxesT } from '../../part/axes/text';
import { IdealCustomer } from './icp';
import { useLiveModel, usePublish } from './publish';
import '../../part/axes/axes.css';

export default function GridPage() {
  const t = useAxesT();
  const f = useFmt();
  const me = useMe();
  const q = useGrid();
  const [edit, setEdit] = useState(false);
  useTitle(t.gridTitle);
  return (
    <div className="col g12">
      <header className="row wrap">
        <h1>{t.gridTitle}</h1>
        {q.data && (
          <a className="btn sp" href="/api/v1/export/grid.csv" download>
            {t.csv}
          </a>
        )}
        {may(me, 'model.edit') && q.data && (
          <button className="btn" onClick={() => setEdit(true)}>
            {t.borders}
          </button>
        )}
      </header>
      <p className="d t13">{t.gridIntro}</p>
      <Block q={q} rows={8}>
        {(g) => (
          <>
            {onlyWon(g) && (
              <p className="t13 warnc intext">
                {t.onlyWon} <Link href="/calibration">{t.toCalibration}</Link>
              </p>
            )}
            <section className="card">
              <div className="bd biggrid" data-grid>
                <span />
                {[1, 2, 3].map((n) => (
                  <span key={n} className="axis-x">
                    <span className="axname">{t.engagement} </span>
                    {n}
                    {n < 3 && <> · ≥ {f.num(g.axes.engagement.borders[2 - n]!)}</>}
                  </span>
                ))}
                {['A', 'B', 'C'].map((letter, i) => (
                  <Fragment key={letter}>
                    <span className="axis-y">
                      <span className="axname">{t.fit} </span>
                      {letter}
                      {i < 2 && <> · ≥ {f.num(g.axes.fit.borders[1 - i]!)}</>}
                    </span>
                    {g.cells
                      .filter((c) => c.cell.startsWith(letter))
                      .map((c) => (
                        <CellBox key={c.cell} c={c} bare={onlyWon(g)} />
                      ))}
                  </Fragment>
                ))}
              </div>
            </section>
            <p className="dd t12">
              <NotCounted g={g} /> {t.borders}:{' '}
              {g.axes.fit.set || g.axes.engagement.set ? t.bordersBy.set : t.bordersBy.auto}.
            </p>
            <GroupsOf axes={g.axes} />
            <IdealCustomer edit={may(me, 'model.edit')} />
            {edit && <Borders axes={g.axes} onClose={() => setEdit(false)} />}
          </>
        )}
      </Block>
    </div>
  );
}

/* Which groups of criteria make which axis; they are moved on the scoring screen, beside their criteria. */
function GroupsOf({ axes }: { axes: Axes }) {
  const t = useAxesT();
  const lang = useLang();
  const live = useLiveModel();
  const on = [...axes.fit.groups, ...axes.engagement.groups];
  const rest = live.data?.body.groups.filter((g) => !on.includes(g.name)) ?? [];
  const lists: [string, string[]][] = [
    [t.fit, axes.fit.titles],
    [t.engagement, axes.engagement.titles],
    ...(rest.length
      ? ([[t.neither, rest.map((g) => g.title?.[lang] || g.title?.en || g.title?.ru || g.name)]] as [
          string,
          string[],
        ][])
      : []),
  ];
  return (
    <section className="card" aria-labelledby="groups-of">
      <div className="hd wrap">
        <h2 id="groups-of">{t.groupsOf}</h2>
        <Link href="/scoring" className="btn s sp">
          {t.groupsWhere}
        </Link>
      </div>
      <dl className="bd axisgroups t13">
        {lists.map(([name, titles]) => (
          <div key={name}>
            <dt className="d">{name}</dt>
            <dd>{titles.join(', ') || '—'}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function NotCounted({ g }: { g: Grid }) {
  const t = useAxesT();
  const f = useFmt();
  const me = useMe();
  const c = g.cells.find((x) => x.cell === 'none');
  if (!c?.n) return null;
  if (!may(me, 'lead.all')) return <>{t.none(f.num(c.n))}.</>;
  return <Link href={'/leads?owner=all&' + c.leads}>{t.none(f.num(c.n))}.</Link>;
}

/* Where no deal is marked as lost every share is 100 per cent, and says nothing. */
const onlyWon = (g: Grid) =>
  g.cells.every((c) => c.won === c.decided) && g.cells.reduce((n, c) => n + c.won, 0) >= g.enough;

function CellBox({ c, bare }: { c: GridCell; bare: boolean }) {
  const t = useAxesT();
  const f = useFmt();
  const me = useMe();
  const s = c.conversion;
  const all = may(me, 'lead.all'); // the figures are of everybody's leads
  const of = (bucket: 'won' | 'decided', n: number, text: string) =>
    n && all ? <Link href={decidedLeads(c.cell, bucket)}>{text}</Link> : text;
  const head = (
    <>
      <CellChip cell={c.cell} />
      <span className="vh">{t.leads(f.num(c.n))}</span>
      <span className="n" aria-hidden="true">
        {f.num(c.n)}
      </span>
    </>
  );
  return (
    <div className="gcell">
      {all ? (
        <Link className="row g6 plain whole" href={'/leads?owner=all&' + c.leads}>
          {head}
        </Link>
      ) : (
        <span className="row g6">{head}</span>
      )}
      <span className="t12 dd intext">
        {s.enough && !bare && (
          <>
            <b className="m">{of('won', c.won, t.conv(f.pct(s.value!)))}</b>{' '}
            {t.convRange(f.pct(s.low!), f.pct(s.high!))}
            <br />
          </>
        )}
        {bare
          ? c.won > 0 && of('won', c.won, t.bought(c.won))
          : of('decided', s.n, s.enough ? t.decided(s.n) : t.few(s.n, s.need))}
      </span>
    </div>
  );
}

function Borders({ axes, onClose }: { axes: Axes; onClose: () => void }) {
  const tt = useT();
  const t = useAxesT();
  const [v, setV] = useState([...axes.fit.borders, ...axes.engagement.borders].map(String));
  const n = v.map(Number);
  const good = n.every(Number.isFinite) && n[0]! < n[1]! && n[2]! < n[3]!;
  const save = usePublish(onClose);
  const names = [t.from('B'), t.from('A'), t.from('2'), t.from('1')];
  return (
    <Dialog open onClose={onClose} title={t.borders}>
      <form
        className="col g12"
        onSubmit={(e) => {
          e.preventDefault();
          if (good)
            save.mutate({
              note: t.borders,
              change: (body) => ({
                ...body,
                axes: { ...(body.axes as object), fit: [n[0], n[1]], engagement: [n[2], n[3]] },
              }),
            });
        }}
      >
        <p className="d t13">{t.bordersHow}</p>
        <div className="borderform">
          {names.map((name, i) => (
            <Field
              key={name}
              label={(i < 2 ? t.fit : t.engagement) + ': ' + name}
              type="number"
              step="any"
              required
              value={v[i]!}
              onChange={(e) => setV(v.map((x, k) => (k === i ? e.currentTarget.value : x)))}
            />
          ))}
        </div>
        {!good && <p className="failed">{t.badBorders}</p>}
        {save.error && (
          <p className="failed" role="alert">
            {problemText(save.error, tt)}
          </p>
        )}
        <div className="row dlg-acts">
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={!good || save.isPending}>
            {t.publish}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
