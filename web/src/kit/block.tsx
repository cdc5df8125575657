/* The three states of a block: waiting (skeleton after 150 ms), failed (with «try again»), empty. */
import { useEffect, useState, type ReactNode } from 'react';
import { problemText } from '../api/problem';
import { useT } from '../i18n';
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

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT();
  return (
    <div className="failed" role="alert">
      <Icon n="warn" />
      <span>{problemText(error, t)}</span>
      {retry && (
        <button className="btn s" onClick={retry}>
          {t.retry}
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="m">{title}</p>
      {children && <div className="row wrap empty-acts">{children}</div>}
    </div>
  );
}

/* One query, its states, and the content when there is some; old data stays while new comes. */
export function Block<T>({
  q,
  rows,
  children,
}: {
  q: { data: T | undefined; error: unknown; refetch: () => unknown };
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (q.data !== undefined) return <>{children(q.data)}</>;
  if (q.error) return <Failed error={q.error} retry={() => void q.refetch()} />;
  return <Skeleton rows={rows} />;
}
