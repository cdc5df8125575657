/* Handing a lead over: the managers with their load, one click. */
import { useAssign, useManagers } from '../api/leads';
import { problemText } from '../api/problem';
import type { Lead, Manager } from '../api/types';
import { useT } from '../i18n';
import { Avatar, Block, Dialog, toast } from '../kit';
import { useLeadName } from './leadname';

export function AssignDialog({
  leads,
  open,
  onClose,
  onPick,
}: {
  leads: Pick<Lead, 'id' | 'called' | 'owner_id'>[];
  open: boolean;
  onClose: () => void;
  onPick?: (m: Manager) => void; // a bulk is carried out by the list
}) {
  const t = useT();
  const managers = useManagers(open);
  const assign = useAssign();
  const pick = (m: Manager) => {
    onClose();
    if (onPick) return onPick(m);
    for (const l of leads)
      assign.mutate(
        { id: l.id, manager: m },
        {
          onSuccess: () => toast(t.assign.done(m.name)),
          onError: (e) => toast(problemText(e, t), { bad: true }),
        },
      );
  };
  const leadName = useLeadName();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={
        leads.length === 1
          ? `${t.assign.title}: ${leads[0] ? leadName(leads[0]) : ''}`
          : t.assign.many(leads.length)
      }
    >
      <Block q={managers} rows={4}>
        {(p) => (
          <ul className="pick">
            {p.items.map((m) => (
              <li key={m.id}>
                <button
                  className="opt"
                  onClick={() => pick(m)}
                  disabled={leads.length === 1 && leads[0]?.owner_id === m.user_id}
                >
                  <Avatar name={m.name} small />
                  <span className="grow cut">{m.name}</span>
                  <span className={'t12 ' + (m.load >= m.capacity ? 'bad' : 'dd')}>
                    {t.assign.load(m.load, m.capacity)}
                  </span>
                  <span className={'tag ' + (m.on_duty ? 'ok' : '')}>
                    {m.on_duty ? t.assign.on : t.assign.off}
                  </span>
                </button>
              </li>
            ))}
            {!p.items.length && <li className="dd t13">{t.assign.nobody}</li>}
          </ul>
        )}
      </Block>
    </Dialog>
  );
}
