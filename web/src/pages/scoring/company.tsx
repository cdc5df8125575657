/* How a company's score is made of its people's, and what that does. */
import { companyRules, type CompanyRule } from '../../api/models';
import { Field, Select } from '../../kit';
import type { ScoringTexts } from './en';
import { useScoringTexts } from './texts';

export function companyWords(c: CompanyRule | null | undefined, s: ScoringTexts): string {
  const rule = s.company[c?.rule ?? 'max'];
  return c?.cap ? s.company.capped(rule, c.cap) : rule;
}

export function CompanyForm({
  value,
  edit,
  onChange,
}: {
  value: CompanyRule | null | undefined;
  edit: boolean;
  onChange: (v: CompanyRule) => void;
}) {
  const s = useScoringTexts();
  const rule = value?.rule ?? 'max';
  return (
    <fieldset className="col g6 companyrule" disabled={!edit}>
      <legend className="t13 b">{s.company.title}</legend>
      <div className="row g8 wrap">
        <Select
          label={s.company.rule}
          value={rule}
          items={companyRules.map((r) => ({ id: r, label: s.company[r] }))}
          onChange={(r) => onChange({ rule: r as CompanyRule['rule'] })}
        />
        {rule === 'sum_top3' && (
          <Field
            label={s.company.cap}
            inputMode="numeric"
            hint={s.company.capHint}
            defaultValue={value?.cap ?? ''}
            onChange={(e) => {
              const n = Math.round(Number(e.currentTarget.value));
              onChange(n >= 1 && n <= 1000000 ? { rule, cap: n } : { rule });
            }}
          />
        )}
      </div>
      <p className="t12 dd">
        {s.company.tells[rule]} {s.company.effect}
      </p>
    </fieldset>
  );
}
