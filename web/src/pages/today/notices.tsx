/* What one is told of one's certificates, until it is put away. Shown only when there is something. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { useNotices, type Notice } from '../../api/skills';
import { useFmt } from '../../i18n';
import { Icon } from '../../kit';
import type { TodayTexts } from './en';

export function Notices({ s }: { s: TodayTexts['notices'] }) {
  const f = useFmt();
  const qc = useQueryClient();
  const q = useNotices();
  const seen = useMutation({
    mutationFn: (n: Notice) => api.post<void>(`/notices/${n.id}/seen`),
    onSettled: () => qc.invalidateQueries({ queryKey: ['notices'] }),
  });
  if (!q.data?.items.length) return null;
  return (
    <ul className="notices" aria-label={s.title}>
      {q.data.items.map((n) => (
        <li key={n.id} className={'card row wrap g8 t13 n-' + n.kind}>
          <Icon n={n.kind === 'given' ? 'check' : 'warn'} size="s" />
          <span className="grow">{s.say[n.kind](n.product_name ?? '', n.until ? f.date(n.until) : '')}</span>
          <Link className="btn s" href="/exams">
            {s.open}
          </Link>
          <button className="btn g s" disabled={seen.isPending} onClick={() => seen.mutate(n)}>
            {s.away}
          </button>
        </li>
      ))}
    </ul>
  );
}
