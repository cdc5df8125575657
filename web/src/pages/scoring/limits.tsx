/* What bounds a rule: repeats, points in all, cool-down, ageing; said in one line that opens their form. */
import { useEffect, useId, useRef } from 'react';
import type { Ageing, Criterion } from '../../api/models';
import { useFmt } from '../../i18n';
import type { Format } from '../../i18n/format';
import { Field, Select, usePop } from '../../kit';
import type { ScoringTexts } from './en';
import { useScoringTexts } from './texts';

export function limitWords(c: Criterion, s: ScoringTexts, f: Format, perEvent: boolean): string {
  const out: string[] = [];
  if (perEvent && c.max_times) out.push(s.limits.times(c.max_times));
  if (c.max_points) out.push(s.limits.points(f.num(c.max_points)));
  if (perEvent && c.cooldown_hours) out.push(s.limits.cooldown(f.num(c.cooldown_hours)));
  const a = c.ageing;
  out.push(
    !a
      ? s.limits.none
      : a.kind === 'half_life'
        ? s.limits.half(a.days)
        : a.kind === 'linear'
          ? s.limits.linear(f.num(a.percent), a.days)
          : s.limits.expire(a.days),
  );
  return out.join(' · ');
}

export function LimitsButton({
  c,
  title,
  edit,
  perEvent,
  onChange,
}: {
  c: Criterion;
  title: string;
  edit: boolean;
  perEvent: boolean;
  onChange: (patch: Partial<Criterion>) => void;
}) {
  const s = useScoringTexts();
  const f = useFmt();
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const id = useId();
  useEffect(() => {
    if (open) pop.current?.querySelector<HTMLElement>('input, select')?.focus();
  }, [open, pop]);
  const words = limitWords(c, s, f, perEvent);
  if (!edit) return <span className="t12 dd">{words}</span>;
  return (
    <>
      <button
        ref={btn}
        className="t12 dd limline"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={id}
        aria-label={s.limits.edit(title) + ': ' + words}
        onClick={() => set(!open)}
      >
        {words}
      </button>
      <div
        ref={pop}
        popover="manual"
        className="pop limpop"
        id={id}
        role="dialog"
        aria-label={s.limits.edit(title)}
        onKeyDown={(e) => {
          if (e.key !== 'Escape') return;
          e.preventDefault();
          e.stopPropagation();
          set(false);
          btn.current?.focus();
        }}
      >
        {open && <LimitsForm c={c} perEvent={perEvent} onChange={onChange} />}
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
          <Field
            label={s.limits.maxTimes}
            inputMode="numeric"
            defaultValue={c.max_times || ''}
            onChange={(e) => {
              const n = num(e.currentTarget.value);
              onChange({ max_times: n ? Math.round(n) : null });
            }}
          />
          <Field
            label={s.limits.cool}
            inputMode="decimal"
            defaultValue={c.cooldown_hours || ''}
            onChange={(e) => onChange({ cooldown_hours: num(e.currentTarget.value) })}
          />
        </>
      ) : (
        <p className="t12 dd wide">{s.limits.stateOnly}</p>
      )}
      <Field
        label={s.limits.maxPoints}
        inputMode="decimal"
        defaultValue={c.max_points || ''}
        hint={s.limits.empty}
        onChange={(e) => onChange({ max_points: num(e.currentTarget.value) })}
      />
      <Select
        label={s.limits.ageing}
        value={kind}
        items={(['none', 'half_life', 'linear', 'expire'] as const).map((k) => ({
          id: k,
          label: s.limits.kind[k],
        }))}
        onChange={setKind}
      />
      {a?.kind === 'linear' && (
        <Field
          label={s.limits.percent}
          inputMode="decimal"
          defaultValue={a.percent}
          onChange={(e) => {
            const n = num(e.currentTarget.value);
            if (n) onChange({ ageing: { ...a, percent: Math.min(100, n) } });
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
