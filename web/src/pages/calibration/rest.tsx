/* Over time, facts that know the outcome, what sales say. */
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Cohort, Report } from '../../api/calibration';
import { usePredictors } from '../../api/learn';
import { Trend } from '../../charts/trend';
import { useFmt } from '../../i18n';
import { Icon } from '../../kit';
import { useFactTitle } from '../../part/cond/texts';
import { Card, LeadCount, ShareCell, ShareCount, toLeads, useShareText, useTwo } from './figures';
import { useCalibrationTexts } from './texts';

function CohortRow({ c }: { c: Cohort }) {
  const s = useCalibrationTexts();
  const f = useFmt();
  const tell = useShareText();
  return (
    <tr>
      <th scope="row" className="nw">
        {f.date(c.from)}
      </th>
      <td className="num nw">{tell(c.share)}</td>
      <ShareCell share={c.share} />
      <td className="num hidephone">{c.psi === null ? '—' : f.exact(Math.round(c.psi * 1000) / 1000)}</td>
      <td className="num hidephone">
        {c.psi_source === null ? '—' : f.exact(Math.round(c.psi_source * 1000) / 1000)}
      </td>
      <td>
        {c.reference ? (
          <span className="tag">{s.drift.reference}</span>
        ) : c.level ? (
          <span className={'tag ' + (c.level === 'other' ? 'bad' : c.level === 'shifted' ? 'warn' : 'ok')}>
            <Icon n={c.level === 'stable' ? 'check' : 'warn'} size="xs" />
            {s.drift.level[c.level]}
          </span>
        ) : (
          <span className="dd t12">{s.noFigure}</span>
        )}
      </td>
    </tr>
  );
}

