import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Board, FeedItem } from '../../api/board';
import { useNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { Icon, type IconName } from '../../kit';
import { useLiveTexts } from './texts';
import { useCalled } from '../../part/leadname';

const icons: Record<string, IconName> = {
  assigned: 'flame',
  called: 'phone',
  queued: 'clock',
  won: 'star',
  late: 'warn',
};

/* What has happened today, newest first. */
export function Feed({ b }: { b: Board }) {
  const s = useLiveTexts();
  const f = useFmt();
  const now = useNow(60);
  return (
    <div className="card">
      <div className="hd">
        <h2>{s.feed.title}</h2>
      </div>
      {b.feed.length ? (
        <ul className="fd">
          {b.feed.slice(0, 9).map((x) => (
            <li key={x.at + x.kind + x.lead_id}>
              <time className="dd" dateTime={x.at}>
                {f.mark(x.at, now)}
              </time>
              <Icon n={x.late ? 'warn' : (icons[x.kind] ?? 'zap')} size="s" />
              <span>
                <Said x={x} />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="bd t13 d">{s.feed.none}</p>
      )}
    </div>
  );
}

function Said({ x }: { x: FeedItem }): ReactNode {
  const s = useLiveTexts();
  const f = useFmt();
  const called = useCalled();
  const who = x.manager_name ?? s.wait.nobody;
  const lead = (
    <Link href={'/leads/' + x.lead_id} className="b plain">
      {called(x.lead_name, x.lead_id)}
    </Link>
  );
  const score = x.score === null ? '' : `, ${x.score}°`;
  switch (x.kind) {
    case 'called':
      return (
        <>
          {s.feed.called(who)} {lead}
          {typeof x.seconds === 'number' && (
            <span className={x.late ? 'bad' : ''}>
              , {s.feed.answer(f.countdown(Math.abs(x.seconds) * 1000), !!x.late)}
            </span>
          )}
        </>
      );
    case 'won':
      return (
        <>
          {s.feed.won} {lead}
          {x.amount ? ', ' + f.moneyShort(x.amount) : ''}, {who}
        </>
      );
    case 'late':
      return (
        <>
          <span className="bad">{s.feed.late}</span> {lead}, {x.manager_name ?? s.breach.queue}
        </>
      );
    case 'queued':
      return (
        <>
          {lead}
          {score}, {s.feed.queued}
        </>
      );
    default:
      return (
        <>
          {lead}
          {score}, {s.feed.assigned(who)}
        </>
      );
  }
}
