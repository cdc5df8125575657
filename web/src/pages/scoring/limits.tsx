/* What bounds a rule: repeats, points in all, cool-down, ageing; said in one line that opens their form. */
import { useEffect, useId, useRef } from 'react';
import type { Ageing, Criterion } from '../../api/models';
import { useFmt } from '../../i18n';
import type { Format } from '../../i18n/format';
import { Field, Select, usePop } from '../../kit';
import type { ScoringTexts } from './en';
import { useScoringTexts } from './texts';

type Field3 = 'times' | 'points' | 'cool' | 'age';
type Bit = { field: Field3; words: [string, string, string] };

/* What the sentence of a rule ends with: how often it counts; and how it cools. */
export function limitBits(c: Criterion, s: ScoringTexts, f: Format, perEvent: boolean): Bit[] {
  const out: Bit[] = [];
  if (perEvent && c.max_times) out.push({ field: 'times', words: s.limits.times(c.max_times) });
  if (perEvent && c.cooldown_hours)
    out.push({ field: 'cool', words: s.limits.cooldown(f.num(c.cooldown_hours)) });
  if (c.max_points) out.push({ field: 'points', words: s.limits.points(f.num(c.max_points)) });
  return out;
}
export function ageBit(a: Ageing | null | undefined, s: ScoringTexts, f: Format): Bit {
  const words: Bit['words'] = !a
    ? ['', s.limits.none, '']
    : a.kind === 'half_life'
      ? s.limits.half(a.days)
      : a.kind === 'linear'
        ? s.limits.linear(f.num(a.percent), a.days)
        : s.limits.expire(a.days);
  return { field: 'age', words };
}
export const limitWords = (c: Criterion, s: ScoringTexts, f: Format, perEvent: boolean): string =>
  (perEvent ? s.limits.each : '') +
  limitBits(c, s, f, perEvent)
    .map((b) => b.words.join(''))
    .join('') +
  '; ' +
  ageBit(c.ageing, s, f).words.join('');

type Edit = {
  c: Criterion;
  title: string;
  edit: boolean;
  perEvent: boolean;
  onChange: (patch: Partial<Criterion>) => void;
};

/* «, за каждый раз, не больше 4 раз»: behind the condition, its values open their field. */
export function LimitTail(p: Edit) {
  const s = useScoringTexts();
  const f = useFmt();
  return (
    <>
      {limitBits(p.c, s, f, p.perEvent).map((b) => (
        <span key={b.field}>
          {b.words[0]}
          <LimitValue {...p} field={b.field} text={b.words[1]} />
          {b.words[2]}
        </span>
      ))}
    </>
  );
}
/* «остывает вдвое за 14 дней», and a way to the limits that are not said. */
export function AgeLine(p: Edit) {
  const s = useScoringTexts();
  const f = useFmt();
  const b = ageBit(p.c.ageing, s, f);
  const bare = p.edit && p.perEvent && !(p.c.max_times && p.c.cooldown_hours);
  return (
    <span>
      {b.words[0]}
      <LimitValue {...p} field="age" text={b.words[1]} />
      {b.words[2]}
      {bare && (
        <>
          {' · '}
          <LimitValue {...p} field={p.c.max_times ? 'cool' : 'times'} text={s.limits.more} />
        </>
      )}
    </span>
  );
}

