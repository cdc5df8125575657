/* What the draft would do to real leads. Asked anew 300 ms after the last change; the old figures stay, dimmed, meanwhile. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/client';
import type { Model, ModelBody, Preview } from '../../api/models';
import { problemText } from '../../api/problem';
import type { Band } from '../../api/types';
import { Hist } from '../../charts/hist';
import { useFmt, useT } from '../../i18n';
import { bandIcon, Dialog, Failed, Field, Icon, ScoreChip, Skeleton, toast } from '../../kit';
import { useScoringTexts } from './texts';
import { DiffList } from './versions';
import { useDiffWords } from './words';

const order: Band[] = ['hot', 'warm', 'cold'];

function useSettled<T>(value: T, ms: number): T {
  const [v, set] = useState(value);
  useEffect(() => {
    const w = setTimeout(() => set(value), ms);
    return () => clearTimeout(w);
  }, [value, ms]);
  return v;
}

export function WhatIf({
  model,
  body,
  base,
  changed,
  canPublish,
  nextVersion,
  liveVersion,
  flush,
  draftId,
}: {
  model: Model;
  body: ModelBody;
  base: ModelBody;
  changed: boolean;
  canPublish: boolean;
  nextVersion: number;
  liveVersion: number;
  flush: () => Promise<unknown>;
  draftId: () => string;
}) {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const [ask, setAsk] = useState(false);
  const settled = useSettled(body, 300);
  const q = useQuery({
    queryKey: ['preview', liveVersion, model.id, settled], // by what it is held against, too
    queryFn: ({ signal }) => api.post<Preview>(`/models/${model.id}/preview`, { body: settled }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    retry: false,
  });
  const p = q.data;
  const stale = q.isFetching || settled !== body;
  const range = (b: Band) =>
    b === 'hot'
      ? body.hot + '+'
      : b === 'warm'
        ? body.warm + '–' + (body.hot - 1)
        : body.floor + '–' + (body.warm - 1);
  return (
    <section className="card wi" aria-label={s.whatif.title} aria-busy={stale}>
      <div className="hd wrap">
        <h2>{s.whatif.title}</h2>
        {p && (
          <span className="t12 dd">
            {s.whatif.leads(f.num(p.leads))}
            {p.sampled && ', ' + s.whatif.sampled}
          </span>
        )}
      </div>
      {q.error && !stale && (
        <div className="bd">
          <Failed error={q.error} retry={() => void q.refetch()} />
        </div>
      )}
      {!p ? (
        !q.error && <Skeleton rows={6} />
      ) : p.leads === 0 ? (
        <p className="bd t13 d">{s.whatif.empty}</p>
      ) : (
        <div className={stale ? 'dimmed' : ''}>
          <div className="bd">
            <div className="row t12 d hist-legend">
              <span className="row g4">
                <i className="sq sq-c0" />
                {s.whatif.now}
              </span>
              <span className="row g4">
                <i className="sq sq-hot" />
                {s.whatif.after}
              </span>
              <span className="sp dd">{s.whatif.axis}</span>
            </div>
            <Hist
              rows={p.histogram.map((r) => ({ ...r, to: r.to + 1 }))}
              warm={body.warm}
              hot={body.hot}
              top={body.ceiling}
              say={s.whatif.say(f.num(p.bands.hot.before), f.num(p.bands.hot.after))}
            />
          </div>
          <table className="bt">
            <thead>
              <tr>
                <th scope="col">{s.whatif.band}</th>
                <th scope="col" className="num">
                  {s.whatif.leadsNow}
                </th>
                <th scope="col" className="num">
                  {s.whatif.leadsAfter}
                </th>
              </tr>
            </thead>
            <tbody>
              {order.map((b) => (
                <tr key={b}>
                  <th scope="row">
                    <span className={'sc bandchip ' + b} title={t.band[b]}>
                      <Icon n={bandIcon[b]} />
                      {range(b)}
                    </span>
                  </th>
                  <td className="num d">
                    {p.sampled ? (
                      f.num(p.bands[b].before)
                    ) : (
                      <Link href={'/leads?temp=' + b}>{f.num(p.bands[b].before)}</Link>
                    )}
                  </td>
                  <td className="num b">{f.num(p.bands[b].after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <div className="hd mv-head wrap">
            <h3>{s.whatif.movers}</h3>
            <span className="t12 dd">{s.whatif.upDown(f.num(p.into_hot), f.num(p.out_of_hot))}</span>
          </div>
          {p.movers.length ? (
            <ul className="mv">
              {p.movers.slice(0, 8).map((m) => (
                <li key={m.lead_id}>
                  <Link href={'/leads/' + m.lead_id} className="cut">
                    {m.name || t.none}
                  </Link>
                  <span className="row g4">
                    <ScoreChip score={m.before} band={m.band_before} />
                    <Icon n="right" size="xs" />
                    <ScoreChip score={m.after} band={m.band_after} />
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <p className="bd t13 d">{changed ? s.whatif.noMovers : s.whatif.nothing}</p>
          )}
        </div>
      )}
      {canPublish && (
        <>
          <div className="foot">
            <button className="btn p l grow" onClick={() => setAsk(true)}>
              {s.whatif.publish(nextVersion)}
            </button>
          </div>
          {p && <p className="t12 dd foot-note">{s.whatif.publishHint(f.num(p.leads), liveVersion)}</p>}
        </>
      )}
      {ask && (
        <Publish
          version={nextVersion}
          body={body}
          base={base}
          p={p}
          note={model.state === 'draft' ? (model.note ?? '') : ''}
          flush={flush}
          draftId={draftId}
          onClose={() => setAsk(false)}
        />
      )}
    </section>
  );
}

function Publish({
  version,
  body,
  base,
  p,
  note: first,
  flush,
  draftId,
  onClose,
}: {
  version: number;
  body: ModelBody;
  base: ModelBody;
  p: Preview | undefined;
  note: string;
  flush: () => Promise<unknown>;
  draftId: () => string;
  onClose: () => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
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
                  {f.num(p.bands[b].before)} → {f.num(p.bands[b].after)}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {p && <p className="t13">{s.whatif.upDown(f.num(p.into_hot), f.num(p.out_of_hot))}.</p>}
        <p className="t12 dd">{s.publish.calls}</p>
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
