/* Points suggested by sales, beside today's, with their intervals; one click makes them a draft. */
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import {
  useSuggest,
  useSuggestion,
  useSuggestionDraft,
  useSuggestionStop,
  type Suggestion,
} from '../../api/learn';
import { problemText } from '../../api/problem';
import { currentLang, useFmt, useT } from '../../i18n';
import { Block, Dialog, signed, toast } from '../../kit';
import { useFactTitle } from '../../part/cond/texts';
import { useLearnT } from '../../part/learn/text';
import '../../part/learn/learn.css';

type Ready = Extract<NonNullable<Suggestion['suggestion']>, { enough: true }>;

export function Suggest({
  open,
  model,
  edit,
  onClose,
}: {
  open: boolean;
  model: string;
  edit: boolean;
  onClose: () => void;
}) {
  const s = useLearnT();
  const t = useT();
  const f = useFmt();
  const [, go] = useLocation();
  const [monotone, setMonotone] = useState(false);
  const q = useSuggestion(model, open);
  const ask = useSuggest(model);
  const stop = useSuggestionStop(model);
  const draft = useSuggestionDraft(model);
  const fail = (e: unknown) => toast(problemText(e, t), { bad: true });
  return (
    <Dialog open={open} onClose={onClose} title={s.suggestTitle} side>
      <div className="col g12 suggest">
        <p className="t13 d">{s.suggestNote}</p>
        <Block q={q} rows={6}>
          {(v) => (
            <>
              {edit && (
                <div className="row g8 wrap">
                  <label className="row g6 t13">
                    <input
                      type="checkbox"
                      checked={monotone}
                      onChange={(e) => setMonotone(e.currentTarget.checked)}
                    />
                    {s.monotone}
                  </label>
                  <button
                    className={'btn s' + (v.suggestion ? '' : ' p')}
                    disabled={v.running || ask.isPending}
                    onClick={() => ask.mutate(monotone, { onError: fail })}
                  >
                    {v.suggestion ? s.again : s.make}
                  </button>
                </div>
              )}
              {v.running && (
                <div className="row wrap g12 t13">
                  <progress
                    aria-label={s.suggestTitle}
                    max={v.total || 1}
                    value={v.total ? v.done : undefined}
                  />
                  {edit && (
                    <button
                      className="btn s"
                      disabled={stop.isPending}
                      onClick={() => stop.mutate(undefined, { onError: fail })}
                    >
                      {s.stop}
                    </button>
                  )}
                </div>
              )}
              <div role="status" className="t13">
                {v.running ? s.making : v.state === 'failed' ? s.failed : !v.suggestion ? s.none : ''}
              </div>
              {v.suggestion && !v.suggestion.enough && (
                <p className="t13">
                  <b>{s.few(v.suggestion.have, v.suggestion.need)}</b>
                  <br />
                  <span className="d">
                    {s.fewPoints(v.suggestion.need, v.suggestion.won, f.num(v.suggestion.n))}
                  </span>
                </p>
              )}
              {v.suggestion?.enough && <Told k={v.suggestion} model={model} />}
              {v.suggestion?.enough && v.drafted && edit && (
                <button
                  className="btn p"
                  disabled={draft.isPending || v.running}
                  onClick={() =>
                    draft.mutate(undefined, {
                      onError: fail,
                      onSuccess: (m) => {
                        toast(s.drafted);
                        onClose();
                        go(`/scoring/${m.id}/draft`);
                      },
                    })
                  }
                >
                  {s.draft}
                </button>
              )}
            </>
          )}
        </Block>
      </div>
    </Dialog>
  );
}

/* The leads behind a figure; what was suggested before there were lists has none. */
function Behind({ report, bucket, n, text }: { report?: string; bucket: string; n: number; text?: string }) {
  const f = useFmt();
  return report && n ? (
    <Link href={`/leads?report=${report}&bucket=${bucket}`}>{text ?? f.num(n)}</Link>
  ) : (
    <>{text ?? f.num(n)}</>
  );
}

