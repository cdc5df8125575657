/* Handing a lead over: people with their load, one click. Of one lead it is told who is not free for it, and to whom it is refused. */
import { useAssign, useManagers } from '../api/leads';
import { problemText } from '../api/problem';
import type { Lead, Manager } from '../api/types';
import { useT } from '../i18n';
import { Avatar, Block, Dialog, toast } from '../kit';
import { useLeadName } from './leadname';
import { useReceivers } from './receivers';

type Person = Pick<Manager, 'user_id' | 'name'>;
type Row = Person & { load: number; capacity: number; tag: string; tone: 'ok' | 'bad' | ''; off: boolean };

/* The rows of the dialog: of one lead as they stand towards it, of many as they stand by themselves. */
function usePeople(leads: Pick<Lead, 'id' | 'owner_id'>[], open: boolean) {
  const t = useT();
  const one = leads.length === 1 ? leads[0] : undefined;
  const managers = useManagers(open && !one);
  const receivers = useReceivers(open ? one?.id : undefined, null);
  if (!one)
    return {
      ...managers,
      data: managers.data?.items.map((m): Row => ({
        ...m,
        tag: m.on_duty ? t.assign.on : t.assign.off,
        tone: m.on_duty ? 'ok' : '',
        off: false,
      })),
    };
  return {
    ...receivers,
    data: receivers.data?.map((r): Row => ({
      ...r,
      user_id: r.manager_id,
      tag: r.note || t.assign.free,
      tone: !r.may ? 'bad' : r.note ? '' : 'ok',
      off: !r.may || one.owner_id === r.manager_id,
    })),
  };
}

export function AssignDialog({
  leads,
  open,
  onClose,
  onPick,
}: {
  leads: Pick<Lead, 'id' | 'called' | 'owner_id'>[];
  open: boolean;
  onClose: () => void;
  onPick?: (m: Person) => void; // a bulk is carried out by the list
}) {
  const t = useT();
  const people = usePeople(leads, open);
  const assign = useAssign();
  const pick = (m: Person) => {
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
      <Block q={people} rows={4}>
        {(rows) => (
          <ul className="pick">
            {rows.map((m) => (
              <li key={m.user_id}>
                <button className="opt" onClick={() => pick(m)} disabled={m.off}>
                  <Avatar name={m.name} small />
                  <span className="grow cut">{m.name}</span>
                  <span className={'t12 ' + (m.capacity && m.load >= m.capacity ? 'bad' : 'dd')}>
                    {t.assign.load(m.load, m.capacity)}
                  </span>
                  <span className={'tag ' + m.tone}>{m.tag}</span>
                </button>
              </li>
            ))}
            {!rows.length && <li className="dd t13">{t.assign.nobody}</li>}
          </ul>
        )}
      </Block>
    </Dialog>
  );
}
