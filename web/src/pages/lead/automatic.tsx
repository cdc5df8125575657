/* "This is a robot" on an event of the timeline, and taking it back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { problemText } from '../../api/problem';
import type { Mark, MarkAsk } from '../../api/quarantine';
import type { TimelineItem } from '../../api/types';
import { may, useMe } from '../../app/session';
import { useT } from '../../i18n';
import { Icon, Menu, toast } from '../../kit';
import { useLeadT } from './text';

export function AutomaticMenu({ e, lead }: { e: TimelineItem; lead: string }) {
  const tt = useT();
  const t = useLeadT();
  const me = useMe();
  const qc = useQueryClient();
  const done = () => {
    for (const key of ['timeline', 'lead', 'score', 'probability', 'leads', 'quarantine', 'tasks', 'today'])
      void qc.invalidateQueries({ queryKey: [key] });
  };
  const undo = useMutation({
    mutationFn: (id: string) => api.post<Mark>(`/quarantine/${id}/undo`),
    onSuccess: () => toast(t.auto.undone),
    onError: (x) => toast(problemText(x, tt), { bad: true }),
    onSettled: done,
  });
  const mark = useMutation({
    mutationFn: (ask: MarkAsk) => api.post<Mark>('/quarantine', ask),
    onSuccess: (m) =>
      toast(m.person ? t.auto.isPerson : t.auto.isRobot, {
        undo: () => undo.mutate(m.id),
      }),
    onError: (x) => toast(problemText(x, tt), { bad: true }),
    onSettled: done,
  });
  if (!may(me, 'lead.edit') || !e.lead_id || e.kind === 'deed') return null;
  const ask = (more: Omit<MarkAsk, 'lead_id'>) => () => mark.mutate({ ...more, lead_id: lead });
  const items = e.mark_id
    ? [{ label: t.auto.undo, run: () => undo.mutate(e.mark_id!) }]
    : e.bot
      ? [{ label: t.auto.person, run: ask({ kind: 'event', event_id: e.id, person: true }) }]
      : [
          { label: t.auto.event, run: ask({ kind: 'event', event_id: e.id }) },
          ...(e.visitor ? [{ label: t.auto.visitor, run: ask({ kind: 'visitor', value: e.visitor }) }] : []),
          { label: t.auto.lead, run: ask({ kind: 'lead' }) },
        ];
  return (
    <Menu label={t.auto.menu} className="btn s g ic automenu" items={items}>
      <Icon n="dots" size="s" />
    </Menu>
  );
}
