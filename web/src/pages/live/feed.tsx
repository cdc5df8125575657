import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Board, FeedItem } from '../../api/board';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Icon, type IconName } from '../../kit';
import type { LiveTexts } from './en';
import { useLiveTexts } from './texts';

const icons: Record<string, IconName> = {
  hot: 'flame',
  warm: 'sun',
  cold: 'snow',
  assigned: 'users',
  reached: 'check',
  called: 'phone',
  breach: 'warn',
  waiting: 'clock',
  new: 'plus',
  merged: 'merge',
  won: 'star',
  lost: 'x',
};

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
          {b.feed.slice(0, 12).map((x) => (
            <li key={x.at + x.kind + x.lead_id}>
              <time className="dd" dateTime={x.at}>
                {f.mark(x.at, now)}
              </time>
              <Icon n={icons[x.text_key ?? ''] ?? icons[x.kind] ?? 'zap'} size="s" />
              <span>
                <Said x={x} s={s} />
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

function Said({ x, s }: { x: FeedItem; s: LiveTexts }): ReactNode {
  const t = useT();
  const key = x.text_key && x.text_key in s.feed ? x.text_key : x.kind;
  const who = x.manager_name ?? s.wait.nobody;
  const lead = x.lead_id ? (
    <Link href={'/leads/' + x.lead_id} className="b plain">
      {x.lead_name || t.none}
    </Link>
  ) : (
    <b className="b">{x.lead_name}</b>
  );
  const score = x.score !== null && x.score !== undefined ? `, ${x.score}°` : '';
  switch (key) {
    case 'assigned':
      return (
        <>
          {lead}
          {score}, {s.feed.assigned(who)}
        </>
      );
    case 'reached':
    case 'called':
      return (
        <>
          {s.feed[key](who)} {lead}
        </>
      );
    case 'breach':
    case 'won':
    case 'lost':
      return (
        <>
          {s.feed[key]} {lead}
          {x.manager_name && `, ${x.manager_name}`}
        </>
      );
    case 'hot':
      return (
        <>
          {lead}
          {score}, {x.manager_name ? s.feed.assigned(x.manager_name) : s.feed.hot}
        </>
      );
    default: {
      const word = s.feed[key as 'new'];
      return (
        <>
          {lead}
          {score}
          {typeof word === 'string' && `, ${word}`}
          {x.manager_name && `, ${x.manager_name}`}
        </>
      );
    }
  }
}
