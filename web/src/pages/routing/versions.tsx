/* Versions of the rules, with the way back; and one lead tried: where it would go, and why. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import type { Rule } from '../../api/office';
import { isStale, problemText } from '../../api/problem';
import { useManagers } from '../../api/leads';
import {
  useRuleVersions,
  useTry,
  type PoolPolicy,
  type RuleVersion,
  type RuleVersionWhole,
  type Tried,
} from '../../api/share';
import type { Lead, Page } from '../../api/types';
import { serverNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Field, Icon, toast } from '../../kit';
import { useLeadName } from '../../part/leadname';
import { Candidates } from '../../part/candidates';
import { useCandidateT } from '../../part/candidates/text';
import { Compared } from './difference';
import { useRoutingTexts } from './texts';

const changedKeys = ['rules', 'ruleversions', 'pools'];

/* onOpen: a draft goes on being edited; opened: the one that is. */
export function Versions({
  edit,
  opened,
  onOpen,
  onGone,
}: {
  edit: boolean;
  opened?: string;
  onOpen: (v: RuleVersionWhole) => void;
  onGone: (id: string) => void;
}) {
  const { versions: s, savedPlans: made } = useRoutingTexts();
  const t = useT();
  const qc = useQueryClient();
  const q = useRuleVersions();
  const [ask, setAsk] = useState<RuleVersion>();
  const [beside, setBeside] = useState<RuleVersion>();
  const fresh = () => {
    for (const k of changedKeys) void qc.invalidateQueries({ queryKey: [k] });
  };
  const bad = (e: unknown) => {
    toast(problemText(e, t), { bad: true });
    if (isStale(e)) fresh();
  };
  const back = useMutation({
    mutationFn: (v: RuleVersion) =>
      api.post<RuleVersionWhole>(`/routing/versions/${v.id}/publish`, undefined, { version: v.edit }),
    onSuccess: (x, v) => {
      setAsk(undefined);
      onGone(v.id);
      fresh();
      toast(x?.plans ? made(x.plan_leads, x.plans) : s.done);
    },
    onError: bad,
  });
  const whole = (v: RuleVersion) => api.get<RuleVersionWhole>('/routing/versions/' + v.id);
  const open = useMutation({
    mutationFn: whole,
    onSuccess: (x) => x && onOpen(x),
    onError: bad,
  });
  const drop = useMutation({
    mutationFn: async (v: RuleVersion) => {
      const kept = await whole(v);
      await api.del('/routing/versions/' + v.id, kept!.edit);
      return kept!;
    },
    onSuccess: (kept) => {
      onGone(kept.id);
      fresh();
      toast(s.dropped, {
        undo: () =>
          void api
            .post('/routing/versions', {
              items: kept.items,
              policies: kept.policies,
              ...(kept.note ? { note: kept.note } : {}),
            })
            .then(fresh, bad),
      });
    },
    onError: bad,
  });
  const row = (v: RuleVersion) => (
    <Row
      key={v.id}
      v={v}
      edit={edit}
      opened={v.id === opened}
      onOpen={() => open.mutate(v)}
      onBeside={() => setBeside(v)}
      onPublish={() => setAsk(v)}
      onDrop={() => drop.mutate(v)}
    />
  );
  return (
    <>
      <section className="card" aria-labelledby="drafts-h">
        <div className="hd">
          <h2 id="drafts-h">{s.drafts}</h2>
        </div>
        <Block q={q} rows={1}>
          {(d) => {
            const drafts = d.items.filter((v) => v.state === 'draft');
            return drafts.length ? (
              <ul className="versionlist bd">{drafts.map(row)}</ul>
            ) : (
              <p className="bd t13 d">{s.noDrafts}</p>
            );
          }}
        </Block>
      </section>
      <section className="card" aria-labelledby="versions-h">
        <div className="hd">
          <h2 id="versions-h">{s.title}</h2>
        </div>
        <Block q={q} rows={2}>
          {(d) => {
            const kept = d.items.filter((v) => v.state !== 'draft').slice(0, 20);
            return kept.length ? (
              <ul className="versionlist bd">{kept.map(row)}</ul>
            ) : (
              <p className="bd t13 d">{s.none}</p>
            );
          }}
        </Block>
      </section>
      {beside && <Compared version={beside} onClose={() => setBeside(undefined)} />}
      <Dialog open={!!ask} onClose={() => setAsk(undefined)} title={s.sure}>
        <div className="form">
          <p>{ask && s.sureText(ask.rules)}</p>
          <div className="row g8">
            <button
              className="btn p"
              data-focus
              disabled={back.isPending}
              onClick={() => ask && back.mutate(ask)}
            >
              {s.yes}
            </button>
            <button className="btn" onClick={() => setAsk(undefined)}>
              {t.cancel}
            </button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

function Row({
  v,
  edit,
  opened,
  onOpen,
  onBeside,
  onPublish,
  onDrop,
}: {
  v: RuleVersion;
  edit: boolean;
  opened: boolean;
  onOpen: () => void;
  onBeside: () => void;
  onPublish: () => void;
  onDrop: () => void;
}) {
  const s = useRoutingTexts().versions;
  const f = useFmt();
  const draft = v.state === 'draft';
  return (
    <li className="row wrap g8">
      <span className={'tag ' + (v.state === 'live' ? 'ok' : '')}>
        {opened ? s.opened : s.states[v.state]}
      </span>
      <b className="m">{draft ? v.note || s.draft : s.number(v.version)}</b>
      <span className="t12 dd grow">
        {f.dateTime(v.at)} · {v.by_name ?? s.house} · {s.rules(v.rules)}
        {!draft && v.note ? ' · ' + v.note : ''}
      </span>
      {v.state !== 'live' && (
        <button className="btn s g" onClick={onBeside}>
          {s.compare}
        </button>
      )}
      {edit && draft && (
        <>
          <button className="btn s" disabled={opened} onClick={onOpen}>
            {s.open}
          </button>
          <button className="btn s g bad" onClick={onDrop}>
            {s.drop}
          </button>
        </>
      )}
      {edit && v.state !== 'live' && (
        <button className="btn s" onClick={onPublish}>
          {draft ? s.publish : s.back}
        </button>
      )}
    </li>
  );
}

/* items, policies: what is on screen when it is not live yet. */
export function TryLead({ items, policies }: { items?: Rule[]; policies?: PoolPolicy[] }) {
  const s = useRoutingTexts().trial;
  const leadName = useLeadName();
  const t = useT();
  const [words, setWords] = useState('');
  const [free, setFree] = useState(true);
  const [lead, setLead] = useState<Pick<Lead, 'id' | 'called'>>();
  const found = useQuery({
    queryKey: ['trylead', words],
    queryFn: ({ signal }) => api.get<Page<Lead>>('/leads', { q: words, limit: 6 }, signal),
    enabled: words.trim().length > 1,
  });
  const tried = useTry();
  const run = (x: Pick<Lead, 'id' | 'called'>) => {
    setLead(x);
    tried.mutate({ lead_id: x.id, free, items, policies });
  };
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.title}</h2>
      </div>
      <div className="bd tryform">
        <Field
          label={s.lead}
          type="search"
          hint={items ? s.byUnsaved : s.byLive}
          value={words}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
        <label className="row g6 t13">
          <input type="checkbox" checked={free} onChange={(e) => setFree(e.currentTarget.checked)} />
          {s.free}
        </label>
        {words.trim().length > 1 && (
          <ul className="pick" aria-label={s.found}>
            {found.data?.items.map((l) => (
              <li key={l.id}>
                <button className="opt" aria-pressed={lead?.id === l.id} onClick={() => run(l)}>
                  <span className="grow cut">{leadName(l)}</span>
                  <span className="t12 dd">{l.company}</span>
                </button>
              </li>
            ))}
            {found.data && !found.data.items.length && <li className="t13 dd">{s.nobody}</li>}
          </ul>
        )}
        {tried.error && <p className="bad t13">{problemText(tried.error, t)}</p>}
        {tried.data && lead && <Answer x={tried.data} lead={lead} />}
      </div>
    </section>
  );
}

