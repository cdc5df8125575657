/* The one offer of the board: warm leads of who has too many go to who has room. Hot ones stay where they were promised. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Overload } from '../../api/board';
import { api } from '../../api/client';
import { problemText } from '../../api/problem';
import { openStages, type Lead, type Page } from '../../api/types';
import { may, useMe } from '../../app/session';
import { useT } from '../../i18n';
import { Icon, toast } from '../../kit';
import { useLiveTexts } from './texts';

export function Offer({ o }: { o: Overload }) {
  const s = useLiveTexts();
  const t = useT();
  const me = useMe();
  const qc = useQueryClient();
  const go = useMutation({
    mutationFn: async () => {
      // the coolest of the warm ones: those whose manager matters least
      const p = await api.get<Page<Lead>>('/leads', {
        owner: o.from_id,
        band: 'warm',
        stage: openStages,
        sort: 'score',
        limit: o.units,
      });
      for (const l of p.items) await api.post(`/leads/${l.id}/assign`, { manager_id: o.to_id });
      return p.items.length;
    },
    onSuccess: (n) => toast(n ? s.over.done(n, o.to_name) : s.over.none),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => {
      for (const k of ['board', 'managers', 'leads', 'lead']) void qc.invalidateQueries({ queryKey: [k] });
    },
  });
  return (
    <section className="card offer t13">
      <Icon n="zap" size="s" />
      <span className="grow">
        <b className="b">{s.over.title(o.from_name, o.load, o.capacity)}</b>{' '}
        <span className="d">{s.over.offer(o.to_name, o.units)}</span>
      </span>
      <span className="row g6">
        <Link className="btn s" href={`/leads?owner=${o.from_id}&temp=warm&stage=${openStages}`}>
          {s.over.show}
        </Link>
        {may(me, 'lead.assign') && (
          <button className="btn s p" disabled={go.isPending} onClick={() => go.mutate()}>
            {s.over.go(o.units)}
          </button>
        )}
      </span>
    </section>
  );
}
