/* Automatic traffic: what people have marked, how far each mark has come, and what is recognised by itself. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { fieldErrors, problemText } from '../../api/problem';
import {
  markLeads,
  useMarkLook,
  useMarks,
  useMarkSources,
  useSignals,
  type Mark,
  type MarkKind,
} from '../../api/quarantine';
import { figureLeads } from '../../api/report';
import { useNow } from '../../app/clock';
import { may, useMe } from '../../app/session';
import { screenTexts, useFmt, useT } from '../../i18n';
import { Block, Dialog, Field, Icon, Select, toast } from '../../kit';
import { Builder } from '../../part/cond';
import { blank, holes, type Cond } from '../../part/cond/cond';
import { useWords } from '../../part/cond/words';
import { useCalled } from '../../part/leadname';
import { useSettled } from '../scoring/settled';
import type { AutomaticTexts } from './automatic-en';

const useTexts = screenTexts<AutomaticTexts>({
  en: () => import('./automatic-en'),
  ru: () => import('./automatic-ru'),
});

export default function Automatic() {
  const s = useTexts();
  const me = useMe();
  const q = useMarks();
  const [adding, setAdding] = useState(false);
  return (
    <div className="col g16 autotraffic">
      <section className="card">
        <div className="hd wrap">
          <h2>{s.marks}</h2>
          {may(me, 'model.edit') && (
            <button className="btn s p sp" onClick={() => setAdding(true)}>
              <Icon n="plus" size="s" />
              {s.add}
            </button>
          )}
        </div>
        <p className="bd t13 d">{s.hint}</p>
        <Block q={q} rows={4}>
          {(d) => {
            const items = d.pages.flatMap((p) => p.items);
            if (!items.length) return <p className="bd t13">{s.none}</p>;
            return (
              <table className="cards">
                <thead>
                  <tr>
                    <th scope="col">{s.what}</th>
                    <th scope="col">{s.holds}</th>
                    <th scope="col" className="side">
                      {s.who}
                    </th>
                    <th scope="col">
                      <span className="vh">{s.undo}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((m) => (
                    <Row key={m.id} m={m} />
                  ))}
                </tbody>
              </table>
            );
          }}
        </Block>
      </section>
      <Signals />
      {adding && <Add onClose={() => setAdding(false)} />}
    </div>
  );
}

function Row({ m }: { m: Mark }) {
  const s = useTexts();
  const called = useCalled();
  const t = useT();
  const f = useFmt();
  const me = useMe();
  const now = useNow(60);
  const qc = useQueryClient();
  const undo = useMutation({
    mutationFn: () => api.post<Mark>(`/quarantine/${m.id}/undo`),
    onSuccess: () => toast(s.undone),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => void qc.invalidateQueries({ queryKey: ['quarantine'] }),
  });
  const staff = m.reason === 'staff' && !m.made_by;
  const name = m.lead_id ? called(m.shown, m.lead_id) : (m.shown ?? m.value ?? s.kind[m.kind]);
  const gone = m.state === 'undone' || m.state === 'undoing';
  const working = m.state === 'working' || m.state === 'undoing';
  return (
    <tr>
      <td>
        <span className="row g6 wrap">
          <span className="tag">{s.kind[m.kind]}</span>
          {m.lead_id ? (
            <Link href={'/leads/' + m.lead_id} className="m">
              {name}
            </Link>
          ) : (
            <span className={'idcell ' + (gone ? 'd' : 'm')}>{name}</span>
          )}
          {m.person && <span className="tag acc">{s.person}</span>}
        </span>
        {m.reason && <span className="d t12 rest">{staff ? s.staff : m.reason}</span>}
      </td>
      <td>
        {!m.person && m.events > 0 && (
          <span className="nw">
            {s.events(m.events)}{' '}
            {may(me, 'lead.all') && may(me, 'model.read') ? (
              <Link href={figureLeads('mark', { id: m.id }, {})}>{s.leads(m.leads)}</Link>
            ) : (
              s.leads(m.leads)
            )}
          </span>
        )}
        <span className={'t12 rest ' + (working ? '' : 'd')} aria-live="polite">
          {working ? s.progress(m.done, m.total) : s.state[m.state]}
        </span>
      </td>
      <td className="d side">
        {m.made_by_name ?? s.house}
        <span className="t12 rest nw">{f.when(m.at, now)}</span>
      </td>
      <td className="num">
        {!gone && (may(me, 'model.edit') || (m.made_by && m.made_by === me.id)) && (
          <button
            className="btn s"
            aria-label={s.undoOf(name)}
            disabled={undo.isPending}
            onClick={() => undo.mutate()}
          >
            {s.undo}
          </button>
        )}
      </td>
    </tr>
  );
}

function Signals() {
  const s = useTexts();
  const f = useFmt();
  const now = useNow(60);
  const q = useSignals();
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.signals}</h2>
      </div>
      <Block q={q} rows={6}>
        {(p) => (
          <table className="cards">
            <thead>
              <tr>
                <th scope="col">{s.signal}</th>
                <th scope="col">{s.holds}</th>
                <th scope="col" className="side">
                  {s.seen}
                </th>
              </tr>
            </thead>
            <tbody>
              {[...p.items]
                .sort((a, b) => b.events - a.events)
                .map((x) => (
                  <tr key={x.signal}>
                    <td>
                      <span className="m">{x.title}</span>
                      <span className="d t12 rest">{x.text}</span>
                    </td>
                    <td className={x.events ? 'nw' : 'd nw'}>
                      {s.events(x.events)} {x.leads > 0 && s.leads(x.leads)}
                    </td>
                    <td className="d nw side">{x.last_at ? f.when(x.last_at, now) : s.never}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        )}
      </Block>
    </section>
  );
}

const offered = ['source', 'domain', 'email', 'agent', 'visitor', 'when'] as const;

/* The condition, and what it would catch: told before anything is done. */
function When({ when, onChange }: { when: Cond; onChange: (c: Cond) => void }) {
  const s = useTexts();
  const t = useT();
  const f = useFmt();
  const events = useWords()?.events.map((e) => e.name);
  const whole = holes(when).length === 0;
  const settled = useSettled(when, 300);
  const q = useMarkLook(whole && settled === when ? when : undefined);
  const list = markLeads(when);
  return (
    <div className="col g8">
      <span className="t13 d">{s.value.when}</span>
      <Builder cond={when} onChange={onChange} events={events} />
      <p className="t13 intext" role="status" aria-live="polite">
        {!whole ? (
          <span className="dd">{s.look.unfinished}</span>
        ) : q.error ? (
          <span className="bad">{Object.values(fieldErrors(q.error))[0] ?? problemText(q.error, t)}</span>
        ) : !q.data ? (
          <span className="dd">{s.look.counting}</span>
        ) : (
          <>
            {s.look.catches(f.num(q.data.events))}{' '}
            {q.data.leads > 0 && list ? (
              <Link href={list}>{s.look.of(f.num(q.data.leads))}</Link>
            ) : (
              s.look.of(f.num(q.data.leads))
            )}
            {'. '}
            {s.look.counting_now(f.num(q.data.counting))}
            {q.data.looked < q.data.all_leads &&
              ' ' + s.look.part(f.num(q.data.looked), f.num(q.data.all_leads))}
          </>
        )}
      </p>
    </div>
  );
}

