/* All versions, newest first; an old one comes back by one button and one confirmation. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/client';
import type { Model, ModelRow } from '../../api/models';
import { problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Dialog, toast } from '../../kit';
import { useScoringTexts } from './texts';

const at = (m: ModelRow) => m.published_at ?? m.created_at;

export function Versions({
  open,
  rows,
  current,
  edit,
  onClose,
}: {
  open: boolean;
  rows: ModelRow[];
  current: string;
  edit: boolean;
  onClose: () => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const qc = useQueryClient();
  const [, go] = useLocation();
  const [sure, setSure] = useState<string>();
  const back = useMutation({
    mutationFn: (id: string) => api.post<Model>(`/models/${id}/rollback`),
    onSuccess: (_m, id) => {
      setSure(undefined);
      toast(s.vers.done(rows.find((r) => r.id === id)?.version ?? 0));
      for (const k of ['models', 'me', 'leads', 'lead', 'score', 'board'])
        void qc.invalidateQueries({ queryKey: [k] });
      go('/scoring', { replace: true });
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const list = [...rows].sort((a, b) => (at(a) < at(b) ? 1 : -1));
  return (
    <Dialog open={open} onClose={onClose} title={s.vers.title} side>
      <ul className="vers">
        {list.map((m) => (
          <li key={m.id} aria-current={m.id === current || undefined}>
            <div className="row g6">
              <b className="m">{m.state === 'draft' ? s.vers.draft : 'v' + m.version}</b>
              <span className={'tag ' + (m.state === 'live' ? 'ok' : m.state === 'draft' ? 'acc' : '')}>
                {s.vers[m.state]}
              </span>
              <span className="sp t12 dd">{f.dateTime(at(m), now)}</span>
            </div>
            <div className="t12 d">
              {[m.name, m.author && s.vers.by(m.author)].filter(Boolean).join(' · ')}
            </div>
            {m.note && <div className="t13">{m.note}</div>}
            {sure === m.id ? (
              <div className="sure">
                <p className="t13">{s.vers.sure(m.version)}</p>
                <div className="row g6">
                  <button
                    className="btn s p"
                    disabled={back.isPending}
                    autoFocus
                    onClick={() => back.mutate(m.id)}
                  >
                    {s.vers.rollback}
                  </button>
                  <button className="btn s" onClick={() => setSure(undefined)}>
                    {t.cancel}
                  </button>
                </div>
              </div>
            ) : (
              <div className="row g6">
                <Link
                  className="btn s"
                  href={m.state === 'draft' ? `/scoring/${m.id}/draft` : '/scoring/' + m.id}
                >
                  {s.vers.open}
                </Link>
                {edit && m.state === 'retired' && (
                  <button className="btn s" onClick={() => setSure(m.id)}>
                    {s.vers.rollback}
                  </button>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
