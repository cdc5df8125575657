import { Link } from 'wouter';
import type { Board } from '../../api/board';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { useLiveTexts } from './texts';

/* Leads nobody could take: why, and by when somebody is promised. */
export function Queue({ b }: { b: Board }) {
  const s = useLiveTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  return (
    <div className="card">
      <div className="hd">
        <h2>{s.queue.title}</h2>
        {b.queue.length > 0 && <span className="tag warn sp">{b.queue.length}</span>}
      </div>
      {b.queue.length ? (
        <ul className="ql">
          {b.queue.slice(0, 8).map((q) => (
            <li key={q.lead_id}>
              <span className="row g6 t13">
                <Link href={'/leads/' + q.lead_id} className="m cut plain">
                  {q.name || t.none}
                </Link>
                <span className="sp t12 dd nw">
                  {s.queue.since(f.span(Math.max(1, (now - Date.parse(q.since)) / 60_000)))}
                </span>
              </span>
              <span className="t12 d">
                {s.queue.why[q.why] ?? q.why} ·{' '}
                {q.promise_due ? s.queue.promise(f.when(q.promise_due, now)) : s.queue.noPromise}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="bd t13 d">{s.queue.none}</p>
      )}
    </div>
  );
}
