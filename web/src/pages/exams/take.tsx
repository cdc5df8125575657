/* A test being taken: one question at a time, each answer kept as it is given, the time by the server's clock. By keyboard: digits choose, Enter goes
   on, arrows turn. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client';
import { problemText } from '../../api/problem';
import type { Exam, ExamItem, Given } from '../../api/skills';
import { learnTime, useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Dialog } from '../../kit';
import { useExamTexts } from './texts';

const LAST_MINUTE = 60_000;
const TYPED_MS = 600;
const empty = (g: Given) => g === null || g === '' || (Array.isArray(g) && !g.length);

export function Take({ exam }: { exam: Exam }) {
  const s = useExamTexts();
  const t = useT();
  const qc = useQueryClient();
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      exam.items.findIndex((i) => i.given === null),
    ),
  );
  const [given, setGiven] = useState<Given[]>(() => exam.items.map((i) => i.given));
  const [state, setState] = useState<'kept' | 'keeping' | 'notKept'>();
  const [sure, setSure] = useState(false);
  const waiting = useRef(new Map<number, ReturnType<typeof setTimeout>>());
  const latest = useRef(given);
  latest.current = given;
  useEffect(() => learnTime(exam.now), [exam.now]);

  const keep = async (place: number, tries = 0): Promise<void> => {
    waiting.current.delete(place);
    setState('keeping');
    const g = latest.current[place]!;
    try {
      await api.put(`/exams/${exam.id}/answers/${place}`, { answer: empty(g) ? null : g });
      setState(waiting.current.size ? 'keeping' : 'kept');
    } catch {
      setState('notKept');
      if (tries < 5)
        waiting.current.set(
          place,
          setTimeout(() => void keep(place, tries + 1), 1000 * 2 ** tries),
        );
    }
  };
  const answer = (place: number, g: Given, soon: boolean) => {
    setGiven((o) => o.map((x, i) => (i === place ? g : x)));
    clearTimeout(waiting.current.get(place));
    waiting.current.set(
      place,
      setTimeout(() => void keep(place), soon ? 0 : TYPED_MS),
    );
  };
  const flush = () =>
    Promise.all(
      [...waiting.current].map(([place, timer]) => {
        clearTimeout(timer);
        return keep(place, 5);
      }),
    );
  useEffect(() => () => void flush(), []); // eslint-disable-line react-hooks/exhaustive-deps

  const finish = useMutation({
    mutationFn: async () => {
      await flush();
      return api.post<Exam>(`/exams/${exam.id}/finish`);
    },
    retry: 3,
    onSuccess: (x) => {
      qc.setQueryData(['exam', exam.id], x);
      for (const k of ['exams', 'notices', 'certification']) void qc.invalidateQueries({ queryKey: [k] });
    },
  });
  const item = exam.items[at]!;
  const turn = (d: number) => setAt((i) => Math.max(0, Math.min(exam.items.length - 1, i + d)));
  const pick = (i: number) => {
    if (item.kind === 'one') answer(at, i, true);
    else if (item.kind === 'several') {
      const had = (given[at] as number[] | null) ?? [];
      answer(at, had.includes(i) ? had.filter((x) => x !== i) : [...had, i], true);
    }
  };
  const last = at === exam.items.length - 1;
  const key = (e: React.KeyboardEvent) => {
    const typing = (e.target as HTMLElement).matches('input:not([type=radio]):not([type=checkbox])');
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    if (!typing && /^[1-9]$/.test(e.key) && Number(e.key) <= item.options.length) pick(Number(e.key) - 1);
    else if (e.key === 'Enter' && !(e.target as HTMLElement).matches('button'))
      last ? setSure(true) : turn(1);
    else if (!typing && e.key === 'ArrowRight') turn(1);
    else if (!typing && e.key === 'ArrowLeft') turn(-1);
    else return;
    e.preventDefault();
  };
  const open = given.filter(empty).length;
  return (
    <section className="card take" onKeyDown={key}>
      <div className="hd wrap">
        <b className="m">{s.question(at + 1, exam.items.length)}</b>
        <span className="t13 dd">{s.answered(exam.items.length - open, exam.items.length)}</span>
        <Timer due={Date.parse(exam.due_at)} onOver={() => !finish.isPending && finish.mutate()} />
      </div>
      <div className="bd col g12">
        <nav className="dots" aria-label={s.answered(exam.items.length - open, exam.items.length)}>
          {exam.items.map((i) => (
            <button
              key={i.place}
              className={empty(given[i.place]!) ? '' : 'done'}
              aria-current={i.place === at ? 'step' : undefined}
              aria-label={s.question(i.place + 1, exam.items.length)}
              onClick={() => setAt(i.place)}
            >
              {i.place + 1}
            </button>
          ))}
        </nav>
        <Question
          key={at}
          item={item}
          given={given[at]!}
          onPick={pick}
          onType={(v) => answer(at, v, false)}
        />
        <div className="row wrap g6">
          <span className={'t12 ' + (state === 'notKept' ? 'bad' : 'dd')} role="status">
            {state && s[state]}
          </span>
          <span className="t12 dd keysay">{item.options.length ? s.keys : s.keysTyped}</span>
          <span className="sp row g6">
            <button className="btn" disabled={at === 0} onClick={() => turn(-1)}>
              {s.back}
            </button>
            {!last && (
              <button className="btn p" onClick={() => turn(1)}>
                {s.next}
              </button>
            )}
            <button className={last ? 'btn p' : 'btn'} onClick={() => setSure(true)}>
              {s.finish}
            </button>
          </span>
        </div>
        {finish.error && <p className="bad t13">{problemText(finish.error, t)}</p>}
      </div>
      <Dialog open={sure} onClose={() => setSure(false)} title={s.finish}>
        <div className="form">
          <p>{s.finishSure(open)}</p>
          <div className="row g6">
            <button className="btn sp" onClick={() => setSure(false)}>
              {t.cancel}
            </button>
            <button className="btn p" data-focus disabled={finish.isPending} onClick={() => finish.mutate()}>
              {s.finishYes}
            </button>
          </div>
        </div>
      </Dialog>
    </section>
  );
}

function Timer({ due, onOver }: { due: number; onOver: () => void }) {
  const s = useExamTexts();
  const f = useFmt();
  const now = useNow(1);
  const left = due - now;
  const over = left <= 0;
  useEffect(() => {
    if (over) onOver();
  }, [over]); // eslint-disable-line react-hooks/exhaustive-deps
  return (
    <span className={'sp timer ' + (left <= LAST_MINUTE ? 'bad' : '')} role="timer" aria-label={s.timeLeft}>
      {over ? s.over : f.countdown(left)}
    </span>
  );
}

function Question({
  item,
  given,
  onPick,
  onType,
}: {
  item: ExamItem;
  given: Given;
  onPick: (i: number) => void;
  onType: (v: string) => void;
}) {
  const s = useExamTexts();
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => box.current?.querySelector<HTMLElement>('input')?.focus(), []);
  const on = (i: number) => (Array.isArray(given) ? given.includes(i) : given === i);
  const choice = item.kind === 'one' || item.kind === 'several';
  return (
    <fieldset ref={box} className="qbox">
      <legend>
        {item.text}
        <span className="t12 dd"> {s.points(item.weight)}</span>
      </legend>
      {item.kind === 'several' && <p className="t12 dd">{s.several}</p>}
      {choice ? (
        item.options.map((o, i) => (
          <label key={i} className="qopt">
            <input
              type={item.kind === 'one' ? 'radio' : 'checkbox'}
              name="q"
              checked={on(i)}
              onChange={() => onPick(i)}
            />
            <span className="keyn">{i + 1}</span>
            <span>{o}</span>
          </label>
        ))
      ) : (
        <input
          className="in"
          inputMode={item.kind === 'number' ? 'decimal' : 'text'}
          aria-label={item.kind === 'number' ? s.yourNumber : s.yourText}
          placeholder={item.kind === 'number' ? s.yourNumber : s.yourText}
          maxLength={500}
          autoComplete="off"
          value={(given as string | null) ?? ''}
          onChange={(e) => onType(e.currentTarget.value)}
        />
      )}
    </fieldset>
  );
}
