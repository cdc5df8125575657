/* «Call now»: the clock, the result in one key, and the next step, which is always there: the usual one for the result,
   or the one chosen, before or after. */
import { useEffect, useRef, useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { api } from '../api/client';
import { refreshLead, useLogCall, useNextStep, useReopen, type Logged, type NextStep } from '../api/leads';
import type { Lead, Task, TaskKind, TaskResult } from '../api/types';
import { problemText } from '../api/problem';
import { serverNow, useNow } from '../app/clock';
import { useKeys } from '../app/keys';
import { useMe } from '../app/session';
import { useFmt, useT } from '../i18n';
import { Dialog, Field, Icon, toast, type IconName } from '../kit';
import { dueOf, isHot, taskTitle } from './due';
import { Ring } from './ring';
import { stepAt, usualStep, type StepId } from './steps';

type CallTask = Pick<
  Task,
  'id' | 'kind' | 'title' | 'due_at' | 'created_at' | 'sla_minutes' | 'assignee_id' | 'cooled_at'
>;
type Result = Exclude<TaskResult, 'done'>;

const results: [Result, IconName][] = [
  ['reached', 'check'],
  ['no_answer', 'x'],
  ['call_back', 'clock'],
  ['wrong_number', 'warn'],
];

export function CallBox({
  lead,
  task,
  keysModal = false,
  onLogged,
}: {
  lead: Pick<Lead, 'id' | 'called'>;
  task: CallTask | null;
  keysModal?: boolean;
  onLogged?: () => void;
}) {
  const t = useT();
  const f = useFmt();
  const [step, setStep] = useState<StepId | { at: string } | undefined>();
  const [note, setNote] = useState('');
  const [logged, setLogged] = useState<
    (Logged & { result: Result; step: StepId | { at: string } }) | undefined
  >();
  const log = useLogCall();
  const reopen = useReopen();
  const move = useNextStep();
  const picker = useRef<HTMLInputElement>(null);
  const [dating, setDating] = useState(false);

  useEffect(() => {
    setStep(undefined);
    setNote('');
    setLogged(undefined);
    setDating(false);
  }, [lead.id]);

  const toNext = (s: StepId | { at: string }): NextStep => ({
    kind: 'call',
    title: t.call.kind.call,
    due_at: typeof s === 'string' ? stepAt(s, serverNow(), f) : s.at,
  });
  const undo = (x: Logged) =>
    reopen.mutate(
      { task: x.task.id, lead: lead.id },
      {
        onSuccess: () => setLogged(undefined),
        onError: (e) => toast(problemText(e, t), { bad: true }),
      },
    );
  const finish = (result: Result) => {
    if (log.isPending || logged) return;
    const s = step ?? usualStep[result];
    log.mutate(
      { lead: lead.id, task, title: t.call.kind.call, result, note: note.trim(), next: toNext(s) },
      {
        onSuccess: (x) => {
          setLogged({ ...x, result, step: s });
          setNote('');
          toast(`${t.call.result[result]}. ${t.call.next}: ${f.when(toNext(s).due_at, serverNow())}`, {
            undo: () => undo(x),
          });
          onLogged?.();
        },
        onError: (e) => toast(problemText(e, t), { bad: true }),
      },
    );
  };
  const choose = (s: StepId | { at: string }) => {
    setStep(s);
    setDating(false);
    if (logged?.next_task)
      move.mutate(
        { lead: lead.id, task: logged.next_task, step: toNext(s) },
        {
          onSuccess: () => {
            setLogged({ ...logged, step: s });
            toast(`${t.call.next}: ${f.when(toNext(s).due_at, serverNow())}`);
          },
          onError: (e) => toast(problemText(e, t), { bad: true }),
        },
      );
  };

  useKeys(
    t.call.title,
    Object.fromEntries([
      ...results.map(([r], i) => ['Digit' + (i + 1), { run: () => finish(r), label: t.call.result[r] }]),
      ...(['hours', 'tomorrow', 'week'] as StepId[]).map((s, i) => [
        'Digit' + (i + 6),
        { run: () => choose(s), label: `${t.call.next}: ${t.call.step[s]}` },
      ]),
    ]),
    keysModal,
  );

  const chosen = logged ? logged.step : step;
  return (
    <div className="col g12">
      {task && !logged && <Clock task={task} />}
      {logged ? (
        <p className="done-call" role="status">
          <Icon n="check" size="s" />
          <b className="b">{t.call.result[logged.result]}</b>
          <button className="btn s g sp" onClick={() => undo(logged)}>
            <Icon n="undo" size="s" />
            {t.undo}
          </button>
        </p>
      ) : (
        <div className="col g6" role="group" aria-label={t.call.how}>
          <span className="t12 d m">{t.call.how}</span>
          <div className="res">
            {results.map(([r, icon], i) => (
              <button key={r} className="btn" disabled={log.isPending} onClick={() => finish(r)}>
                <Icon n={icon} size="s" />
                <span className="cut">{t.call.result[r]}</span>
                <kbd>{i + 1}</kbd>
              </button>
            ))}
          </div>
        </div>
      )}
      <div className="col g6" role="group" aria-label={t.call.nextMust}>
        <span className="t12 d m">{t.call.nextMust}</span>
        <div className="stepsel">
          {(['hours', 'tomorrow', 'week'] as StepId[]).map((s) => (
            <button key={s} className="btn s" aria-pressed={chosen === s} onClick={() => choose(s)}>
              {t.call.step[s]}
            </button>
          ))}
          <button
            className="btn s"
            aria-pressed={typeof chosen === 'object'}
            aria-expanded={dating}
            onClick={() => setDating(!dating)}
          >
            <Icon n="cal" size="s" />
            {t.call.date}
          </button>
        </div>
        {dating && (
          <form
            className="row"
            onSubmit={(e) => {
              e.preventDefault();
              if (picker.current?.value)
                choose({ at: new Date(f.fromWall(picker.current.value)).toISOString() });
            }}
          >
            <input
              ref={picker}
              className="in grow"
              type="datetime-local"
              aria-label={t.call.date}
              required
              autoFocus
            />
            <button className="btn s p">{t.save}</button>
          </form>
        )}
        {!logged && step === undefined && <span className="t12 dd">{t.call.usual}</span>}
        {typeof chosen === 'object' && <span className="t12 d">{f.when(chosen.at, serverNow())}</span>}
      </div>
      {!logged && (
        <textarea
          className="in"
          rows={2}
          placeholder={t.call.note}
          aria-label={t.call.noteLabel}
          value={note}
          maxLength={2000}
          onChange={(e) => setNote(e.currentTarget.value)}
        />
      )}
      {task && !logged && <Decline task={task} lead={lead.id} />}
    </div>
  );
}

/* A hot lead that cannot be taken goes to another at once, with a reason; it is never offered to this person again. */
function Decline({ task, lead }: { task: CallTask; lead: string }) {
  const t = useT();
  const me = useMe();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const decline = useMutation({
    mutationFn: () => api.post(`/tasks/${task.id}/decline`, { reason: reason.trim() }),
    onSuccess: () => {
      refreshLead(qc, lead);
      toast(t.call.declined);
      go('/today');
    },
  });
  if (!isHot(task) || task.assignee_id !== me.id) return null;
  return (
    <>
      <button className="btn s g declinebtn" onClick={() => setOpen(true)}>
        {t.call.decline}
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t.call.decline}>
        <form
          className="col g12"
          onSubmit={(e) => {
            e.preventDefault();
            decline.mutate();
          }}
        >
          <Field
            label={t.call.declineWhy}
            required
            maxLength={200}
            value={reason}
            error={decline.error ? problemText(decline.error, t) : undefined}
            onChange={(e) => setReason(e.currentTarget.value)}
          />
          <div className="row dlg-acts">
            <button type="button" className="btn" onClick={() => setOpen(false)}>
              {t.cancel}
            </button>
            <button className="btn p" disabled={decline.isPending}>
              {t.call.declineDo}
            </button>
          </div>
        </form>
      </Dialog>
    </>
  );
}

function Clock({ task }: { task: CallTask }) {
  const t = useT();
  const f = useFmt();
  const now = useNow(1);
  const due = dueOf(task);
  const left = due - now;
  if (!isHot(task) || task.cooled_at)
    return (
      <div className="row g6 wrap">
        {task.due_at && <b className={left < 0 ? 'b bad' : 'b'}>{f.when(task.due_at, now)}</b>}
        <span className="d t13">{taskTitle(task, t)}</span>
      </div>
    );
  const whole = task.sla_minutes ? task.sla_minutes * 60_000 : due - Date.parse(task.created_at);
  const minute = left < 0 ? t.call.overdue : left < 60_000 ? t.call.lastMinute : '';
  return (
    <div className="clock">
      <Ring share={left / Math.max(1, whole)} />
      <div className="col">
        <span className={'big' + (left < 0 ? ' bad' : '')} role="timer" aria-live="off">
          {f.countdown(left)}
        </span>
        <span className="t12 dd">{t.call.ofCame(f.countdown(whole), f.time(task.created_at))}</span>
        <span className="vh" role="status">
          {minute}
        </span>
      </div>
    </div>
  );
}

export type { TaskKind };
