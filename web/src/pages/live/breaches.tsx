import { Link } from 'wouter';
import { useBreaches, type Breach } from '../../api/board';
import { useNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { Block, Dialog, ScoreChip } from '../../kit';
import { useScope } from './scope';
import { useLiveTexts } from './texts';
import { useCalled } from '../../part/leadname';

/* The calls behind the figure: how long each lead has waited, whose deadline passed, and who has it now. */
export function Breaches({ open, onClose }: { open: boolean; onClose: () => void }) {
  const s = useLiveTexts();
  const q = useBreaches(open, useScope().asked);
  return (
    <Dialog open={open} onClose={onClose} title={s.breach.title} side>
      <Block q={q} rows={4}>
        {(p) =>
          p.items.length ? (
            <>
              <ul className="brl">
                {p.items.map((x) => (
                  <One key={x.task_id} x={x} onClose={onClose} />
                ))}
              </ul>
              {(p.total ?? 0) > p.items.length && (
                <p className="t12 d">{s.breach.more(p.total! - p.items.length)}</p>
              )}
            </>
          ) : (
            <p className="t13 d">{s.breach.none}</p>
          )
        }
      </Block>
    </Dialog>
  );
}

function One({ x, onClose }: { x: Breach; onClose: () => void }) {
  const s = useLiveTexts();
  const f = useFmt();
  const called = useCalled();
  const now = useNow(60);
  const waited = (Date.parse(x.ended_at ?? '') || now) - Date.parse(x.created_at);
  const by = s.breach.by(f.mark(x.late_at, now), x.late_by_name ?? s.breach.queue);
  const had = x.assignee_id !== x.late_by_id && s.breach.now(x.assignee_name ?? s.wait.nobody, !x.ended_at);
  return (
    <li>
      <ScoreChip score={x.score} band={x.band} />
      <span className="col grow">
        <Link href={'/leads/' + x.lead_id} className="m cut plain" onClick={onClose}>
          {called(x.lead_name, x.lead_id)}
        </Link>
        <span className="t12 d">{[by, had].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="col t12 nw">
        <span className={x.ended_at ? 'd' : 'bad b'}>{s.breach.state[x.state]}</span>
        <span className="d">{(x.ended_at ? s.breach.waited : s.wait.waits)(f.countdown(waited))}</span>
      </span>
    </li>
  );
}
