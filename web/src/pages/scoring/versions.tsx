/* All versions and drafts, newest first: whose, why, what changed in words; an old one comes back by one button and one confirmation. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/client';
import { useModel, type Model, type ModelRow } from '../../api/models';
import { problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Dialog, Select, Skeleton, toast } from '../../kit';
import { useScoringTexts } from './texts';
import { useDiffWords, type Told } from './words';

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
  const [sure, setSure] = useState<{ id: string; what: 'back' | 'del' }>();
  const [told, setTold] = useState<string>();
  const act = useMutation({
    mutationFn: async ({ id, what }: { id: string; what: 'back' | 'del' }) => {
      if (what === 'back') await api.post<Model>(`/models/${id}/rollback`);
      else await api.del('/models/' + id);
    },
    onSuccess: (_m, { id, what }) => {
      setSure(undefined);
      toast(what === 'back' ? s.vers.done(rows.find((r) => r.id === id)?.version ?? 0) : s.vers.deleted);
      for (const k of [
        'models',
        ...(what === 'back' ? ['preview', 'me', 'leads', 'lead', 'score', 'board'] : []),
      ])
        void qc.invalidateQueries({ queryKey: [k] });
      if (what === 'back' || id === current) go('/scoring', { replace: true });
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const fork = useMutation({
    mutationFn: (m: ModelRow) => api.post<Model>('/models', { from: m.id, name: m.name }),
    onSuccess: (m) => {
      void qc.invalidateQueries({ queryKey: ['models'] });
      go(`/scoring/${m.id}/draft`);
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const list = [...rows].sort((a, b) => (at(a) < at(b) ? 1 : -1));
  const older = (m: ModelRow) => {
    const published = list.filter((x) => x.version > 0 && x.id !== m.id);
    if (m.state === 'draft') return published.find((x) => x.state === 'live') ?? published[0];
    return published.filter((x) => x.version < m.version).sort((a, b) => b.version - a.version)[0];
  };
  return (
    <Dialog open={open} onClose={onClose} title={s.vers.title} side>
      <ul className="vers">
        {list.map((m) => (
          <li key={m.id} aria-current={m.id === current || undefined}>
            <div className="row g6">
              <b className="m">{m.state === 'draft' ? s.vers.draft : 'v' + m.version}</b>
              {m.state !== 'draft' && (
                <span
                  className={'tag ' + (m.state === 'live' ? 'ok' : m.state === 'challenger' ? 'acc' : '')}
                >
                  {s.vers[m.state]}
                </span>
              )}
              <span className="sp t12 dd">{f.dateTime(at(m), now)}</span>
            </div>
            <div className="t12 d">
              {[m.name, m.author && s.vers.by(m.author)].filter(Boolean).join(' · ')}
            </div>
            {m.note && <div className="t13">{m.note}</div>}
            {sure?.id === m.id ? (
              <div className="sure">
                <p className="t13">{sure.what === 'back' ? s.vers.sure(m.version) : s.vers.delSure}</p>
                <div className="row g6">
                  <button
                    className="btn s p"
                    disabled={act.isPending}
                    autoFocus
                    onClick={() => act.mutate(sure)}
                  >
                    {sure.what === 'back' ? s.vers.rollback : s.vers.del}
                  </button>
                  <button className="btn s" onClick={() => setSure(undefined)}>
                    {t.cancel}
                  </button>
                </div>
              </div>
            ) : (
              <div className="row g6 wrap">
                <Link
                  className="btn s"
                  href={m.state === 'draft' ? `/scoring/${m.id}/draft` : '/scoring/' + m.id}
                >
                  {s.vers.open}
                </Link>
                {older(m) && (
                  <button
                    className="btn s g"
                    aria-expanded={told === m.id}
                    onClick={() => setTold(told === m.id ? undefined : m.id)}
                  >
                    {told === m.id ? s.vers.hide : s.vers.diff}
                  </button>
                )}
                {edit && m.state === 'retired' && (
                  <button className="btn s" onClick={() => setSure({ id: m.id, what: 'back' })}>
                    {s.vers.rollback}
                  </button>
                )}
                {edit && m.state !== 'draft' && (
                  <button className="btn s g" disabled={fork.isPending} onClick={() => fork.mutate(m)}>
                    {s.vers.fork}
                  </button>
                )}
                {edit && m.state === 'draft' && (
                  <button className="btn s g bad" onClick={() => setSure({ id: m.id, what: 'del' })}>
                    {s.vers.del}
                  </button>
                )}
              </div>
            )}
            {told === m.id && <VersionDiff of={m} rows={list} with={older(m)!} />}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/* One version against another, in words. */
function VersionDiff({ of, rows, with: first }: { of: ModelRow; rows: ModelRow[]; with: ModelRow }) {
  const s = useScoringTexts();
  const words = useDiffWords();
  const [other, setOther] = useState(first.id);
  const a = useModel(other);
  const b = useModel(of.id);
  return (
    <div className="col g6">
      <Select
        label={s.vers.against}
        value={other}
        items={rows.filter((r) => r.id !== of.id).map((r) => ({ id: r.id, label: s.vers.named(r) }))}
        onChange={setOther}
      />
      {a.data && b.data ? <DiffList list={words(a.data.body, b.data.body)} /> : <Skeleton rows={3} />}
    </div>
  );
}

export function DiffList({ list }: { list: Told[] }) {
  const s = useScoringTexts();
  if (!list.length) return <p className="t13 d">{s.words.none}</p>;
  return (
    <ul className="dwords t13">
      {list.map((w, i) => (
        <li key={i} className={w.kind}>
          {w.text}
        </li>
      ))}
    </ul>
  );
}
