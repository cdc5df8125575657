import { Link } from 'wouter';
import { useOverdue } from '../../api/board';
import { serverNow, useNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { dueOf } from '../../part/due';
import { Block, Dialog, ScoreChip } from '../../kit';
import { useLiveTexts } from './texts';
import { useCalled } from '../../part/leadname';

/* The open calls behind the figure: whose, and by how much too late. */
export function Breaches({ open, onClose }: { open: boolean; onClose: () => void }) {
  const s = useLiveTexts();
  const f = useFmt();
  const now = useNow(60);
  const called = useCalled();
  const q = useOverdue(open, new Date(serverNow()).toISOString());
  return (
    <Dialog open={open} onClose={onClose} title={s.breach.title} side>
      <Block q={q} rows={4}>
        {(p) => {
          const list = p.items.filter((x) => x.kind === 'call_now');
          if (!list.length) return <p className="t13 d">{s.breach.none}</p>;
          return (
            <ul className="brl">
              {list.map((x) => (
                <li key={x.id}>
                  <ScoreChip score={x.score} band={x.band} />
                  <span className="col cut grow">
                    <Link href={'/leads/' + x.lead_id} className="m cut plain" onClick={onClose}>
                      {called(x.lead_name, x.lead_id)}
                    </Link>
                    <span className="t12 d cut">
                      {[x.company, x.assignee_name ?? s.wait.nobody].filter(Boolean).join(' · ')}
                    </span>
                  </span>
                  <span className="t12 bad b nw">{s.breach.over(f.span((now - dueOf(x)) / 60_000))}</span>
                </li>
              ))}
            </ul>
          );
        }}
      </Block>
    </Dialog>
  );
}
