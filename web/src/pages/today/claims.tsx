/* Calls for whoever takes them first. Shown only when there are any. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Countdown } from '../../part/due';
import { api } from '../../api/client';
import { problemText } from '../../api/problem';
import { useClaims } from '../../api/share';
import type { Task } from '../../api/types';
import { useT } from '../../i18n';
import { ScoreChip, toast } from '../../kit';
import { useCalled } from '../../part/leadname';

export type ClaimTexts = { title: string; take: string; taken: (name: string) => string };

export function Claims({ s }: { s: ClaimTexts }) {
  const t = useT();
  const qc = useQueryClient();
  const called = useCalled();
  const q = useClaims();
  const take = useMutation({
    mutationFn: (x: Task) => api.post<Task>(`/tasks/${x.id}/claim`),
    onSuccess: (_d, x) => toast(s.taken(called(x.lead_name, x.lead_id))),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => {
      for (const k of ['claims', 'today', 'leads', 'tasks']) void qc.invalidateQueries({ queryKey: [k] });
    },
  });
  if (!q.data?.items.length) return null;
  return (
    <section className="card claims" aria-labelledby="claims">
      <div className="hd">
        <h2 id="claims">{s.title}</h2>
        <span className="sp dd">{q.data.items.length}</span>
      </div>
      <ul className="bd">
        {q.data.items.map((x) => (
          <li key={x.id} className="row g8">
            {x.band && <ScoreChip band={x.band} score={x.score ?? 0} />}
            <span className="grow cut">
              <b className="m">{called(x.lead_name, x.lead_id)}</b>{' '}
              <span className="dd t13">{x.company}</span>
            </span>
            {x.due_at && <Countdown due={Date.parse(x.due_at)} />}
            <button className="btn s p" disabled={take.isPending} onClick={() => take.mutate(x)}>
              {s.take}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
