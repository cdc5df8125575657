/* Beside the reasons: what is known of the person, who else is there, why this manager, what was joined. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { refreshLead, useAssignments, useMerges, usePatchLead } from '../../api/leads';
import { problemText } from '../../api/problem';
import { useCompany } from '../../api/quarantine';
import type { Assignment, Candidate, LeadCard } from '../../api/types';
import { useNow } from '../../app/clock';
import { may, useMe } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Avatar, Block, Combobox, Dialog, Field, Icon, ScoreChip, toast, type Opt } from '../../kit';
import { useFindLeads } from '../../part/findlead';
import { useCalled, useLeadName } from '../../part/leadname';
import { Candidates } from '../../part/candidates';
import { worded } from '../../part/cond/sentence';
import { useLeadT } from './text';

const isLink = (v: string) => /^https?:\/\//i.test(v);

/* Facts that stand in the head of the card are not repeated. */
const shownAbove = new Set(['name', 'title', 'company', 'phone']);

export function Facts({ lead, onEdit }: { lead: LeadCard; onEdit: () => void }) {
  const tt = useT();
  const t = useLeadT();
  const f = useFmt();
  const now = useNow(60);
  const [editing, setEditing] = useState<{ name: string; value: string } | undefined>();
  const facts = Object.entries(lead.facts ?? {}).filter(
    ([k, x]) =>
      !shownAbove.has(k) &&
      !/^(bant|meddic)\./.test(k) && // the checklists show them
      x.value !== null &&
      x.value !== '' &&
      !(k in lead && (lead as never)[k] === x.value),
  );
  const text = (v: unknown) =>
    typeof v === 'string'
      ? v
      : typeof v === 'number'
        ? f.num(v)
        : v === true
          ? t.yes
          : v === false
            ? t.no
            : JSON.stringify(v);
  return (
    <section className="card" aria-labelledby="facts-h">
      <div className="hd">
        <h2 id="facts-h">{t.company}</h2>
        <button className="btn s g sp" onClick={onEdit}>
          {t.edit}
          <kbd>E</kbd>
        </button>
      </div>
      <div className="bd">
        <dl className="kv">
          {lead.email && (
            <>
              <dt>{tt.field.email}</dt>
              <dd>
                <a className="brk" href={'mailto:' + lead.email}>
                  {lead.email}
                </a>
              </dd>
            </>
          )}
          {lead.source && (
            <>
              <dt>{tt.field.source}</dt>
              <dd>
                <Link href={'/leads?source=' + encodeURIComponent(lead.source)}>{lead.source}</Link>
              </dd>
            </>
          )}
          {facts.map(([k, x]) => (
            <FactRow key={k} k={k} unverified={!x.verified}>
              {typeof x.value === 'string' && isLink(x.value) ? (
                <a className="brk" href={x.value} target="_blank" rel="noopener noreferrer">
                  {x.value}
                </a>
              ) : (
                <button
                  className="lnk fact brk"
                  title={t.edit}
                  onClick={() =>
                    setEditing({
                      name: k,
                      value: typeof x.value === 'string' ? x.value : JSON.stringify(x.value),
                    })
                  }
                >
                  {text(x.value)}
                </button>
              )}
            </FactRow>
          ))}
          <dt>{t.created}</dt>
          <dd>{f.date(lead.created_at, now)}</dd>
          {lead.seen_at && (
            <>
              <dt>{t.seen}</dt>
              <dd>{f.ago(lead.seen_at, now)}</dd>
            </>
          )}
        </dl>
        <button className="btn s g addfact" onClick={() => setEditing({ name: '', value: '' })}>
          <Icon n="plus" size="s" />
          {t.addFact}
        </button>
      </div>
      {editing && <FactDialog lead={lead} first={editing} onClose={() => setEditing(undefined)} />}
    </section>
  );
}

function FactRow({ k, unverified, children }: { k: string; unverified: boolean; children: React.ReactNode }) {
  const t = useLeadT();
  return (
    <>
      <dt className="brk">{t.fact[k] ?? worded(k)}</dt>
      <dd>
        {children} {unverified && <span className="tag">{t.unverified}</span>}
      </dd>
    </>
  );
}

