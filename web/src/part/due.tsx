/* When a task is due: a clock while its norm runs, a date otherwise; a mark when there is no step at all. */
import type { NextTask } from '../api/types';
import { useNow } from '../app/clock';
import { useFmt, useT } from '../i18n';
import { Icon } from '../kit';

export type DueState = 'run' | 'soon' | 'late';

const SOON = 150_000;

export const dueState = (left: number): DueState => (left < 0 ? 'late' : left <= SOON ? 'soon' : 'run');

/* A task without a deadline is never late. */
export const dueOf = (t: { due_at: string | null }): number => (t.due_at ? Date.parse(t.due_at) : Infinity);

export const isHot = (t: { kind: string }) => t.kind === 'call_now';

export function Countdown({ due, className = '' }: { due: number; className?: string }) {
  const f = useFmt();
  const left = due - useNow(1);
  const state = dueState(left);
  return (
    <span className={'sla ' + state + ' ' + className}>
      <Icon n={state === 'late' ? 'warn' : 'clock'} size="s" />
      <span role="timer" aria-live="off">
        {f.countdown(left)}
      </span>
    </span>
  );
}

export function Due({ task }: { task: NextTask }) {
  const t = useT();
  const f = useFmt();
  const now = useNow(isHot(task) ? 1 : 60);
  const at = dueOf(task);
  if (isHot(task) && !task.cooled_at && Math.abs(at - now) < 3_600_000)
    return (
      <span className="flow">
        <Countdown due={at} />
        <span className="d t12 cut">{at < now ? t.call.overdueCall : t.call.now}</span>
      </span>
    );
  const late = at < now;
  return (
    <span className="who">
      <span className={'cut ' + (late ? 'bad m' : 'm')}>
        {late && <Icon n="warn" size="xs" />}
        {late && <span className="vh">{t.call.overdue}</span>} {task.due_at && f.when(at, now)}
      </span>
      <span className="dd cut t12">{taskTitle(task, t)}</span>
    </span>
  );
}

type Words = { kind: Record<string, string>; now: string; cooled: string };

/* A title made by the house is told in the reader's language; one typed by a person stays. */
export const taskTitle = (
  task: { kind: string; title: string; cooled_at?: string | null },
  t: { call: Words },
): string =>
  task.kind === 'call_now'
    ? task.cooled_at
      ? t.call.cooled
      : t.call.now
    : task.title || t.call.kind[task.kind] || '';
