/* Champion and challenger: the contest that runs, with its verdict in a sentence, and the earlier ones. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { contestKey, contestLeads, useContests, type Contest } from '../../api/calibration';
import { api } from '../../api/client';
import { useModels } from '../../api/models';
import { problemText } from '../../api/problem';
import type { Band, Page } from '../../api/types';
import { RatioBar } from '../../charts/sharebar';
import { may, useMe, useTitle } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Empty, Field, Icon, ScoreChip, Seg, Select, toast } from '../../kit';
import { useContestTexts } from './texts';
import './contests.css';

export default function Contests() {
  const s = useContestTexts();
  const me = useMe();
  const q = useContests();
  const [form, setForm] = useState(false);
  const edit = may(me, 'model.edit');
  useTitle(s.title);
  const running = q.data?.items.find((k) => k.state === 'running');
  const past = q.data?.items.filter((k) => k.state !== 'running') ?? [];
  return (
    <>
      <header className="row wrap g12">
        <h1>{s.title}</h1>
        <span className="sp" />
        {edit && q.data && !running && (
          <button className="btn p" onClick={() => setForm(true)}>
            <Icon n="plus" size="s" />
            {s.start}
          </button>
        )}
      </header>
      <p className="d t13">{s.hint}</p>
      <Block q={q} rows={6}>
        {(d) => (
          <div className="contests">
            {running && <Card k={running} edit={edit} />}
            {!d.items.length && (
              <div className="card">
                <Empty title={s.noneTitle}>
                  <p className="d t13">{s.noneHint}</p>
                </Empty>
              </div>
            )}
            {past.length > 0 && (
              <>
                <h2 className="t16 b">{s.past}</h2>
                {past.map((k) => (
                  <Card key={k.id} k={k} edit={edit} />
                ))}
              </>
            )}
          </div>
        )}
      </Block>
      {form && <Form onClose={() => setForm(false)} />}
    </>
  );
}

function Card({ k, edit }: { k: Contest; edit: boolean }) {
  const s = useContestTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const [lots, setLots] = useState(false);
  const refresh = () => {
    void qc.invalidateQueries({ queryKey: contestKey });
    void qc.invalidateQueries({ queryKey: ['models'] });
  };
  const stop = useMutation({
    mutationFn: () => api.post(`/contests/${k.id}/stop`),
    onSuccess: () => {
      toast(s.stopped1);
      setAsking(false);
      refresh();
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const publish = useMutation({
    mutationFn: () => api.post(`/models/${k.challenger_id}/rollback`),
    onSuccess: () => {
      toast(s.published);
      refresh();
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const running = k.state === 'running';
  const behind = (bucket: string, n: number, text: string) =>
    n && may(me, 'lead.all') ? <Link href={contestLeads(k.id, bucket)}>{text}</Link> : text;
  const arm = (
    side: 'champion' | 'challenger',
    name: string,
    model: string | null,
    version: number,
    leads: number,
    won: number,
  ) => (
    <div className="arm">
      <span className="t12 dd">{name}</span>
      <b className="brk">
        {model} <span className="dd">v{version}</span>
      </b>
      <span className="t13 intext">
        {behind(side + ':won', won, f.num(won))} {s.of} {behind(side, leads, s.leads(leads, f.num(leads)))}{' '}
        {s.metric[k.metric]}
      </span>
      <span className="bar" aria-hidden="true">
        <i style={{ width: leads ? (100 * won) / leads + '%' : '0%' }} />
      </span>
    </div>
  );
  return (
    <section className="card" aria-label={k.name}>
      <div className="hd">
        <h3>{k.name}</h3>
        <span className={'tag ' + (running ? 'acc' : k.state === 'decided' ? 'ok' : '')}>
          <Icon n={running ? 'clock' : k.state === 'decided' ? 'check' : 'x'} size="xs" />
          {s[k.state]}
        </span>
        <span className="t12 dd sp">
          {k.ended_at ? s.until(f.date(k.started_at), f.date(k.ended_at)) : s.since(f.date(k.started_at))}
        </span>
      </div>
      <div className="bd col g12">
        <p className="verdict">{k.verdict}</p>
        <div className="arms">
          {arm(
            'champion',
            s.champion,
            k.champion_name,
            k.champion_version,
            k.champion_leads,
            k.champion_successes,
          )}
          {arm(
            'challenger',
            s.challenger,
            k.challenger_name,
            k.challenger_version,
            k.challenger_leads,
            k.challenger_successes,
          )}
        </div>
        <div className="ratio">
          <span className="t12 dd">{s.ratio}</span>
          {k.interval ? (
            <>
              <RatioBar
                {...k.interval}
                end={8}
                tone={k.interval.low > 1 ? 'ok' : k.interval.high < 1 ? 'bad' : 'dd'}
              />
              <span className="t12">
                {s.ratioTell(f.num(k.interval.value), f.num(k.interval.low), f.num(k.interval.high))}
                <span className="dd"> · {s.p(k.p, f.exact, f.exact(k.alpha))}</span>
              </span>
            </>
          ) : (
            <span className="t13 d">{s.noRatio}</span>
          )}
        </div>
        <div className="row wrap">
          <button className="btn s g" aria-expanded={lots} onClick={() => setLots(!lots)}>
            <Icon n="list" size="s" />
            {s.lots}
          </button>
          {may(me, 'lead.all') && (
            <a className="btn s g" href={'/api/v1/export/contest.csv?contest=' + k.id} download>
              <Icon n="download" size="s" />
              {s.csv}
            </a>
          )}
          <span className="sp" />
          {edit && k.state === 'decided' && k.winner === 'challenger' && (
            <button className="btn p" disabled={publish.isPending} onClick={() => publish.mutate()}>
              {s.publish}
            </button>
          )}
          {edit && running && (
            <button className="btn" onClick={() => setAsking(true)}>
              {s.stop}
            </button>
          )}
        </div>
        {lots && <Lots id={k.id} />}
      </div>
      <Dialog open={asking} onClose={() => setAsking(false)} title={s.stopTitle}>
        <p className="d">{s.stopText}</p>
        <div className="row dlg-acts">
          <button className="btn" onClick={() => setAsking(false)}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={stop.isPending} onClick={() => stop.mutate()}>
            {s.stop}
          </button>
        </div>
      </Dialog>
    </section>
  );
}

type Lot = {
  lead_id: string;
  name: string | null;
  arm: 'champion' | 'challenger';
  chance: number;
  score: number;
  band: Band;
};

function Lots({ id }: { id: string }) {
  const s = useContestTexts();
  const t = useT();
  const f = useFmt();
  const q = useInfiniteQuery({
    queryKey: ['contests', id, 'leads'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Lot>>(
        `/contests/${id}/leads`,
        { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
  return (
    <Block q={q} rows={4}>
      {(d) => (
        <div className="lots">
          <table>
            <thead>
              <tr>
                <th scope="col">{s.lotsCol.lead}</th>
                <th scope="col">{s.lotsCol.arm}</th>
                <th scope="col" className="num">
                  {s.lotsCol.chance}
                </th>
                <th scope="col">{s.lotsCol.score}</th>
              </tr>
            </thead>
            <tbody>
              {d.pages
                .flatMap((x) => x.items)
                .map((l) => (
                  <tr key={l.lead_id}>
                    <td>
                      <Link href={'/leads/' + l.lead_id}>{l.name ?? l.lead_id}</Link>
                    </td>
                    <td>{l.arm === 'champion' ? s.champion : s.challenger}</td>
                    <td className="num">{f.pct(l.chance)}</td>
                    <td>
                      <ScoreChip score={l.score} band={l.band} />
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
          {q.hasNextPage && (
            <button className="btn s" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
              {t.more}
            </button>
          )}
        </div>
      )}
    </Block>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const s = useContestTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const models = useModels();
  const list = (models.data?.items ?? []).filter((m) => m.state === 'draft' || m.state === 'retired');
  const [name, setName] = useState('');
  const [picked, setPicked] = useState('');
  const [share, setShare] = useState<'0.2' | '0.5'>('0.5');
  const [metric, setMetric] = useState<'won' | 'accepted'>('won');
  const challenger = picked || list[0]?.id;
  const start = useMutation({
    mutationFn: () =>
      api.post('/contests', {
        name: name.trim() || null,
        challenger_id: challenger,
        share: Number(share),
        metric,
      }),
    onSuccess: () => {
      toast(s.form.started);
      void qc.invalidateQueries({ queryKey: contestKey });
      void qc.invalidateQueries({ queryKey: ['models'] });
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={s.form.title}>
      <form
        className="col g12 contestform"
        onSubmit={(e) => {
          e.preventDefault();
          start.mutate();
        }}
      >
        <Block q={models} rows={4}>
          {() =>
            !list.length ? (
              <p className="d">{s.form.noDrafts}</p>
            ) : (
              <>
                <Select
                  label={s.form.challenger}
                  value={challenger ?? ''}
                  onChange={setPicked}
                  items={list.map((m) => ({
                    id: m.id,
                    label: `${m.name}, ${m.state === 'draft' ? s.form.draft : s.form.version(m.version)}`,
                  }))}
                />
                <Field
                  label={s.form.name}
                  value={name}
                  maxLength={200}
                  onChange={(e) => setName(e.currentTarget.value)}
                />
                <div className="field">
                  <span className="t12 d">{s.form.share}</span>
                  <Seg<'0.2' | '0.5'>
                    label={s.form.share}
                    value={share}
                    onChange={setShare}
                    items={[
                      { id: '0.5', label: f.pct(0.5) },
                      { id: '0.2', label: f.pct(0.2) },
                    ]}
                  />
                </div>
                <div className="field">
                  <span className="t12 d">{s.form.metric}</span>
                  <Seg<'won' | 'accepted'>
                    label={s.form.metric}
                    value={metric}
                    onChange={setMetric}
                    items={[
                      { id: 'won', label: s.metric.won },
                      { id: 'accepted', label: s.metric.accepted },
                    ]}
                  />
                </div>
                <p className="t12 dd">{s.form.frozen}</p>
              </>
            )
          }
        </Block>
        {start.error && (
          <p className="failed" role="alert">
            {problemText(start.error, t)}
          </p>
        )}
        <div className="row dlg-acts">
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={!challenger || start.isPending}>
            {s.form.start}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
