/* Where hot would have to begin for as many hot leads as people can call: by quotas, or by a number said here. One click puts it into the draft. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import type { ModelBody, Threshold } from '../../api/models';
import { problemText } from '../../api/problem';
import { useFmt, useT } from '../../i18n';
import { Field } from '../../kit';
import { useSettled } from './settled';
import { useScoringTexts } from './texts';

export function Room({
  model,
  body,
  edit,
  kept,
  onHot,
  onLeads,
}: {
  model: string;
  body: ModelBody;
  edit: boolean;
  /** What is asked about is the draft as it is kept, or will be: its leads can be opened. */
  kept: boolean;
  onHot: (hot: number) => void;
  onLeads: (bucket: string) => void;
}) {
  const s = useScoringTexts().room;
  const t = useT();
  const f = useFmt();
  const [calls, setCalls] = useState('');
  const asked = { body: useSettled(body, 400), calls_a_day: useSettled(Number(calls) || 0, 400) };
  const q = useQuery({
    queryKey: ['threshold', model, asked],
    queryFn: ({ signal }) =>
      api.post<Threshold>(`/models/${model}/threshold`, { ...asked, exact: true }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    retry: false,
  });
  const [quotas, setQuotas] = useState(0);
  const r = q.data;
  if (r?.by_quotas && r.calls_a_day !== quotas) setQuotas(r.calls_a_day);
  const at = r?.told;
  const hot = at && f.num(at.hot);
  const open = (from: number, n: number) =>
    kept && !q.isPlaceholderData && n > 0 && Number.isInteger(from) ? (
      <button type="button" className="lnk" onClick={() => onLeads('turned.' + from)}>
        {s.leads(n)}
      </button>
    ) : (
      s.leads(n)
    );
  return (
    <div className="room" role="group" aria-label={s.title} aria-busy={q.isFetching}>
      <Field
        label={s.calls}
        inputMode="numeric"
        maxLength={5}
        placeholder={quotas ? s.byQuotas(f.num(quotas)) : ''}
        value={calls}
        onChange={(e) => setCalls(e.currentTarget.value.replace(/\D/g, ''))}
      />
      <div className={'say t13' + (q.isPlaceholderData ? ' dimmed' : '')} aria-live="polite">
        {q.error ? (
          <span className="bad">{problemText(q.error, t)}</span>
        ) : !r ? (
          <span className="dd">{s.counting}</span>
        ) : !at ? (
          <span className="d">
            {r.silence === 'no_quotas' ? s.none : r.silence === 'few' ? s.few : s.nowhere}
          </span>
        ) : (
          <>
            <b>{(at.below_a_day === null ? s.lowest : s.told)(hot!, f.num(at.a_day))}</b>
            <span>({open(at.hot, at.leads)})</span>
            {edit && at.hot !== body.hot && (
              <button type="button" className="btn s" onClick={() => onHot(at.hot)}>
                {s.put(hot!)}
              </button>
            )}
            <span className="t12 dd">
              {s.from(r.days, r.working_days, f.num(body.hot), f.num(r.now_a_day))} (
              {open(body.hot, r.now_leads)}).{' '}
              {at.below_a_day !== null && (
                <>
                  {s.below(f.num(at.hot - 1), f.num(at.below_a_day))} ({open(at.hot - 1, at.below_leads)}
                  ).{' '}
                </>
              )}
              {r.played < r.all_leads && s.played(f.num(r.played))}
            </span>
          </>
        )}
      </div>
    </div>
  );
}
