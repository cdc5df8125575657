import { useState } from 'react';
import { matches, type Pool, type Rule } from '../../api/office';
import { useProducts } from '../../api/skills';
import { useT } from '../../i18n';
import { Dialog, Field, Seg, Select } from '../../kit';
import { Builder, Sentence } from '../../part/cond';
import { blank, holes } from '../../part/cond/cond';
import { ANY_LEAD, isAlways, wholeIn } from './always';
import { useRoutingTexts } from './texts';

export function RuleDialog({
  start,
  pools,
  onClose,
  onKeep,
}: {
  start: Rule;
  pools: Pool[];
  onClose: () => void;
  onKeep: (r: Rule) => void;
}) {
  const s = useRoutingTexts();
  const t = useT();
  const [r, set] = useState(start);
  const products = useProducts();
  const [check, setCheck] = useState(false);
  const always = isAlways(r.condition);
  const whole = always || holes(r.condition).length === 0;
  /* Numbers are kept as typed: what is no such number is said at its field, never put right in silence. */
  const [typed, type] = useState({ sla: String(r.sla_minutes || ''), lot: String(r.explore || '') });
  const sla = wholeIn(typed.sla, 1, 43200);
  const lot = wholeIn(typed.lot, 0, 50);
  return (
    <Dialog open onClose={onClose} title={start.name || s.rule.add}>
      <form
        className="form wide"
        onSubmit={(e) => {
          e.preventDefault();
          setCheck(true);
          if (whole && sla !== undefined && lot !== undefined)
            onKeep({ ...r, name: r.name.trim(), sla_minutes: sla, explore: lot });
        }}
      >
        <Field
          label={s.rule.name}
          required
          autoFocus
          maxLength={100}
          value={r.name}
          onChange={(e) => set({ ...r, name: e.currentTarget.value })}
        />
        <div className="field">
          <span className="flabel">{s.rule.when}</span>
          <Seg
            label={s.rule.when}
            value={always ? 'always' : 'cond'}
            onChange={(v) => set({ ...r, condition: v === 'always' ? ANY_LEAD : blank('fact') })}
            items={[
              { id: 'always', label: s.alwaysOption },
              { id: 'cond', label: s.condition },
            ]}
          />
        </div>
        {!always && (
          <>
            <Builder cond={r.condition} check={check} onChange={(condition) => set({ ...r, condition })} />
            <p className="t13 d said">
              <Sentence cond={r.condition} />
            </p>
            {check && !whole && (
              <p className="bad t12" role="alert">
                {s.rule.needWhen}
              </p>
            )}
            <p className="t12 dd">{s.rule.factsOnly}</p>
          </>
        )}
        <div className="two">
          <Select
            label={s.rule.pool}
            value={r.pool_id ?? ''}
            items={pools.map((p) => ({ id: p.id, label: p.name }))}
            onChange={(pool_id) => set({ ...r, pool_id })}
          />
          <Select
            label={s.rule.fallback}
            value={r.fallback_pool_id ?? ''}
            items={[
              { id: '', label: s.rule.noFallback },
              ...pools.filter((p) => p.id !== r.pool_id).map((p) => ({ id: p.id, label: p.name })),
            ]}
            onChange={(id) => set({ ...r, fallback_pool_id: id || null })}
          />
        </div>
        <Select
          label={s.rule.product}
          value={r.product_id ?? ''}
          items={[
            { id: '', label: s.rule.noProduct },
            ...(products.data?.items ?? []).map((p) => ({ id: p.id, label: p.name })),
          ]}
          onChange={(id) => set({ ...r, product_id: id || null })}
        />
        <fieldset className="plainset">
          <legend className="flabel">{s.rule.match}</legend>
          <span className="row wrap g12">
            {matches.map((m) => (
              <label key={m} className="row g4 t13 check">
                <input
                  type="checkbox"
                  checked={r.match.includes(m)}
                  onChange={(e) =>
                    set({
                      ...r,
                      match: e.currentTarget.checked ? [...r.match, m] : r.match.filter((x) => x !== m),
                    })
                  }
                />
                {s.matches[m]}
              </label>
            ))}
          </span>
        </fieldset>
        <Field
          label={s.rule.sla}
          inputMode="numeric"
          hint={s.rule.slaHint}
          value={typed.sla}
          error={sla === undefined ? s.rule.slaBad : undefined}
          onChange={(e) => type({ ...typed, sla: e.currentTarget.value })}
        />
        <Field
          label={s.rule.explore}
          inputMode="numeric"
          hint={s.rule.exploreHint}
          value={typed.lot}
          error={lot === undefined ? s.rule.exploreBad : undefined}
          onChange={(e) => type({ ...typed, lot: e.currentTarget.value })}
        />
        <div className="row g6">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p">{s.rule.keep}</button>
        </div>
      </form>
    </Dialog>
  );
}
