/* The three states of a block: waiting (skeleton after 150 ms), failed (with «try again»), empty. */
import { useEffect, useState, type ReactNode } from 'react';
import { problemText } from '../api/problem';
import { useT } from '../i18n';
import { Later } from './boundary';
import { Icon } from './icon';

export function Skeleton({ rows = 6 }: { rows?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const w = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(w);
  }, []);
  const t = useT();
  return (
    <div className="skel" role="status" aria-label={t.loading}>
      {late && Array.from({ length: rows }, (_, i) => <i key={i} />)}
    </div>
  );
}

/* What went wrong, and what can be done about it. */
export function Told({ text, act, run }: { text: string; act?: string; run?: () => void }) {
  return (
    <div className="failed" role="alert">
      <Icon n="warn" />
      <span>{text}</span>
      {run && (
        <button className="btn s" onClick={run}>
          {act}
        </button>
      )}
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT();
  return <Told text={problemText(error, t)} act={t.retry} {...(retry ? { run: retry } : {})} />;
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="m">{title}</p>
      {children && <div className="row wrap empty-acts">{children}</div>}
    </div>
  );
}

/* One query, its states, and the content when there is some; old data stays while new comes. Words or a part that the content is first to ask
   for are waited for here: further up, the whole screen would be taken away while they come, with its keys and the place of what is being typed. */
export function Block<T>({
  q,
  rows,
  children,
}: {
  q: { data: T | undefined; error: unknown; refetch: () => unknown };
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  // what the data cannot be drawn with is no reason to draw nothing once they are other data
  if (q.data !== undefined)
    return (
      <Later at={q.data} wait={<Skeleton rows={rows} />}>
        <Fill data={q.data} draw={children} />
      </Later>
    );
  if (q.error) return <Failed error={q.error} retry={() => void q.refetch()} />;
  return <Skeleton rows={rows} />;
}

function Fill<T>({ data, draw }: { data: T; draw: (data: T) => ReactNode }) {
  return <>{draw(data)}</>;
}