function Answer({ x, lead }: { x: Tried; lead: Pick<Lead, 'id' | 'called'> }) {
  const s = useRoutingTexts();
  const leadName = useLeadName();
  const a = s.trial;
  const t = useT();
  const f = useFmt();
  const why = useCandidateT().why;
  const managers = useManagers(true);
  const name = (id: string) => managers.data?.items.find((m) => m.user_id === id)?.name ?? '—';
  return (
    <div className="said col g6" role="status">
      <span>
        <Link href={'/leads/' + lead.id} className="m">
          {leadName(lead)}
        </Link>{' '}
        <Icon n="right" size="xs" /> <b>{x.manager_name ?? (x.why === 'claim' ? a.first : a.waits)}</b>
      </span>
      <span className="t13 d">
        {x.why === 'owner_keeps'
          ? a.owner
          : x.why === 'company_keeps'
            ? a.company
            : x.rule
              ? a.rule(x.rule)
              : a.noRule}{' '}
        {a.within(x.sla_minutes)}
      </span>
      {x.why === 'nobody' && (
        <span className="t13">
          {x.waits_for && (why[x.waits_for] ? a.waitsFor(why[x.waits_for]!) : a.waitsForAny)}{' '}
          {x.promise_due && a.promised(f.when(x.promise_due, serverNow()))}{' '}
          {x.again_at && a.again(f.when(x.again_at, serverNow()))}
        </span>
      )}
      {x.candidates.length > 0 && (
        <>
          <span className="t12 m">{a.candidates}</span>
          <Candidates
            items={x.candidates.map((c) => ({ ...c, name: name(c.manager_id) }))}
            figure={(c) => (c.manager_id === x.manager_id ? a.gets : t.assign.load(c.load, c.capacity))}
          />
        </>
      )}
      {x.rules.length > 0 && (
        <ol className="t12 dd tried">
          {x.rules.map((r, i) => (
            <li key={i}>
              {r.holds ? '✓' : '—'} {r.name}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