function Add({ onClose }: { onClose: () => void }) {
  const s = useTexts();
  const t = useT();
  const qc = useQueryClient();
  const sources = useMarkSources().data?.items ?? [];
  const kinds = offered.filter((k) => k !== 'source' || sources.length);
  const [kind, setKind] = useState<(typeof offered)[number]>('domain');
  const [value, setValue] = useState('');
  const [when, setWhen] = useState<Cond>(blank('event'));
  const [reason, setReason] = useState('');
  const add = useMutation({
    mutationFn: () =>
      api.post<Mark>('/quarantine', {
        kind,
        ...(kind === 'when' ? { when } : { value: value.trim() }),
        reason: reason.trim(),
      }),
    onSuccess: () => {
      toast(s.made);
      onClose();
    },
    onSettled: () => void qc.invalidateQueries({ queryKey: ['quarantine'] }),
  });
  const faults = fieldErrors(add.error);
  const ready = kind === 'when' ? holes(when).length === 0 : !!value.trim();
  const pick = (k: string) => {
    setKind(k as typeof kind);
    setValue(k === 'source' ? (sources[0]?.id ?? '') : '');
    add.reset();
  };
  return (
    <Dialog open onClose={onClose} title={s.add}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (ready) add.mutate();
        }}
      >
        <Select
          label={s.pick}
          value={kind}
          onChange={pick}
          items={kinds.map((k) => ({ id: k, label: s.kind[k as MarkKind] }))}
        />
        {kind === 'when' ? (
          <>
            <When when={when} onChange={setWhen} />
            {add.error && (
              <p className="failed" role="alert">
                {Object.values(faults)[0] ?? problemText(add.error, t)}
              </p>
            )}
          </>
        ) : kind === 'source' ? (
          <Select
            label={s.value.source}
            value={value}
            onChange={setValue}
            items={sources.map((k) => ({ id: k.id, label: k.name }))}
          />
        ) : (
          <Field
            label={s.value[kind]}
            placeholder={s.example[kind]}
            value={value}
            onChange={(e) => setValue(e.currentTarget.value)}
            error={
              faults.value ??
              (add.isError && !Object.keys(faults).length ? problemText(add.error, t) : undefined)
            }
            required
          />
        )}
        <Field
          label={s.reason}
          maxLength={2000}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <div className="row g6">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={add.isPending || !ready}>
            {s.add}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
