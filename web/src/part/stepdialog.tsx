/* The next step alone, without a call: kind and time, two clicks. */
import { useRef, useState } from 'react';
import { useNextStep } from '../api/leads';
import { problemText } from '../api/problem';
import type { Lead, TaskKind } from '../api/types';
import { serverNow } from '../app/clock';
import { useFmt, useT } from '../i18n';
import { Dialog, Seg, toast } from '../kit';
import { stepAt, type StepId } from './steps';
import { useLeadName } from './leadname';

export function StepDialog({
  lead,
  open,
  onClose,
}: {
  lead: Pick<Lead, 'id' | 'called' | 'next_task'> | undefined;
  open: boolean;
  onClose: () => void;
}) {
  const t = useT();
  const f = useFmt();
  const next = useNextStep();
  const [kind, setKind] = useState<TaskKind>('call');
  const [title, setTitle] = useState('');
  const picker = useRef<HTMLInputElement>(null);
  const put = (due_at: string) => {
    if (!lead) return;
    const task = lead.next_task?.id ? lead.next_task : null;
    next.mutate(
      { lead: lead.id, task, step: { kind, title: title.trim() || t.call.kind[kind], due_at } },
      {
        onSuccess: () => toast(`${t.call.next}: ${f.when(due_at, serverNow())}`),
        onError: (e) => toast(problemText(e, t), { bad: true }),
      },
    );
    setTitle('');
    onClose();
  };
  const leadName = useLeadName();
  return (
    <Dialog open={open} onClose={onClose} title={`${t.call.next}: ${lead ? leadName(lead) : ''}`}>
      <div className="col g12">
        <Seg
          label={t.call.next}
          value={kind}
          onChange={setKind}
          items={(['call', 'meeting', 'letter', 'other'] as TaskKind[]).map((id) => ({
            id,
            label: t.call.kind[id],
          }))}
        />
        <input
          className="in"
          aria-label={t.call.what}
          placeholder={t.call.what}
          value={title}
          maxLength={200}
          onChange={(e) => setTitle(e.currentTarget.value)}
        />
        <div className="stepsel three">
          {(['hours', 'tomorrow', 'week'] as StepId[]).map((s, i) => (
            <button
              key={s}
              className="btn"
              data-focus={i === 1 || undefined}
              onClick={() => put(stepAt(s, serverNow(), f))}
            >
              {t.call.step[s]}
            </button>
          ))}
        </div>
        <form
          className="row"
          onSubmit={(e) => {
            e.preventDefault();
            if (picker.current?.value) put(new Date(f.fromWall(picker.current.value)).toISOString());
          }}
        >
          <input
            ref={picker}
            className="in grow"
            type="datetime-local"
            aria-label={t.call.date}
            required
            min={f.wall(serverNow())}
          />
          <button className="btn p">{t.save}</button>
        </form>
      </div>
    </Dialog>
  );
}