function LimitValue({
  c,
  title,
  edit,
  perEvent,
  onChange,
  field,
  text,
}: Edit & { field: Field3; text: string }) {
  const s = useScoringTexts();
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const box = pop.current;
    (
      box?.querySelector<HTMLElement>(`[data-limit="${field}"] :is(input, select)`) ??
      box?.querySelector<HTMLElement>('input, select')
    )?.focus();
  }, [open, pop, field]);
  const shut = () => {
    set(false);
    btn.current?.focus();
  };
  if (!edit) return field === 'age' ? text : <b className="m">{text}</b>;
  return (
    <>
      <button
        ref={btn}
        type="button"
        className="vv lim"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={id}
        aria-label={s.limits.edit(title) + ': ' + text}
        onClick={() => set(!open)}
      >
        {text}
      </button>
      <div
        ref={pop}
        popover="manual"
        className="pop limpop"
        id={id}
        role="dialog"
        aria-label={s.limits.edit(title)}
        onKeyDown={(e) => {
          if (e.key !== 'Escape' && !(e.key === 'Enter' && e.target instanceof HTMLInputElement)) return;
          e.preventDefault();
          e.stopPropagation();
          shut();
        }}
      >
        {open && (
          <>
            <LimitsForm c={c} perEvent={perEvent} onChange={onChange} />
            <div className="row limdone">
              <button type="button" className="btn s sp" onClick={shut}>
                {s.done}
              </button>
            </div>
          </>
        )}
      </div>
    </>
  );
}

const num = (s: string): number | null => {
  const n = Number(s.replace(',', '.'));
  return s.trim() && Number.isFinite(n) && n > 0 ? n : null;
};

export function LimitsForm({
  c,
  perEvent,
  onChange,
}: {
  c: Criterion;
  perEvent: boolean;
  onChange: (patch: Partial<Criterion>) => void;
}) {
  const s = useScoringTexts();
  const a = c.ageing ?? null;
  const kind = a?.kind ?? 'none';
  const setKind = (k: string) => {
    const days = a?.days ?? (k === 'half_life' ? 14 : k === 'linear' ? 7 : 90);
    const next: Ageing | null =
      k === 'half_life'
        ? { kind: 'half_life', days }
        : k === 'linear'
          ? { kind: 'linear', percent: 10, days }
          : k === 'expire'
            ? { kind: 'expire', days }
            : null;
    onChange({ ageing: next });
  };
  return (
    <div className="limform">
      {perEvent ? (
        <>
          <div data-limit="times">
            <Field
              label={s.limits.maxTimes}
              inputMode="numeric"
              defaultValue={c.max_times || ''}
              onChange={(e) => {
                const n = num(e.currentTarget.value);
                onChange({ max_times: n ? Math.max(1, Math.round(n)) : null });
              }}
            />
          </div>
          <div data-limit="cool">
            <Field
              label={s.limits.cool}
              inputMode="decimal"
              defaultValue={c.cooldown_hours || ''}
              onChange={(e) => onChange({ cooldown_hours: num(e.currentTarget.value) })}
            />
          </div>
        </>
      ) : (
        <p className="t12 dd wide">{s.limits.stateOnly}</p>
      )}
      <div data-limit="points">
        <Field
          label={s.limits.maxPoints}
          inputMode="decimal"
          defaultValue={c.max_points || ''}
          hint={s.limits.empty}
          onChange={(e) => onChange({ max_points: num(e.currentTarget.value) })}
        />
      </div>
      <div data-limit="age">
        <Select
          label={s.limits.ageing}
          value={kind}
          items={(['none', 'half_life', 'linear', 'expire'] as const).map((k) => ({
            id: k,
            label: s.limits.kind[k],
          }))}
          onChange={setKind}
        />
      </div>
      {a?.kind === 'linear' && (
        <Field
          label={s.limits.percent}
          inputMode="decimal"
          defaultValue={a.percent}
          onChange={(e) => {
            const n = num(e.currentTarget.value);
            if (n) onChange({ ageing: { ...a, percent: Math.max(1, Math.min(100, Math.round(n))) } });
          }}
        />
      )}
      {a && (
        <Field
          key={a.kind}
          label={a.kind === 'expire' ? s.limits.life : s.limits.days}
          inputMode="decimal"
          defaultValue={a.days}
          onChange={(e) => {
            const n = num(e.currentTarget.value);
            if (n) onChange({ ageing: { ...a, days: n } });
          }}
        />
      )}
    </div>
  );
}