/* What a row is of, and the figures beside it. */
function Heads({ first, figures }: { first: string; figures: string[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {figures.map((x) => (
          <th key={x} scope="col" className="num">
            {x}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/* Where hot and warm would begin, and what of those who would be there bought. */
function Bands({ b, report }: { b: NonNullable<Ready['bands']>; report?: string }) {
  const s = useLearnT();
  const t = useT();
  const f = useFmt();
  const from = { hot: b.hot, warm: b.warm, cold: null };
  const was = { hot: b.hot_now, warm: b.warm_now, cold: null };
  return (
    <>
      <h3>{s.bands}</h3>
      <p className="t13 d">{s.bandsNote}</p>
      <table className="ptable t13">
        <Heads first={s.band} figures={[s.now, s.then, s.leads, s.bought]} />
        <tbody>
          {b.items.map((x) => (
            <tr key={x.band}>
              <td>{t.band[x.band]}</td>
              <td className="num">{was[x.band] === null ? '' : s.fromPoints(was[x.band]!)}</td>
              <td className="num">
                <b>{from[x.band] === null ? '' : s.fromPoints(from[x.band]!)}</b>
              </td>
              <td className="num">
                <Behind report={report} bucket={'band.' + x.band} n={x.leads} />
              </td>
              <td className="num">
                <Behind
                  report={report}
                  bucket={`band.${x.band}:won`}
                  n={x.won}
                  text={x.leads < 10 ? s.fewLeads : f.pct(x.share.value)}
                />{' '}
                <span className="t12 dd">
                  ({f.pct(x.share.low)} … {f.pct(x.share.high)})
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/* The model's own criteria, today's points beside those suggested. */
function Items({ items, report }: { items: Ready['items']; report?: string }) {
  const s = useLearnT();
  const title = (x: { title_ru: string; title_en: string; criterion: string }) =>
    (currentLang() === 'ru' ? x.title_ru || x.title_en : x.title_en || x.title_ru) || x.criterion;
  return (
    <table className="ptable t13">
      <Heads first={s.criterion} figures={[s.now, s.then, s.leads]} />
      <tbody>
        {items.map((x) => (
          <tr key={x.criterion}>
            <td>
              {title(x)} <span className="t12 dd">{s.why[x.why]}</span>
            </td>
            <td className="num">{signed(x.points_now)}</td>
            <td className="num nw">
              <b>{x.why === 'few' ? signed(x.points_now) : signed(x.points)}</b>
              {x.why !== 'few' && (
                <span className="t12 dd">
                  {' '}
                  ({signed(x.low)} … {signed(x.high)})
                </span>
              )}
            </td>
            <td className="num">
              <Behind report={report} bucket={'criterion.' + x.criterion} n={x.count} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Told({ k, model }: { k: Ready; model: string }) {
  const s = useLearnT();
  const f = useFmt();
  const factTitle = useFactTitle();
  const bin = (x: { value: string }) =>
    currentLang() === 'ru' && /^[\d.,≤>–− -]+$/.test(x.value) ? x.value.replaceAll('.', ',') : x.value;
  const range = (x: { low: number; high: number }) => `${f.two(x.low)}–${f.two(x.high)}`;
  const of = (x: { low: number; high: number } | undefined) => (x ? ` (${range(x)})` : '');
  const few = k.items.filter((x) => x.why === 'few');
  const told = k.items.filter((x) => x.why !== 'few');
  return (
    <>
      <p className="t13 d intext">
        <Behind
          report={k.report}
          bucket="held"
          n={k.held_n}
          text={s.held(k.held_n, f.num(k.held_n), f.num(k.held_won), k.by_time)}
        />
        . <Behind report={k.report} bucket="all" n={k.n} text={s.fitted(f.num(k.n), f.num(k.won))} />.{' '}
        {s.base}
      </p>
      <p>
        <a className="btn s" href={'/api/v1/export/suggestion.csv?model=' + model} download>
          {s.csv}
        </a>
      </p>
      <dl className="kv t13">
        <dt>{s.auc}</dt>
        <dd>
          <Behind
            report={k.report}
            bucket="held"
            n={k.held_n}
            text={`${s.now} ${f.two(k.auc.now.value)} (${range(k.auc.now)}), ${s.then} ${f.two(k.auc.suggested.value)} (${range(k.auc.suggested)})`}
          />
        </dd>
        <dt>{s.lift}</dt>
        <dd>
          <Behind
            report={k.report}
            bucket="held"
            n={k.held_n}
            text={`${s.now} ${f.two(k.lift10.now)}${of(k.lift10_range?.now)}, ${s.then} ${f.two(k.lift10.suggested)}${of(k.lift10_range?.suggested)}`}
          />
        </dd>
      </dl>
      {k.bands && <Bands b={k.bands} report={k.report} />}
      {told.length > 0 && <Items items={told} report={k.report} />}
      {few.length > 0 && (
        <details className="t13">
          <summary>{s.fewKept(few.length)}</summary>
          <Items items={few} report={k.report} />
        </details>
      )}
      {k.offers.length > 0 && (
        <>
          <h3>{s.offers}</h3>
          <table className="ptable t13">
            <Heads first={s.criterion} figures={[s.then, s.leads, s.bought]} />
            <tbody>
              {k.offers.map((x, i) => (
                <tr key={x.fact + x.value}>
                  <td className="brk">
                    {factTitle(x.fact)}: {bin(x)}
                  </td>
                  <td className="num nw">
                    <b>{signed(x.points)}</b>
                    <span className="t12 dd">
                      {' '}
                      ({signed(x.low)} … {signed(x.high)})
                    </span>
                  </td>
                  <td className="num">
                    <Behind report={k.report} bucket={`offer.${i + 1}`} n={x.count} />
                  </td>
                  <td className="num">
                    <Behind report={k.report} bucket={`offer.${i + 1}:won`} n={x.won} />
                    {x.count >= 10 && <span className="t12 dd"> {f.pct(x.won / x.count)}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {/* What was suggested before facts were watched has no such list. */}
      {(k.left_out?.length ?? 0) > 0 && (
        <p className="t13">
          <span className="tag bad">{s.leftOut}</span> {k.left_out.map((x) => factTitle(x.fact)).join(', ')}.{' '}
          {s.leftOutWhy} <Link to="/calibration">{s.leftOutMore}</Link>
        </p>
      )}
    </>
  );
}