export function Drift({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const f = useFmt();
  const tell = useShareText();
  const d = r.drift;
  const [table, setTable] = useState(d.items.some((c) => c.level === 'shifted' || c.level === 'other'));
  const [, go] = useLocation();
  if (d.timeless)
    return (
      <Card id="drift-h" title={s.drift.title}>
        <p className="d t13">{r.leads_total ? s.drift.timeless : s.noFigure}</p>
      </Card>
    );
  const known = d.items.some((c) => c.share.value !== null);
  return (
    <Card id="drift-h" title={s.drift.title} hint={known ? s.drift.maturing : undefined}>
      {!known && <p className="d t13">{s.drift.few}</p>}
      {known && (
        <Trend
          say={s.drift.say(d.items.length)}
          onBar={(i) => {
            const q = d.items[i]?.share.leads;
            if (q) go(toLeads(q + ':counted'));
          }}
          rows={d.items.map((c) => ({
            key: f.date(c.from),
            value: c.share.value,
            low: c.share.low,
            high: c.share.high,
            maturing: c.maturing,
            tell: `${f.date(c.from)}: ${tell(c.share)}`,
          }))}
        />
      )}
      <button className="btn s g" aria-expanded={table} onClick={() => setTable(!table)}>
        <Icon n="list" size="s" />
        {s.drift.table}
      </button>
      {table && (
        <div className="calscroll">
          <table className="calt">
            <thead>
              <tr>
                <th scope="col">{s.drift.col.period}</th>
                <th scope="col" className="num">
                  {s.drift.col.share}
                </th>
                <th scope="col" className="num">
                  {s.drift.col.leads}
                </th>
                <th scope="col" className="num hidephone">
                  {s.drift.col.psi}
                </th>
                <th scope="col" className="num hidephone">
                  {s.drift.col.mix}
                </th>
                <th scope="col">{s.drift.col.level}</th>
              </tr>
            </thead>
            <tbody>
              {d.items.map((c) => (
                <CohortRow key={c.from} c={c} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

export function Leaks({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const title = useFactTitle();
  const two = useTwo();
  const f = useFmt();
  const tell = useShareText();
  return (
    <Card id="leaks-h" title={s.leaks.title}>
      {r.leaks.length === 0 ? (
        <p className="d t13">{s.leaks.none}</p>
      ) : (
        <>
          <ul className="callist">
            {r.leaks.map((l) => (
              <li key={l.fact}>
                <Icon n="warn" size="s" />
                <span className="grow">
                  <b className="b">{title(l.fact)}</b>{' '}
                  {s.leaks.why[l.why](
                    l.why === 'too_good' || l.why === 'filled'
                      ? two(l.auc_alone?.value ?? 0)
                      : l.why === 'buyers_only'
                        ? f.num(l.with.won) + ' / ' + f.num(l.with.n)
                        : f.pct((l.why === 'after_outcome' ? l.share_after : l.share_later) ?? 0),
                  )}
                  {l.used && <span className="tag bad">{s.leaks.used}</span>}{' '}
                  {/* the list is of all who have it, but for what is filled too late */}
                  {l.with.n > 0 && l.n === l.with.leads_total && (
                    <span className="dd intext">
                      · {s.leaks.bought} {tell(l.with)} (<ShareCount share={{ ...l.with, leads: l.leads }} />
                      ), {s.leaks.fileRest} {tell(l.without)} (<ShareCount share={l.without} />)
                    </span>
                  )}
                </span>
                <Link className="nw" href={toLeads(l.leads)}>
                  {s.leads(l.n, f.num(l.n))}
                </Link>
              </li>
            ))}
          </ul>
          <LeftOut leaks={r.leaks.map((l) => l.fact)} />
        </>
      )}
      {r.files?.map((x) => (
        <p key={x.import} className="t13 d intext">
          {s.leaks.file(x.name ?? '…', x.facts.length, x.facts.slice(0, 8).map(title).join(', '))}{' '}
          {s.leaks.fileBought} {tell(x.with)} (<ShareCount share={x.with} />
          ), {s.leaks.fileRest} {tell(x.without)} (<ShareCount share={x.without} />
          ).
        </p>
      ))}
    </Card>
  );
}

/* What the probability does about such facts. */
function LeftOut({ leaks }: { leaks: string[] }) {
  const s = useCalibrationTexts();
  const title = useFactTitle();
  const live = usePredictors().data?.items.find((p) => p.state === 'live');
  if (!live) return null;
  const out = live.left_out?.map((x) => x.fact);
  const taken = out ? leaks.filter((x) => !out.includes(x)) : [];
  const words = [
    !out && s.leaks.notOut(live.version),
    out?.length && s.leaks.out(out.map(title).join(', '), live.version),
    taken.length && s.leaks.taken(taken.map(title).join(', '), live.version),
  ].filter(Boolean);
  return words.length ? <p className="t13 d">{words.join(' ')}</p> : null;
}

export function Voices({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const f = useFmt();
  const v = r.feedback;
  const none = !v.accepted.leads_total && !v.rejected_all.leads_total && !v.disputed.length;
  return (
    <Card id="voices-h" title={s.feedback.title}>
      {none ? (
        <p className="d t13">{s.feedback.none}</p>
      ) : (
        <ul className="callist">
          {[
            { name: s.feedback.accepted, share: v.accepted, icon: 'check' as const },
            { name: s.feedback.rejected, share: v.rejected_all, icon: 'x' as const },
          ].map((x) => (
            <li key={x.name}>
              <Icon n={x.icon} size="s" />
              <span className="grow">
                {x.name}
                {x.share.leads_total > 0 && (
                  <span className="dd">
                    {' · '}
                    {x.share.value !== null ? s.feedback.bought(f.pct(x.share.value)) : s.feedback.few} (
                    <ShareCount share={x.share} />)
                  </span>
                )}
              </span>
              <LeadCount share={x.share} />
            </li>
          ))}
          {v.rejected.map((x) => (
            <li key={x.reason} className="sub">
              <span className="grow d">{s.feedback.reasons[x.reason]}</span>
              <Link href={toLeads(x.leads)}>{f.num(x.n)}</Link>
            </li>
          ))}
          {v.disputed.map((x) => (
            <li key={x.direction}>
              <Icon n={x.direction === 'higher' ? 'up' : 'dn'} size="s" />
              <span className="grow">{s.feedback.disputed[x.direction]}</span>
              <Link href={toLeads(x.leads)}>{f.num(x.n)}</Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