function FactDialog({
  lead,
  first,
  onClose,
}: {
  lead: LeadCard;
  first: { name: string; value: string };
  onClose: () => void;
}) {
  const tt = useT();
  const t = useLeadT();
  const patch = usePatchLead();
  const [name, setName] = useState(first.name);
  const [value, setValue] = useState(first.value);
  const typed = (v: string): unknown => {
    const x = v.trim();
    if (!x) return null;
    if (/^-?\d+(\.\d+)?$/.test(x)) return Number(x);
    return x === 'true' ? true : x === 'false' ? false : x;
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={first.name ? (t.fact[first.name] ?? worded(first.name)) : t.addFact}
    >
      <form
        className="col g12"
        onSubmit={(e) => {
          e.preventDefault();
          patch.mutate(
            { id: lead.id, version: lead.version, patch: { facts: { [name.trim()]: typed(value) } } },
            { onSuccess: onClose },
          );
        }}
      >
        {!first.name && (
          <Field
            label={t.factName}
            required
            autoFocus
            maxLength={64}
            value={name}
            onChange={(e) => setName(e.currentTarget.value)}
          />
        )}
        <Field
          label={t.factValue}
          autoFocus={!!first.name}
          maxLength={500}
          value={value}
          error={patch.error ? problemText(patch.error, tt) : undefined}
          onChange={(e) => setValue(e.currentTarget.value)}
        />
        <div className="row dlg-acts">
          <button type="button" className="btn" onClick={onClose}>
            {tt.cancel}
          </button>
          <button className="btn p" disabled={patch.isPending}>
            {tt.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/* The company's own score, which opens who gives what of it; where it cannot be told now, the card is whole without it. */
function CompanyScore({ id }: { id: string }) {
  const t = useLeadT();
  const { data: c } = useCompany(id, 60_000);
  if (!c) return null;
  return (
    <p className="bd row t13 companyline">
      <Link className="grow" href={'/companies/' + id}>
        {t.companyScore(c.people)}
      </Link>
      <ScoreChip score={c.score} band={c.band} />
    </p>
  );
}

export function People({ lead }: { lead: LeadCard }) {
  const t = useLeadT();
  const leadName = useLeadName();
  if (!lead.people?.length && !lead.company_id) return null;
  return (
    <section className="card" aria-labelledby="ppl-h">
      <div className="hd">
        <h2 id="ppl-h">{t.people}</h2>
      </div>
      {lead.company_id && <CompanyScore id={lead.company_id} />}
      <ul className="bd col g12">
        {(lead.people ?? []).map((p) => (
          <li key={p.id} className="row t13">
            <Avatar name={leadName(p)} small />
            <span className="col grow">
              <Link className="cut plain" href={'/leads/' + p.id}>
                {leadName(p)}
              </Link>
              {p.title && <span className="dd t12 cut">{p.title}</span>}
            </span>
            <ScoreChip score={p.score} band={p.band} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/* The last decision; while nobody could have the lead, and behind whoever got it then, why it waited. */
export function WhyManager({ id }: { id: string }) {
  const t = useLeadT();
  const q = useAssignments(id);
  const [a, before] = q.data?.items ?? [];
  if (q.data && !a) return null;
  return (
    <section className="card" aria-labelledby="mgr-h">
      <div className="hd">
        <h2 id="mgr-h">{a && !a.manager_id ? t.whyWaits : t.whyManager}</h2>
      </div>
      <div className="bd col g12">
        <Block q={q} rows={2}>
          {() =>
            a && (
              <>
                {a.manager_id ? <Given a={a} /> : <Waited a={a} />}
                {a.manager_id && before && !before.manager_id && <Waited a={before} />}
              </>
            )
          }
        </Block>
      </div>
    </section>
  );
}

function Given({ a }: { a: Assignment }) {
  const tt = useT();
  const t = useLeadT();
  const f = useFmt();
  const now = useNow(60);
  /* What the policy went by, for each who could have had the lead. */
  const figure = (c: Candidate) => {
    if (a.policy === 'round_robin') return c.last_at ? t.waited(f.mark(c.last_at, now)) : t.neverGiven;
    if (a.policy === 'weighted') return t.share(c.weight);
    if (a.policy === 'value' && c.value) return t.brings(f.moneyShort(c.value));
    if (a.policy === 'value' && c.sales) return t.brings(f.pct(c.sales));
    if (a.policy === 'best_match' && c.fit) return t.fits(f.pct(c.fit / 100));
    return tt.assign.load(c.load, c.capacity);
  };
  return (
    <div className="col g6 t13">
      <span className="row">
        <Avatar name={a.manager_name ?? ''} small />
        <b className="m grow cut">{a.manager_name}</b>
        <span className="dd t12">{f.mark(a.at, now)}</span>
      </span>
      <span className="d">
        {[
          a.rule && t.rule(a.rule),
          a.lot ? t.byLot : a.policy && (t.policy[a.policy] ?? a.policy),
          t.reason[a.reason] ?? a.reason,
          a.by_name,
          a.note,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {a.turn_back_at && <span className="dd t12">{t.turnBack(f.mark(a.turn_back_at, now))}</span>}
      {!!a.lot_share && a.probability !== undefined && (
        <span className="dd t12">{t.lotChance(f.pct(a.probability), f.pct(a.lot_share))}</span>
      )}
      {a.candidates.length > 1 && (
        <details>
          <summary className="t12 d">{t.candidates}</summary>
          <Candidates
            items={a.candidates}
            figure={figure}
            more={(c) => !!a.lot_share && c.eligible && ' · ' + t.chance(f.pct(c.probability ?? 0))}
          />
        </details>
      )}
    </div>
  );
}

function Waited({ a }: { a: Assignment }) {
  const tt = useT();
  const t = useLeadT();
  const f = useFmt();
  const now = useNow(60);
  const offered = a.reason === 'offered';
  return (
    <div className="col g6 t13">
      <span className="row">
        <Icon n="clock" size="s" />
        <b className="m grow">{offered ? t.wait.offered : t.wait.nobody}</b>
        <span className="dd t12">{f.mark(a.at, now)}</span>
      </span>
      <span className="d">
        {[a.rule && t.rule(a.rule), a.until_at ? t.wait.until(f.mark(a.until_at, now)) : t.wait.lasts]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {a.candidates.length ? (
        <details open={!a.until_at}>
          <summary className="t12 d">{offered ? t.candidates : t.wait.who}</summary>
          <Candidates items={a.candidates} figure={(c) => tt.assign.load(c.load, c.capacity)} />
        </details>
      ) : (
        <span className="dd t12">{t.wait.empty}</span>
      )}
    </div>
  );
}

export function Merges({ id }: { id: string }) {
  const tt = useT();
  const called = useCalled();
  const t = useLeadT();
  const f = useFmt();
  const now = useNow(60);
  const qc = useQueryClient();
  const q = useMerges(id);
  const undo = useMutation({
    mutationFn: (merge: string) => api.post(`/merges/${merge}/undo`),
    onSuccess: () => toast(t.mergeUndone),
    onError: (e) => toast(problemText(e, tt), { bad: true }),
    onSettled: () => refreshLead(qc, id),
  });
  const me = useMe();
  const [joining, setJoining] = useState(false);
  const open = (q.data?.items ?? []).filter((m) => !m.undone_at && m.into_id === id);
  const allowed = may(me, 'lead.merge');
  if (!open.length && !allowed) return null;
  return (
    <section className="card" aria-labelledby="mrg-h">
      <div className="hd">
        <h2 id="mrg-h">{t.merges}</h2>
        {allowed && (
          <button className="btn s g sp" onClick={() => setJoining(true)}>
            <Icon n="plus" size="s" />
            {t.mergeAdd}
          </button>
        )}
      </div>
      <ul className="bd col g12">
        {!open.length && <li className="dd t13">{t.mergeNone}</li>}
        {open.map((m) => (
          <li key={m.id} className="row t13">
            <Icon n="merge" size="s" />
            <span className="col grow">
              <span className="cut">{called(m.from_name, m.from_id)}</span>
              <span className="dd t12 cut">
                {[m.reason && (t.mergeReason[m.reason] ?? m.reason), m.by_name, f.mark(m.at, now)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            {may(me, 'lead.merge') && (
              <button className="btn s" disabled={undo.isPending} onClick={() => undo.mutate(m.id)}>
                {t.mergeUndo}
              </button>
            )}
          </li>
        ))}
      </ul>
      {joining && <Join id={id} onClose={() => setJoining(false)} />}
    </section>
  );
}

/* Two records of one person: the other is found by name, and joined into this one; the toast takes it back. */
function Join({ id, onClose }: { id: string; onClose: () => void }) {
  const tt = useT();
  const t = useLeadT();
  const qc = useQueryClient();
  const [other, setOther] = useState<Opt[]>([]);
  const undo = useMutation({
    mutationFn: (merge: string) => api.post(`/merges/${merge}/undo`),
    onSettled: () => refreshLead(qc, id),
  });
  const join = useMutation({
    mutationFn: () => api.post<{ merge_id: string }>(`/leads/${id}/merge`, { lead_id: other[0]?.id }),
    onSuccess: (m) => {
      toast(t.mergeDone, { undo: () => undo.mutate(m.merge_id) });
      refreshLead(qc, id);
      onClose();
    },
  });
  const load = useFindLeads(id);
  return (
    <Dialog open onClose={onClose} title={t.mergeAdd}>
      <form
        className="col g12"
        onSubmit={(e) => {
          e.preventDefault();
          if (other.length) join.mutate();
        }}
      >
        <p className="d t13">{t.mergeHow}</p>
        <Combobox
          label={t.mergeWho}
          placeholder={t.mergeWho}
          value={other}
          onChange={setOther}
          load={load}
          empty={tt.palette.empty}
        />
        {join.error && (
          <p className="failed" role="alert">
            {problemText(join.error, tt)}
          </p>
        )}
        <div className="row dlg-acts">
          <button type="button" className="btn" onClick={onClose}>
            {tt.cancel}
          </button>
          <button className="btn p" disabled={!other.length || join.isPending}>
            {t.mergeDo}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
