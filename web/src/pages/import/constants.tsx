/* Values that stand for every row of a file: a list of sales need not have a column that says so. */
import type { ImportKind, Mapping } from '../../api/imports';
import { useT } from '../../i18n';
import { Field, Icon, Select } from '../../kit';
import { constantsOf, outcomeWords, stageWords, withConstant } from './mapping';
import { useImportTexts } from './texts';

export function Constants({ kind, m, set }: { kind: ImportKind; m: Mapping; set: (m: Mapping) => void }) {
  const s = useImportTexts();
  const used = new Set(m.columns.map((c) => c.field));
  const told = constantsOf(kind).filter((k) => m.constants?.[k] !== undefined);
  const free = constantsOf(kind).filter((k) => !told.includes(k) && !used.has(k));
  return (
    <section className="card" aria-label={s.cols.constants}>
      <div className="hd wrap">
        <h2>{s.cols.constants}</h2>
        <span className="t12 dd">{s.cols.constantsHint}</span>
      </div>
      <div className="constants">
        {told.map((k) => (
          <div key={k} className="row g6 constant">
            <Value
              field={k}
              label={s.fields[k] ?? k}
              value={String(m.constants?.[k] ?? '')}
              onChange={(v) => set(withConstant(m, k, v))}
            />
            <button
              type="button"
              className="btn s"
              aria-label={s.cols.constantDrop(s.fields[k] ?? k)}
              onClick={() => set(withConstant(m, k, undefined))}
            >
              <Icon n="x" size="s" />
            </button>
          </div>
        ))}
        {free.length > 0 && (
          <Select
            label={s.cols.constantAdd}
            value=""
            items={[{ id: '', label: '—' }, ...free.map((k) => ({ id: k, label: s.fields[k] ?? k }))]}
            onChange={(k) =>
              k && set(withConstant(m, k, k === 'outcome' ? 'won' : k === 'stage' ? 'new' : ''))
            }
          />
        )}
      </div>
    </section>
  );
}

function Value({
  field,
  label,
  value,
  onChange,
}: {
  field: string;
  label: string;
  value: string;
  onChange: (v: string) => void;
}) {
  const s = useImportTexts();
  const t = useT();
  const words =
    field === 'outcome'
      ? outcomeWords.map((k) => ({ id: k, label: s.cols.outcomes[k] }))
      : field === 'stage'
        ? stageWords.map((k) => ({ id: k, label: t.stage[k] }))
        : null;
  return words ? (
    <Select label={label} value={value} items={words} onChange={onChange} />
  ) : (
    <Field
      label={label}
      type={field.endsWith('_at') || field === 'timestamp' ? 'date' : 'text'}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
