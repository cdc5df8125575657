/* Which report the column of lifts is from: its day, how many outcomes it does not know, and the way to a new one. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { makeCalibration } from '../../api/calibration';
import { liftsKey, type Lifts } from '../../api/models';
import { problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { toast } from '../../kit';
import { useScoringTexts } from './texts';

const DAY = 86_400_000;
const MANY_NEWS = 1000; // the server counts no further

export function LiftReport({ model, x, edit }: { model: string; x: Lifts; edit: boolean }) {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const qc = useQueryClient();
  const make = useMutation({
    mutationFn: () => makeCalibration({ model }),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => qc.invalidateQueries({ queryKey: liftsKey(model) }),
  });
  const making = make.isPending || !!x.running;
  const old = !x.report || x.news > 0 || (x.finished_at && now - Date.parse(x.finished_at) > DAY);
  const said = !x.report
    ? x.state === 'failed'
      ? s.lift.report.failed
      : s.lift.report.none(s.col.lift)
    : s.lift.report.of(s.col.lift, f.when(x.finished_at!, now));
  return (
    <p className="row wrap g6 t12 dd" role="status">
      <span>
        {said}
        {x.report && x.news > 0 && (
          <span className="warnc">
            {' · '}
            {s.lift.report.news(f.num(x.news) + (x.news >= MANY_NEWS ? '+' : ''))}
          </span>
        )}
      </span>
      {x.report && (
        <Link href="/calibration" className="nw">
          {s.lift.report.more}
        </Link>
      )}
      {making ? (
        <span className="tag">{s.lift.report.making}</span>
      ) : (
        edit &&
        old && (
          <button className="btn s" onClick={() => make.mutate()}>
            {s.lift.report.make}
          </button>
        )
      )}
    </p>
  );
}
