/* Figures before and after, shared by the trial beside the rules, the report of a replay and the question before publishing. */
import type { ReactNode } from 'react';
import type { Fitted, Judged, Outcome, Share, Sides } from '../../api/models';
import { useFmt, useLang } from '../../i18n';
import { Icon } from '../../kit';
import { useLearnT } from '../../part/learn/text';
import { useScoringTexts } from './texts';

/* One figure in a row of them. */
export function Kpi({
  name,
  value,
  note,
  tone,
}: {
  name: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: string;
}) {
  return (
    <div>
      <span className="t12 dd">{name}</span>
      <span className="v">{value}</span>
      {note && <span className={'t12 ' + (tone ?? 'd')}>{note}</span>}
    </div>
  );
}

/* «61 → 69 %», or the counts where there are too few for a share. */
export function useSides() {
  const f = useFmt();
  const dec = (n: number) => f.exact(Math.round(n * 100) / 100);
  return {
    shares: (x: Sides<Share>, counts: Sides<number>) =>
      x.before.enough && x.after.enough && x.before.value !== null && x.after.value !== null
        ? Math.round(x.before.value * 100) + ' → ' + f.pct(x.after.value)
        : f.num(counts.before) + ' → ' + f.num(counts.after),
    nums: (x: Sides<number>) => f.num(x.before) + ' → ' + f.num(x.after),
    auc: (j: Judged) => (j.auc ? dec(j.auc.before.value) + ' → ' + dec(j.auc.after.value) : undefined),
    half: (j: Judged) => (j.auc ? '± ' + dec((j.auc.after.high - j.auc.after.low) / 2) : undefined),
    dec,
    small: (n: number) => f.exact(Math.round(n * 10_000) / 10_000),
    share: (x: Share) => (x.enough && x.value !== null ? f.pct(x.value) : undefined),
  };
}

export function OutcomeWord({ is }: { is: Outcome | undefined }) {
  const s = useScoringTexts();
  if (!is) return null;
  return <span className={'t12 nw ' + (is === 'won' ? 'ok b' : 'd')}>{s.outcome[is]}</span>;
}

/* Too few sales: said plainly, and what is left out because of it. */
export function FewSales({ judged }: { judged: Judged }) {
  const s = useScoringTexts();
  const f = useFmt();
  if (judged.enough) return null;
  const not = judged.n - judged.won;
  return (
    <p className="t12 fewsales">
      <Icon n="info" size="s" />
      <span>
        {judged.won < judged.need
          ? s.few.sales(f.num(judged.won), f.num(judged.need))
          : s.few.others(f.num(not), f.num(judged.need))}
      </span>
    </p>
  );
}

/* Where losses are not recorded, points for silence flatter: the word of the calibration. */
export function Silence({ judged }: { judged: Judged }) {
  const learn = useLearnT();
  const lang = useLang();
  if (!judged.enough || !judged.quiet?.length) return null;
  const names = judged.quiet.map((x) => x[lang] || x.ru || x.en || x.id).join(', ');
  return (
    <p className="t12 fewsales">
      <Icon n="warn" size="s" />
      <span>{learn.quietFlatters(names)}</span>
    </p>
  );
}

/* Points that were learnt from the very leads that judge them: said beside those figures, with what they reached on leads they had not seen. */
export function FittedHere({ now, after }: { now: Fitted | undefined; after: Fitted | undefined }) {
  const s = useScoringTexts();
  const f = useFmt();
  const told = after ?? now;
  if (!told) return null;
  const auc = f.exact(Math.round(told.auc * 100) / 100);
  return (
    <p className="t12 fewsales">
      <Icon n="info" size="s" />
      <span>{after ? s.fitted.after(f.date(told.until), auc) : s.fitted.now(f.date(told.until), auc)}</span>
    </p>
  );
}

/* The bars of a histogram as rows; a number is a way to the leads that it counted. */
export function HistTable({
  rows,
  names,
  figure,
}: {
  rows: (Sides<number> & { from: number; to: number })[];
  names: [string, string];
  figure: (i: number, side: 'before' | 'after', text: string, n: number) => ReactNode;
}) {
  const s = useScoringTexts();
  const f = useFmt();
  return (
    <details className="t13">
      <summary>{s.hist.table}</summary>
      <div className="chart-table" tabIndex={0} role="region" aria-label={s.hist.table}>
        <table>
          <thead>
            <tr>
              <th scope="col">{s.hist.score}</th>
              {names.map((x) => (
                <th key={x} scope="col" className="num">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((r, i) =>
              r.before || r.after ? (
                <tr key={r.from}>
                  <th scope="row" className="nw">
                    {f.num(r.from)}
                    {i === rows.length - 1 ? '+' : '–' + f.num(r.to)}
                  </th>
                  {(['before', 'after'] as const).map((side) => (
                    <td key={side} className="num">
                      {figure(i, side, f.num(r[side]), r[side])}
                    </td>
                  ))}
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}
