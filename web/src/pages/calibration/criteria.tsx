/* Each criterion: does it tell buyers apart among leads that are alike otherwise. Those that need a look stand first. */
import { useState } from 'react';
import { Link } from 'wouter';
import type { CriterionFigures, Direction, Report } from '../../api/calibration';
import { RatioBar } from '../../charts/sharebar';
import { may, useMe } from '../../app/session';
import { useFmt, useLang } from '../../i18n';
import { Icon, type IconName } from '../../kit';
import { Card, ShareCount, toLeads, useShareText } from './figures';
import { useCalibrationTexts } from './texts';

const order: Direction[] = ['wrong', 'useless', 'right', 'unclear'];
const looks: Record<Direction, { tag: string; icon: IconName; tone: 'ok' | 'bad' | 'dd' }> = {
  wrong: { tag: 'bad', icon: 'warn', tone: 'bad' },
  useless: { tag: 'warn', icon: 'x', tone: 'dd' },
  right: { tag: 'ok', icon: 'check', tone: 'ok' },
  unclear: { tag: '', icon: 'info', tone: 'dd' },
};

function Row({ k }: { k: CriterionFigures }) {
  const s = useCalibrationTexts();
  const f = useFmt();
  const lang = useLang();
  const tell = useShareText();
  const look = looks[k.direction];
  const shown = k.adjusted ?? k.lift;
  return (
    <tr>
      <th scope="row" className="wraps">
        {k.name[lang]}
      </th>
      <td className="num hidephone">{k.points > 0 ? '+' + f.num(k.points) : f.num(k.points)}</td>
      <td className="num nw hidephone">
        {tell(k.with)}
        <span className="dd"> · </span>
        <ShareCount share={k.with} />
      </td>
      <td className="num nw hidephone">
        {tell(k.without)}
        <span className="dd"> · </span>
        <ShareCount share={k.without} />
      </td>
      <td className="barcell">
        {shown && <RatioBar {...shown} tone={look.tone} />}
        <span className="t12 nw" title={k.lift ? s.criteria.raw(f.num(k.lift.value)) : undefined}>
          {shown ? (
            <>
              {k.with.leads ? (
                <Link href={toLeads(k.with.leads + ':counted')}>{s.lift(f.num(shown.value))}</Link>
              ) : (
                s.lift(f.num(shown.value))
              )}{' '}
              <span className="dd">
                ({f.num(shown.low)}–{f.num(shown.high)}){!k.adjusted && ', ' + s.criteria.plain}
              </span>
            </>
          ) : (
            <span className="dd">{s.criteria.few}</span>
          )}
        </span>
      </td>
      <td>
        <span className={'tag ' + look.tag}>
          <Icon n={look.icon} size="xs" />
          {k.enough ? s.criteria.direction[k.direction] : s.criteria.few}
        </span>
        {k.enough && k.quiet && <span className="t12 dd quietwhy">{s.criteria.quiet}</span>}
      </td>
    </tr>
  );
}

export function Criteria({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const rows = [...r.criteria].sort(
    (a, b) => order.indexOf(a.direction) - order.indexOf(b.direction) || b.n - a.n,
  );
  const told = rows.filter((k) => k.enough);
  const few = rows.filter((k) => !k.enough);
  // a handful is no longer than the line that would stand for it
  const folds = few.length > 3;
  return (
    <Card id="criteria-h" title={s.criteria.title} hint={s.criteria.hint}>
      <div className="calscroll">
        <table className="calt crit">
          <thead>
            <tr>
              <th scope="col">{s.criteria.col.name}</th>
              <th scope="col" className="num hidephone">
                {s.criteria.col.points}
              </th>
              <th scope="col" className="num hidephone">
                {s.criteria.col.with}
              </th>
              <th scope="col" className="num hidephone">
                {s.criteria.col.without}
              </th>
              <th scope="col">{s.criteria.col.lift}</th>
              <th scope="col">{s.criteria.col.verdict}</th>
            </tr>
          </thead>
          <tbody>
            {told.map((k) => (
              <Row key={k.criterion} k={k} />
            ))}
            {folds && (
              <tr>
                <td colSpan={6}>
                  <button type="button" className="lnk" aria-expanded={open} onClick={() => setOpen(!open)}>
                    {s.criteria.fewRows(few.length)}
                    <Icon n={open ? 'up' : 'down'} size="xs" />
                  </button>
                </td>
              </tr>
            )}
            {(open || !folds) && few.map((k) => <Row key={k.criterion} k={k} />)}
          </tbody>
        </table>
      </div>
      {may(me, 'model.edit') && (
        <p className="calact">
          <Link className="btn" href="/scoring">
            <Icon n="edit" size="s" />
            {s.criteria.edit}
          </Link>
        </p>
      )}
    </Card>
  );
}
