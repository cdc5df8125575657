/* How soon a lead is owed an answer, and what follows when it does not come. The first norm that fits decides. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { ApiError, problemText } from '../../api/problem';
import { normBands, useNorms, type Norm } from '../../api/share';
import type { Page } from '../../api/types';
import { useT } from '../../i18n';
import { Block, Field, Icon, Select, toast } from '../../kit';
import { useRoutingTexts } from './texts';

const fresh: Norm = { band: 'hot', source: null, minutes: 5, remind: 2, reassign: 2, escalate: 2 };
/* Empty means never: 0 for the reminder, -1 for the others. */
const shown = (v: number, never: number) => (v === never ? '' : String(v));
const read = (text: string, never: number) => (text.trim() === '' ? never : Number(text));

export function Norms({ edit }: { edit: boolean }) {
  const s = useRoutingTexts().norms;
  const t = useT();
  const qc = useQueryClient();
  const q = useNorms();
  const [local, setLocal] = useState<Norm[]>();
  const list = local ?? q.data?.items ?? [];
  const save = useMutation({
    mutationFn: () => api.put<Page<Norm>>('/routing/norms', { items: local }),
    onSuccess: (d) => {
      if (d?.items) qc.setQueryData(['norms'], d);
      setLocal(undefined);
      toast(s.saved);
    },
  });
  const put = (i: number, n: Partial<Norm>) => setLocal(list.map((x, j) => (j === i ? { ...x, ...n } : x)));
  const faults = save.error instanceof ApiError ? (save.error.problem?.errors ?? []) : [];
  const errorAt = (i: number, k: keyof Norm) => faults.find((x) => x.pointer === `/items/${i}/${k}`)?.detail;
  const placed = faults.some((x) => x.pointer?.startsWith('/items/'));
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.title}</h2>
        {edit && (
          <button className="btn s g sp" onClick={() => setLocal([...list, fresh])}>
            <Icon n="plus" size="s" />
            {s.add}
          </button>
        )}
      </div>
      <Block q={q} rows={2}>
        {() =>
          list.length ? (
            <ol className="norms bd">
              {list.map((n, i) => (
                <li key={i}>
                  <fieldset disabled={!edit}>
                    <legend className="vh">{s.of(i + 1)}</legend>
                    <Select
                      label={s.band}
                      value={n.band}
                      onChange={(band) => put(i, { band: band as Norm['band'] })}
                      items={normBands.map((b) => ({ id: b, label: s.bands[b] }))}
                    />
                    <Field
                      label={s.source}
                      placeholder={s.anySource}
                      error={errorAt(i, 'source')}
                      value={n.source ?? ''}
                      onChange={(e) => put(i, { source: e.currentTarget.value || null })}
                    />
                    {(
                      [
                        ['minutes', null],
                        ['remind', 0],
                        ['reassign', -1],
                        ['escalate', -1],
                      ] as const
                    ).map(([k, never]) => (
                      <Field
                        key={k}
                        label={s[k]}
                        inputMode="numeric"
                        type="number"
                        error={errorAt(i, k)}
                        min={never === null || never === 0 ? 1 : 0}
                        placeholder={never === null ? undefined : s.never}
                        value={never === null ? n[k] || '' : shown(n[k], never)}
                        onChange={(e) => put(i, { [k]: read(e.currentTarget.value, never ?? 0) })}
                      />
                    ))}
                    {edit && (
                      <button
                        type="button"
                        className="btn g s ic"
                        aria-label={s.remove(i + 1)}
                        onClick={() => setLocal(list.filter((_, j) => j !== i))}
                      >
                        <Icon n="x" size="s" />
                      </button>
                    )}
                  </fieldset>
                </li>
              ))}
            </ol>
          ) : (
            <p className="bd t13 d">{s.none}</p>
          )
        }
      </Block>
      <p className="bd t12 dd">{s.hint}</p>
      {local && (
        <div className="savebar" role="status">
          <span className="grow">{s.unsaved}</span>
          {save.error && !placed && <span className="bad t12">{problemText(save.error, t)}</span>}
          <button className="btn s" onClick={() => setLocal(undefined)}>
            {s.drop}
          </button>
          <button className="btn s p" disabled={save.isPending} onClick={() => save.mutate()}>
            {s.save}
          </button>
        </div>
      )}
    </section>
  );
}
