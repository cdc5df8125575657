/* Step 2: each column with examples and what it means; guesses are already in. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/client';
import { importKeys, type Format, type Import, type Mapping } from '../../api/imports';
import { problemText } from '../../api/problem';
import { useMe } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Field, Icon, Select } from '../../kit';
import { Constants } from './constants';
import {
  fieldsOf,
  firstMapping,
  keepOthers,
  mappingFaults,
  otherField,
  otherPrefix,
  toSend,
  withConstant,
  withField,
  withFormat,
} from './mapping';
import { useImportTexts } from './texts';

const formats: Format[] = ['text', 'number', 'boolean', 'date'];

export function Columns({ x }: { x: Import }) {
  const s = useImportTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const kind = x.kind ?? 'leads';
  const columns = x.columns ?? [];
  const office = useMe().zone || 'UTC';
  const [m, set] = useState<Mapping>(() => firstMapping(columns, x.mapping, office));
  const [tried, setTried] = useState(false);
  const faults = mappingFaults(kind, m);
  const put = (patch: Partial<Mapping>) => set((o) => ({ ...o, ...patch }));
  const save = useMutation({
    mutationFn: () => api.patch<Import>('/imports/' + x.id, { mapping: toSend(m) }),
    onSuccess: (d) => {
      qc.setQueryData<Import>(importKeys.one(x.id), (old) => ({ ...old, ...d }));
      void qc.invalidateQueries({ queryKey: importKeys.one(x.id), exact: true }); // a change is answered by a glance
      go(`/import/${x.id}/check`);
    },
  });
  const say = (k: (typeof faults)[number]) =>
    k.kind === 'no_id'
      ? s.cols.noId
      : k.kind === 'no_event'
        ? s.cols.noEvent
        : k.kind === 'no_outcome'
          ? s.cols.noOutcome
          : k.kind === 'no_value'
            ? s.cols.noValue(s.fields[k.field] ?? k.field)
            : s.cols.twice(s.fields[k.field] ?? k.field);
  const out = m.columns.filter((c) => !c.field).length;
  const delim = x.delimiter ?? ',';
  return (
    <form
      className="col g12"
      onSubmit={(e) => {
        e.preventDefault();
        setTried(true);
        if (!faults.length) save.mutate();
      }}
    >
      <section className="card">
        <div className="hd wrap">
          <h2>{s.cols.title}</h2>
          <span className="t12 dd">
            {s.cols.found(
              x.rows,
              f.num(x.rows ?? 0),
              columns.length,
              delim === '\t' || delim === 'tab' ? null : delim,
              (x.encoding ?? 'utf-8').toUpperCase(),
            )}
          </span>
          {m.columns.some((c) => !c.field) && (
            <button type="button" className="btn s sp" onClick={() => set(keepOthers(kind, columns, m))}>
              {s.cols.keepOthers}
            </button>
          )}
        </div>
        <table className="colt">
          <thead>
            <tr>
              <th scope="col">{s.cols.column}</th>
              <th scope="col">{s.cols.sample}</th>
              <th scope="col">{s.cols.field}</th>
              <th scope="col">{s.cols.format}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((c) => {
              const mc = m.columns.find((y) => y.index === c.index) ?? { index: c.index, field: '' };
              const other =
                mc.field.startsWith(otherPrefix(kind)) ||
                (mc.field !== '' && !fieldsOf(kind).includes(mc.field));
              const own = other ? mc.field : otherField(kind, c.name);
              return (
                <tr key={c.index} className={mc.field ? '' : 'out'}>
                  <th scope="row">
                    <span className="m">{c.name || '—'}</span>
                  </th>
                  <td className="d">
                    <span className="cut samples" title={c.sample.join(' · ')}>
                      {c.sample.filter(Boolean).slice(0, 3).join(' · ')}
                    </span>
                  </td>
                  <td>
                    <span className="row g6">
                      <select
                        className="in"
                        aria-label={s.cols.fieldOf(c.name)}
                        value={mc.field}
                        onChange={(e) => set(withField(m, c.index, e.currentTarget.value))}
                      >
                        <option value="">{s.cols.skip}</option>
                        <option value={own}>
                          {s.cols.other}: {own.slice(otherPrefix(kind).length) || own}
                        </option>
                        {fieldsOf(kind).map((k) => (
                          <option key={k} value={k}>
                            {s.fields[k] ?? k}
                          </option>
                        ))}
                      </select>
                      {c.guess && c.guess === mc.field && <span className="t12 dd nw">{s.cols.guessed}</span>}
                    </span>
                  </td>
                  <td>
                    {other && (
                      <select
                        className="in"
                        aria-label={s.cols.formatOf(c.name)}
                        value={mc.format ?? 'text'}
                        onChange={(e) => set(withFormat(m, c.index, e.currentTarget.value as Format))}
                      >
                        {formats.map((k) => (
                          <option key={k} value={k}>
                            {s.cols.formats[k]}
                          </option>
                        ))}
                      </select>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <section className="card bd opts">
        {kind === 'leads' ? (
          <Field
            label={s.cols.source}
            hint={s.cols.sourceHint}
            value={m.source ?? (m.constants?.source as string | undefined) ?? ''}
            onChange={(e) => put({ source: e.currentTarget.value || undefined })}
          />
        ) : (
          <Field
            label={s.cols.event}
            hint={s.cols.eventHint}
            value={(m.constants?.event as string | undefined) ?? ''}
            onChange={(e) => set(withConstant(m, 'event', e.currentTarget.value || undefined))}
          />
        )}
        <Select
          label={s.cols.dates}
          value={m.dates ?? 'dmy'}
          items={(['dmy', 'mdy', 'iso'] as const).map((k) => ({ id: k, label: s.cols.datesKinds[k] }))}
          onChange={(v) => put({ dates: v as Mapping['dates'] })}
        />
        <Select
          label={s.cols.zone}
          value={m.zone ?? 'UTC'}
          items={[...new Set([office, m.zone ?? 'UTC', 'UTC'])].map((k) => ({ id: k, label: k }))}
          onChange={(v) => put({ zone: v })}
        />
        <Select
          label={s.cols.decimal}
          value={m.decimal ?? 'any'}
          items={(['any', '.', ','] as const).map((k) => ({ id: k, label: s.cols.decimals[k] }))}
          onChange={(v) => put({ decimal: v === 'any' ? undefined : (v as '.' | ',') })}
        />
        <Field
          label={s.cols.empty}
          hint={m.empty?.length ? s.cols.emptyFound : s.cols.emptyHint}
          defaultValue={(m.empty ?? []).join(', ')}
          onChange={(e) => {
            const words = e.currentTarget.value
              .split(',')
              .map((w) => w.trim())
              .filter(Boolean);
            put({ empty: words.length ? words : undefined });
          }}
        />
        <Field
          label={s.cols.region}
          maxLength={2}
          placeholder="RU"
          value={m.region ?? ''}
          onChange={(e) => put({ region: e.currentTarget.value.toUpperCase() || undefined })}
        />
      </section>
      <Constants kind={kind} m={m} set={set} />
      {((tried && faults.length > 0) || save.error) && (
        <div className="failed" role="alert">
          <Icon n="warn" size="s" />
          <span>{faults.length ? faults.map(say).join(' ') : problemText(save.error, t)}</span>
        </div>
      )}
      <div className="row g6">
        <button className="btn p l" disabled={save.isPending}>
          {s.cols.next}
        </button>
        {out > 0 && <span className="t13 dd">{s.cols.leftOut(out)}</span>}
      </div>
    </form>
  );
}
