/* The one question before a draft becomes the live model, with its numbers. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/client';
import type { Fitted, Model, ModelBody, Preview } from '../../api/models';
import { problemText } from '../../api/problem';
import { useFmt, useT } from '../../i18n';
import { Dialog, Field, Icon, toast } from '../../kit';
import { FewSales, FittedHere, Silence, useSides } from './figures';
import { useScoringTexts } from './texts';
import { DiffList } from './versions';
import { useDiffWords } from './words';

const order = ['hot', 'warm', 'cold'] as const;

export function Publish({
  version,
  body,
  base,
  errors,
  p,
  figure,
  fitted,
  note: first,
  flush,
  draftId,
  onClose,
}: {
  version: number;
  body: ModelBody;
  base: ModelBody;
  errors: number;
  p: Preview | undefined;
  figure: (bucket: string, text: ReactNode, n?: number) => ReactNode; // a way to the leads that it counted
  fitted: { now: Fitted | undefined; after: Fitted | undefined };
  note: string;
  flush: () => Promise<unknown>;
  draftId: () => string;
  onClose: () => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const sides = useSides();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const [note, setNote] = useState(first);
  const told = useDiffWords()(base, body);
  const sent = useRef(false); // a second click may come before the button has gone
  const run = useMutation({
    mutationFn: async () => {
      await flush();
      const id = draftId();
      const m = qc.getQueryData<Model>(['models', id]);
      if (note !== first && m) await api.put('/models/' + id, { note });
      return api.post<Model>(`/models/${id}/publish`);
    },
    onSuccess: (m) => {
      onClose();
      toast(s.publish.done(m.version));
      for (const k of ['models', 'preview', 'me', 'leads', 'lead', 'score', 'board'])
        void qc.invalidateQueries({ queryKey: [k] });
      go('/scoring', { replace: true });
    },
    onError: () => {
      sent.current = false;
    },
  });
  return (
    <Dialog open onClose={onClose} title={s.publish.title(version)}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (sent.current) return;
          sent.current = true;
          run.mutate();
        }}
      >
        {p && (
          <dl className="nums">
            {order.map((b) => (
              <div key={b}>
                <dt className="t12 dd">{s.publish[b]}</dt>
                <dd className="v">
                  {figure(`band.${b}.before`, f.num(p.bands[b].before), p.bands[b].before)} →{' '}
                  {figure(`band.${b}.after`, f.num(p.bands[b].after), p.bands[b].after)}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {p && (
          <>
            <p className="t13 intext">
              {figure('into_hot', s.whatif.up(f.num(p.into_hot)), p.into_hot)},{' '}
              {figure('out_of_hot', s.whatif.down(f.num(p.out_of_hot)), p.out_of_hot)}.{' '}
              {s.kpi.perDay(p.hot_per_day.working_days > 0)}:{' '}
              {p.hot_per_day.enough ? sides.nums(p.hot_per_day) : s.kpi.fewDays(p.hot_per_day.days)}
              {p.hot_per_day.capacity !== null && ', ' + s.kpi.capacity(f.num(p.hot_per_day.capacity))}.{' '}
              {s.kpi.caught}: {figure('wins', sides.shares(p.caught.share, p.caught), p.caught.wins)}.
              {p.judged.auc && (
                <>
                  {' '}
                  {s.kpi.auc}: {figure('ended', sides.auc(p.judged), p.judged.n)} {sides.half(p.judged)}.
                </>
              )}
            </p>
            <FewSales judged={p.judged} />
            <Silence judged={p.judged} />
            {p.judged.enough && <FittedHere {...fitted} />}
          </>
        )}
        {errors > 0 && (
          <p className="failed">
            <Icon n="warn" size="s" />
            {s.publish.errors(errors)}
          </p>
        )}
        {p && (
          <p className="t13 intext">
            {p.into_hot_open > 0 ? (
              <>
                {figure('into_hot_open', s.publish.open(f.num(p.into_hot_open)))}. {s.publish.calls}
              </>
            ) : (
              s.publish.noCalls
            )}
            {p.hot_decided > 0 && (
              <>
                {' '}
                {figure(
                  'hot_decided',
                  s.publish.decided(f.num(p.hot_decided), f.num(p.bands.hot.after)),
                )}. {s.publish.silent}
              </>
            )}
          </p>
        )}
        <details className="t13">
          <summary>{s.vers.what(told.length)}</summary>
          <DiffList list={told} />
        </details>
        <Field
          label={s.publish.note}
          value={note}
          maxLength={500}
          onChange={(e) => setNote(e.currentTarget.value)}
        />
        {run.error && (
          <p className="failed" role="alert">
            <Icon n="warn" size="s" />
            {problemText(run.error, t)}
          </p>
        )}
        <div className="row g6 dlg-acts">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={run.isPending} autoFocus>
            {s.publish.go}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
