/* What the draft would do to real leads. Asked anew 300 ms after the last change; the old figures stay, dimmed, meanwhile. A large
   base answers from a part first, then from all of it, and says which. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type MouseEvent, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/client';
import {
  previewLeads,
  useModels,
  useReplays,
  type Model,
  type ModelBody,
  type Preview,
  type Replay,
} from '../../api/models';
import { problemText } from '../../api/problem';
import type { Band } from '../../api/types';
import { useNow } from '../../app/clock';
import { may, useMe } from '../../app/session';
import { Hist } from '../../charts/hist';
import { useFmt, useT } from '../../i18n';
import { bandIcon, Failed, Icon, ScoreChip, Skeleton, toast } from '../../kit';
import { FewSales, FittedHere, HistTable, Kpi, OutcomeWord, Silence, useSides } from './figures';
import { Publish } from './publish';
import { useSettled } from './settled';
import { useScoringTexts } from './texts';
import { useCalled } from '../../part/leadname';

export const bandOrder: Band[] = ['hot', 'warm', 'cold'];

export function usePreview(model: Model, body: ModelBody, against: number) {
  const settled = useSettled(body, 300);
  const key = ['preview', against, model.id, settled]; // by what it is held against, too
  const ask = (exact: boolean) => (o: { signal: AbortSignal }) =>
    api.post<Preview>(
      `/models/${model.id}/preview`,
      { body: settled, ...(exact ? { exact } : {}) },
      { signal: o.signal },
    );
  const q = useQuery({
    queryKey: key,
    queryFn: ask(false),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    retry: false,
  });
  const part = !q.isPlaceholderData && q.data && !q.data.exact;
  const all = useQuery({
    queryKey: [...key, 'exact'],
    queryFn: ask(true),
    enabled: !!part,
    gcTime: 60_000,
    retry: false,
  });
  return {
    q,
    p: (part && all.data) || q.data,
    stale: q.isFetching || settled !== body,
    counting: !!part && all.isFetching,
  };
}

export function WhatIf({
  model,
  body,
  base,
  changed,
  canPublish,
  errors,
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
  errors: number;
  nextVersion: number;
  liveVersion: number;
  flush: () => Promise<unknown>;
  draftId: () => string;
}) {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const me = useMe();
  const sides = useSides();
  const [, go] = useLocation();
  const qc = useQueryClient();
  const [ask, setAsk] = useState(false);
  const { q, p, stale, counting } = usePreview(model, body, liveVersion);
  const replays = useReplays(model.id);
  const last = replays.data?.items[0];
  const replay = useMutation({
    mutationFn: async () => {
      await flush();
      return api.post<Replay>(`/models/${draftId()}/replays`, {});
    },
    onSuccess: (r) => {
      void qc.invalidateQueries({ queryKey: ['replays'] });
      go(`/scoring/${r.model_id}/replays/${r.id}`);
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  /* Each side counts by its own thresholds. */
  const rangeOf = (m: ModelBody, b: Band) =>
    b === 'hot' ? m.hot + '+' : b === 'warm' ? m.warm + '–' + (m.hot - 1) : m.floor + '–' + (m.warm - 1);
  const called = useCalled();
  /* A figure opens the leads that it counted. What is on screen is kept first, for the list is made of what is kept; of a part of the base there is none. */
  const open = (bucket: string) =>
    void flush()
      .then(() => go(previewLeads(draftId(), bucket)))
      .catch((x: unknown) => toast(problemText(x, t), { bad: true }));
  const figure = (bucket: string, text: ReactNode, n = 1) => {
    if (!p?.exact || !n) return text;
    const click = (e: MouseEvent) => {
      if (e.metaKey || e.ctrlKey || e.shiftKey) return;
      e.preventDefault();
      open(bucket);
    };
    return (
      <Link href={previewLeads(draftId(), bucket)} onClick={click}>
        {text}
      </Link>
    );
  };
  const tableOf = (id: string) => '/api/v1/export/preview.csv?model=' + id;
  /* As with the lists: what is on screen is kept first. */
  const takeTable = (e: MouseEvent) => {
    e.preventDefault();
    void flush()
      .then(() => location.assign(tableOf(draftId())))
      .catch((x: unknown) => toast(problemText(x, t), { bad: true }));
  };
  const sidesOf = (bucket: string, x: { before: number; after: number }, text = f.num) => (
    <>
      {figure(bucket + '.before', text(x.before), x.before)} →{' '}
      {figure(bucket + '.after', text(x.after), x.after)}
    </>
  );
  const few = p && !p.judged.enough;
  const models = useModels();
  const live = models.data?.items.find((m) => m.state === 'live');
  const fitted = { now: live?.fitted, after: model.fitted };
  const rates = p && !few && bandOrder.every((b) => p.bands[b].won);
  const names: [string, string] = [liveVersion ? 'v' + liveVersion : s.whatif.now, s.whatif.after];
  return (
    <section className="card wi" aria-label={s.whatif.title} aria-busy={stale}>
      <div className="hd wrap">
        <h2>{s.whatif.title}</h2>
        {p && (
          <span className="t12 dd intext">
            {figure('all', s.whatif.ofLeads(f.num(p.leads)), p.leads)},{' '}
            {figure('wins', s.whatif.ofSales(f.num(p.caught.wins)), p.caught.wins)}
            {p.exact ? '' : '. ' + (counting ? s.whatif.partSoon : s.whatif.part(f.num(p.all_leads)))}
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
                {names[0]}
              </span>
              <span className="row g4">
                <i className="sq sq-hot" />
                {names[1]}
              </span>
              <span className="sp dd">{s.whatif.axis}</span>
            </div>
            <Hist
              rows={p.histogram.map((r) => ({ ...r, to: r.to + 1 }))}
              warm={body.warm}
              hot={body.hot}
              top={body.ceiling}
              say={s.whatif.say(f.num(p.bands.hot.before), f.num(p.bands.hot.after))}
              onBar={p.exact ? (i, side) => open(`bin.${i}.${side}`) : undefined}
            />
            <HistTable
              rows={p.histogram}
              names={names}
              figure={(i, side, text, n) => figure(`bin.${i}.${side}`, text, n)}
            />
          </div>
          <div className="kp">
            <Kpi
              name={s.kpi.caught}
              value={
                p.caught.share.before.enough && p.caught.share.after.enough ? (
                  <>
                    {figure(
                      'caught.before',
                      f.num(Math.round(p.caught.share.before.value! * 100)),
                      p.caught.before,
                    )}{' '}
                    → {figure('caught.after', f.pct(p.caught.share.after.value!), p.caught.after)}
                  </>
                ) : (
                  sidesOf('caught', p.caught)
                )
              }
              tone={
                p.caught.after > p.caught.before ? 'ok' : p.caught.after < p.caught.before ? 'bad' : undefined
              }
              note={
                p.caught.after === p.caught.before
                  ? figure('wins', s.kpi.ofWins(p.caught.wins), p.caught.wins)
                  : s.kpi.more(p.caught.after - p.caught.before)
              }
            />
            <Kpi
              name={s.kpi.perDay(p.hot_per_day.working_days > 0)}
              value={
                p.hot_per_day.enough
                  ? f.num(p.hot_per_day.before) + ' → ' + f.num(p.hot_per_day.after)
                  : s.kpi.unknown
              }
              tone={
                p.hot_per_day.enough &&
                p.hot_per_day.capacity !== null &&
                p.hot_per_day.after > p.hot_per_day.capacity
                  ? 'bad'
                  : undefined
              }
              note={
                !p.hot_per_day.enough
                  ? s.kpi.fewDays(p.hot_per_day.days)
                  : p.hot_per_day.capacity !== null
                    ? s.kpi.capacity(f.num(p.hot_per_day.capacity))
                    : s.kpi.noCapacity
              }
            />
            <Kpi
              name={s.kpi.auc}
              value={figure('ended', sides.auc(p.judged) ?? s.kpi.unknown, p.judged.auc ? p.judged.n : 0)}
              note={
                p.judged.auc ? (
                  <>
                    {sides.half(p.judged)} <span className="dd">{s.kpi.judged(f.num(p.judged.n))}</span>
                  </>
                ) : (
                  s.lift.little
                )
              }
            />
          </div>
          <FewSales judged={p.judged} />
          <Silence judged={p.judged} />
          {p.judged.enough && <FittedHere {...fitted} />}
          <p className="t12 dd bd intext kpnote">
            {s.kpi.crossed(p.hot_per_day.days, p.hot_per_day.working_days)}{' '}
            {!p.hot_per_day.exact && s.kpi.played(f.num(p.hot_per_day.played), f.num(p.all_leads)) + ' '}
            {sidesOf('crossed', p.hot_per_day.leads)}. {s.kpi.base(p.judged.maturity_days ?? 0)}
          </p>
          <table className="bt">
            <thead>
              <tr>
                <th scope="col">
                  <span className="vh">{s.whatif.band}</span>
                </th>
                <th scope="col" className="num">
                  {s.whatif.leadsNow}
                </th>
                <th scope="col" className="num">
                  {s.whatif.leadsAfter}
                </th>
                {rates && (
                  <th scope="col" className="num" colSpan={2}>
                    {s.whatif.rate}
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {bandOrder.map((b) => (
                <tr key={b}>
                  <th scope="row">
                    <span className={'sc bandchip ' + b} title={t.band[b]}>
                      <Icon n={bandIcon[b]} />
                      {rangeOf(body, b)}
                    </span>
                    {rangeOf(base, b) !== rangeOf(body, b) && (
                      <span className="t12 dd nw bandwas">{s.whatif.was(names[0], rangeOf(base, b))}</span>
                    )}
                  </th>
                  <td className="num d">
                    {figure(`band.${b}.before`, f.num(p.bands[b].before), p.bands[b].before)}
                  </td>
                  <td className="num b">
                    {figure(`band.${b}.after`, f.num(p.bands[b].after), p.bands[b].after)}
                  </td>
                  {rates && (
                    <>
                      <td className="num d">
                        {figure(
                          `judged.${b}.before`,
                          sides.share(p.bands[b].won!.before) ?? s.few.short,
                          p.bands[b].won!.before.n,
                        )}
                      </td>
                      <td className="num b">
                        {figure(
                          `judged.${b}.after`,
                          sides.share(p.bands[b].won!.after) ?? s.few.short,
                          p.bands[b].won!.after.n,
                        )}
                      </td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
          <div className="hd mv-head wrap">
            <h3>{s.whatif.movers}</h3>
            <span className="t12 dd intext">
              {figure('into_hot', s.whatif.up(f.num(p.into_hot)), p.into_hot)}
              {p.into_hot > 0 && (
                <>
                  {' ('}
                  {figure('into_hot_open', s.whatif.open(f.num(p.into_hot_open)), p.into_hot_open)};{' '}
                  {figure(
                    'into_hot_decided',
                    s.whatif.decided(f.num(p.into_hot - p.into_hot_open)),
                    p.into_hot - p.into_hot_open,
                  )}
                  {')'}
                </>
              )}
              , {figure('out_of_hot', s.whatif.down(f.num(p.out_of_hot)), p.out_of_hot)}
            </span>
          </div>
          {p.movers.length ? (
            <ul className="mv">
              {p.movers.slice(0, 6).map((m) => (
                <li key={m.lead_id}>
                  <Link href={'/leads/' + m.lead_id + '/score'} className="cut">
                    {called(m.name, m.lead_id)} {m.company && <span className="dd t12">{m.company}</span>}
                  </Link>
                  <span className="row g4">
                    <ScoreChip score={m.before} band={m.band_before} />
                    <Icon n="right" size="xs" />
                    <ScoreChip score={m.after} band={m.band_after} />
                  </span>
                  <OutcomeWord is={m.outcome} />
                </li>
              ))}
            </ul>
          ) : (
            <p className="bd t13 d">{changed ? s.whatif.noMovers : s.whatif.nothing}</p>
          )}
        </div>
      )}
      <div className="foot">
        {canPublish && (
          <button className="btn p l grow" onClick={() => setAsk(true)}>
            {s.whatif.publish(nextVersion)}
          </button>
        )}
        <button
          className={'btn l' + (canPublish ? '' : ' grow')}
          disabled={replay.isPending}
          onClick={() => replay.mutate()}
        >
          {s.replay.run}
        </button>
      </div>
      <p className="t12 dd foot-note">
        {canPublish && p && s.whatif.publishHint(f.num(p.all_leads), liveVersion) + ' '}
        {s.replay.hint}{' '}
        {p && p.leads > 0 && may(me, 'lead.all') && (
          <a href={tableOf(draftId())} download onClick={takeTable}>
            {s.whatif.csv}
          </a>
        )}
        {last && (
          <>
            {' '}
            <Link href={`/scoring/${model.id}/replays/${last.id}`}>
              {s.replay.last(f.when(last.made_at, now))}
            </Link>
          </>
        )}
      </p>
      {ask && (
        <Publish
          version={nextVersion}
          body={body}
          base={base}
          errors={errors}
          p={p}
          figure={figure}
          fitted={fitted}
          note={model.state === 'draft' ? (model.note ?? '') : ''}
          flush={flush}
          draftId={draftId}
          onClose={() => setAsk(false)}
        />
      )}
    </section>
  );
}
