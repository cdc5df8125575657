/* What is the company's own: its name, money, clock, and the norm of the first call. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { fieldErrors, problemText } from '../../api/problem';
import { useT } from '../../i18n';
import { Block, Field, Select, toast } from '../../kit';
import { useSettingsTexts } from './texts';

type Company = {
  company: string;
  currency: string;
  zone: string;
  lang: 'ru' | 'en';
  phone_region: string;
  sla_minutes: number;
  catch_up: boolean;
  company_keeps: boolean;
  bookkeeping: 'contact' | 'company';
  leaders: 'off' | 'own' | 'all';
  outcome_days: number;
};

export default function CompanyPart() {
  const s = useSettingsTexts();
  const q = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => api.get<Company>('/settings', undefined, signal),
  });
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.parts.company}</h2>
      </div>
      <Block q={q} rows={4}>
        {(d) => <Form key={JSON.stringify(d)} start={d} />}
      </Block>
    </section>
  );
}

function Form({ start }: { start: Company }) {
  const s = useSettingsTexts();
  const t = useT();
  const qc = useQueryClient();
  const zones = useId();
  const [x, set] = useState({
    ...start,
    sla_minutes: String(start.sla_minutes),
    outcome_days: start.outcome_days ? String(start.outcome_days) : '',
  });
  const save = useMutation({
    mutationFn: () =>
      api.patch<Company>('/settings', {
        company: x.company.trim(),
        currency: x.currency,
        zone: x.zone.trim(),
        lang: x.lang,
        phone_region: x.phone_region,
        sla_minutes: Number(x.sla_minutes),
        catch_up: x.catch_up,
        company_keeps: x.company_keeps,
        bookkeeping: x.bookkeeping,
        leaders: x.leaders,
        outcome_days: Number(x.outcome_days),
      }),
    onSuccess: (d) => {
      toast(t.saved);
      qc.setQueryData(['settings'], d);
      void qc.invalidateQueries({ queryKey: keys.me });
      void qc.invalidateQueries({ queryKey: keys.board });
    },
  });
  const bad = fieldErrors(save.error);
  return (
    <form
      className="form bd"
      onSubmit={(e) => {
        e.preventDefault();
        save.mutate();
      }}
    >
      <Field
        label={s.company.name}
        value={x.company}
        error={bad.company}
        onChange={(e) => set({ ...x, company: e.currentTarget.value })}
      />
      <Field
        label={s.company.sla}
        hint={s.company.slaHint}
        inputMode="numeric"
        pattern="[0-9]+"
        required
        value={x.sla_minutes}
        error={bad.sla_minutes}
        onChange={(e) => set({ ...x, sla_minutes: e.currentTarget.value })}
      />
      <Select
        label={s.company.back}
        value={x.catch_up ? 'catch_up' : 'keep'}
        items={[
          { id: 'keep', label: s.company.keep },
          { id: 'catch_up', label: s.company.catchUp },
        ]}
        onChange={(b) => set({ ...x, catch_up: b === 'catch_up' })}
      />
      <Select
        label={s.company.client}
        value={x.company_keeps ? 'keeps' : 'rules'}
        items={[
          { id: 'keeps', label: s.company.clientKeeps },
          { id: 'rules', label: s.company.clientRules },
        ]}
        onChange={(b) => set({ ...x, company_keeps: b === 'keeps' })}
      />
      <Select
        label={s.company.books}
        value={x.bookkeeping}
        items={(['contact', 'company'] as const).map((id) => ({ id, label: s.company.booksBy[id] }))}
        onChange={(b) => set({ ...x, bookkeeping: b as Company['bookkeeping'] })}
      />
      <Select
        label={s.company.leaders}
        value={x.leaders}
        items={(['off', 'own', 'all'] as const).map((id) => ({ id, label: s.company.leadersShow[id] }))}
        onChange={(v) => set({ ...x, leaders: v as Company['leaders'] })}
      />
      <Field
        label={s.company.outcomeDays}
        hint={s.company.outcomeDaysHint}
        inputMode="numeric"
        pattern="[0-9]*"
        value={x.outcome_days}
        error={bad.outcome_days}
        onChange={(e) => set({ ...x, outcome_days: e.currentTarget.value })}
      />
      <Field
        label={s.cal.zone}
        required
        list={zones}
        value={x.zone}
        error={bad.zone}
        onChange={(e) => set({ ...x, zone: e.currentTarget.value })}
      />
      <datalist id={zones}>
        {Intl.supportedValuesOf('timeZone').map((z) => (
          <option key={z} value={z} />
        ))}
      </datalist>
      <div className="two">
        <Field
          label={s.company.currency}
          required
          maxLength={3}
          pattern="[A-Z]{3}"
          value={x.currency}
          error={bad.currency}
          onChange={(e) => set({ ...x, currency: e.currentTarget.value.toUpperCase() })}
        />
        <Field
          label={s.company.region}
          required
          maxLength={2}
          pattern="[A-Z]{2}"
          value={x.phone_region}
          error={bad.phone_region}
          onChange={(e) => set({ ...x, phone_region: e.currentTarget.value.toUpperCase() })}
        />
      </div>
      <Select
        label={s.company.lang}
        value={x.lang}
        items={[
          { id: 'ru', label: 'Русский' },
          { id: 'en', label: 'English' },
        ]}
        onChange={(l) => set({ ...x, lang: l as 'ru' | 'en' })}
      />
      {save.error && !Object.keys(bad).length && (
        <p className="failed" role="alert">
          {problemText(save.error, t)}
        </p>
      )}
      <div className="row">
        <button className="btn p" disabled={save.isPending}>
          {t.save}
        </button>
      </div>
    </form>
  );
}
