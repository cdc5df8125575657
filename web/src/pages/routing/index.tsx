/* To whom a lead goes: ordered rules in words, and the pools they name. Rules are saved as one whole. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { api } from '../../api/client';
import { useProducts } from '../../api/skills';
import { rulesReadAt, usePools, useRules, type Pool, type Rule, type Rules } from '../../api/office';
import { isStale, problemText } from '../../api/problem';
import { may, useMe, useTitle } from '../../app/session';
import { useT } from '../../i18n';
import { Block, Failed, Icon, Later, Menu, Skeleton, Tabs, toast } from '../../kit';
import { lazy } from '../../load/piece';
import { useCandidateT } from '../../part/candidates/text';
import { Sentence, useCondTexts } from '../../part/cond';
import { ANY_LEAD, isAlways, isBelowAll, withNew } from './always';
import { useThrough, type PoolPolicy, type RuleVersionWhole } from '../../api/share';
import { Norms } from './norms';
import { Pools } from './pools';
import { RuleDialog } from './rule';
import { useRoutingTexts } from './texts';
import { TryLead, Versions } from './versions';
import '../../css/form.css';
import './routing.css';

type Draft = { id: string; note: string; edit: number };

const Simulator = lazy(() => import('./simulator'));

/* The rules, and a tab in which the last weeks are given out again by others. */
export default function Routing() {
  const s = useRoutingTexts();
  const me = useMe();
  const [, go] = useLocation();
  const p = useParams<{ tab?: string; id?: string }>();
  const edit = may(me, 'route.edit');
  const simulator = edit && p.tab === 'simulator';
  useTitle(simulator ? s.simulator : s.title);
  return (
    <>
      <header className="row wrap g12">
        <h1>{s.title}</h1>
        {edit && (
          <Tabs
            label={s.title}
            tabs={[
              { id: 'rules', label: s.rules },
              { id: 'simulator', label: s.simulator },
            ]}
            value={simulator ? 'simulator' : 'rules'}
            onChange={(id) => go(id === 'rules' ? '/routing' : '/routing/simulator')}
          />
        )}
        {!simulator && <span className="t13 dd">{s.hint}</span>}
        <Link className="btn s sp" href="/team">
          <Icon n="users" size="s" />
          {s.team}
        </Link>
      </header>
      {simulator ? (
        <Later>
          <Simulator id={p.id} />
        </Later>
      ) : (
        <RulesTab />
      )}
    </>
  );
}

function RulesTab() {
  const s = useRoutingTexts();
  useCondTexts(); // come with the screen, so that opening a form does not wait for them
  useCandidateT(); // and that the screen is not taken away for those of an answer
  const t = useT();
  const me = useMe();
  const qc = useQueryClient();
  const rules = useRules();
  const pools = usePools();
  const products = useProducts();
  const through = useThrough();
  const edit = may(me, 'route.edit');
  const [local, setLocal] = useState<Rule[]>();
  const [base, setBase] = useState<Rules>(); // what the changes are changes of
  /* A draft that is open: which, and by which policies its pools pick. */
  const [draft, setDraft] = useState<Draft>();
  const [policies, setPolicies] = useState<PoolPolicy[]>();
  const [open, setOpen] = useState<{ at: number; rule: Rule }>();
  const [, go] = useLocation();
  const list = local ?? rules.data?.items ?? [];
  const save = useMutation({
    mutationFn: () =>
      api.put<Rules>(
        '/routing/rules',
        { items: local },
        { version: rulesReadAt(base, rules.data), tagged: true },
      ),
    onError: (e) => isStale(e) && void qc.invalidateQueries({ queryKey: ['ruleversions'] }),
    onSuccess: (d) => {
      if (d?.items) qc.setQueryData(['rules'], d);
      for (const k of ['rules', 'ruleversions']) void qc.invalidateQueries({ queryKey: [k] });
      leave();
      toast(s.saved);
    },
  });
  /* Of live rules: those that were on screen when the first change was made. */
  const change = (next: Rule[]) => {
    if (!local) setBase(rules.data);
    setLocal(next);
  };
  const leave = () => {
    setLocal(undefined);
    setBase(undefined);
    if (save.error) save.reset();
    unstale();
    setDraft(undefined);
    setPolicies(undefined);
  };
  const take = (v: RuleVersionWhole) => {
    setDraft({ id: v.id, note: v.note ?? '', edit: v.edit });
    setLocal(v.items);
    setPolicies(v.policies);
  };
  /* Somebody else has saved: theirs, instead of mine. */
  const theirs = async () => {
    await Promise.all([rules.refetch(), qc.invalidateQueries({ queryKey: ['pools'] })]);
    leave();
  };
  /* Of a draft that somebody else has changed the bar tells. */
  const bad = (e: unknown) => !isStale(e) && toast(problemText(e, t), { bad: true });
  const body = () => ({ items: local, ...(policies ? { policies } : {}), note: draft?.note.trim() ?? '' });
  const keep = () =>
    draft
      ? api.put<RuleVersionWhole>('/routing/versions/' + draft.id, body(), { version: draft.edit })
      : api.post<RuleVersionWhole>('/routing/versions', body());
  /* The same; what follows may fail, and the draft is written all the same. */
  const written = async () => {
    const kept = await keep();
    if (draft && kept) setDraft({ ...draft, edit: kept.edit });
    return kept;
  };
  /* What is on screen becomes a draft, or goes into the one that is open. */
  const keepDraft = useMutation({
    mutationFn: keep,
    onSuccess: (v) => {
      void qc.invalidateQueries({ queryKey: ['ruleversions'] });
      if (v) take(v);
      toast(s.draftSaved);
    },
    onError: bad,
  });
  /* The rules on screen become a draft, and the last weeks are lived through again by it. */
  const simulate = useMutation({
    mutationFn: async () => {
      const kept = await written();
      return api.post<{ id: string }>('/routing/simulations', { version_id: kept!.id });
    },
    onSuccess: (x) => {
      for (const k of ['ruleversions', 'simulations']) void qc.invalidateQueries({ queryKey: [k] });
      if (x) go('/routing/simulator/' + x.id);
    },
    onError: bad,
  });
  const publish = useMutation({
    mutationFn: async () => {
      const kept = await written();
      return api.post<RuleVersionWhole>(`/routing/versions/${kept!.id}/publish`, undefined, {
        version: kept!.edit,
      });
    },
    onSuccess: (v) => {
      for (const k of ['rules', 'ruleversions', 'pools']) void qc.invalidateQueries({ queryKey: [k] });
      leave();
      toast(v?.plans ? s.savedPlans(v.plan_leads, v.plans) : s.saved);
    },
    onError: bad,
  });
  const draftWork = [keepDraft, simulate, publish];
  const unstale = () => draftWork.forEach((x) => x.error && x.reset());
  /* Theirs instead of mine; or mine beside theirs. */
  const theirDraft = useMutation({
    mutationFn: () => api.get<RuleVersionWhole>('/routing/versions/' + draft!.id),
    onSuccess: (v) => {
      unstale();
      if (v?.state === 'draft') take(v);
      else leave(); // published: it is what the live rules show
      for (const k of ['rules', 'ruleversions', 'pools']) void qc.invalidateQueries({ queryKey: [k] });
    },
    onError: bad,
  });
  const besideDraft = useMutation({
    mutationFn: () => api.post<RuleVersionWhole>('/routing/versions', body()),
    onSuccess: (v) => {
      if (v) take(v);
      unstale();
      void qc.invalidateQueries({ queryKey: ['ruleversions'] });
      toast(s.draftSaved);
    },
    onError: bad,
  });
  const staleDraft = !!draft && draftWork.some((x) => isStale(x.error));
  const stale = isStale(save.error);
  const busy = save.isPending || keepDraft.isPending || simulate.isPending || publish.isPending;
  const move = (i: number, by: number) => {
    const next = [...list];
    const [r] = next.splice(i, 1);
    next.splice(i + by, 0, r!);
    change(next);
  };
  const put = (i: number, r: Rule) => change(list.map((x, j) => (j === i ? r : x)));
  const poolList = pools.data?.items ?? [];
  const flow = (id?: string) => {
    const x = through.data?.items.find((y) => y.rule_id === id);
    return id && x ? ' · ' + s.through(x.given, x.people, x.waited) : '';
  };
  const pool = (id: string | null) => poolList.find((p) => p.id === id)?.name ?? '—';
  const everyone = poolList.find((p) => p.everyone);
  if (pools.error && !pools.data) return <Failed error={pools.error} retry={() => void pools.refetch()} />;
  return (
    <>
      <section className="card">
        <div className="hd wrap">
          <h2>{draft ? s.draftTitle : s.rules}</h2>
          {edit && (
            <button
              className="btn s g sp"
              disabled={!pools.data}
              onClick={() =>
                setOpen({
                  at: -1,
                  rule: {
                    name: '',
                    condition: ANY_LEAD,
                    pool_id: everyone?.id ?? poolList[0]?.id ?? null,
                    sla_minutes: 0,
                    fallback_pool_id: null,
                    match: [],
                    enabled: true,
                  },
                })
              }
            >
              <Icon n="plus" size="s" />
              {s.addRule}
            </button>
          )}
        </div>
        <Block q={rules} rows={3}>
          {() =>
            list.length ? (
              <ol className="rules">
                {list.map((r, i) => (
                  <li key={r.id ?? 'new' + i} className={r.enabled ? '' : 'off'}>
                    <span className="ruleno">{i + 1}</span>
                    {edit && (
                      <input
                        type="checkbox"
                        role="switch"
                        className="swi"
                        checked={r.enabled}
                        aria-label={s.enable(r.name)}
                        onChange={(e) => put(i, { ...r, enabled: e.currentTarget.checked })}
                      />
                    )}
                    <span className="col grow">
                      <span className="row wrap g6">
                        <b className="m">{r.name}</b>
                        {r.enabled && isBelowAll(list, i) && <span className="tag warn">{s.below}</span>}
                      </span>
                      <span className="t13 d">
                        {s.iff}{' '}
                        {isAlways(r.condition) ? (
                          s.always
                        ) : (
                          <Sentence
                            cond={r.condition}
                            onChange={edit ? (condition) => put(i, { ...r, condition }) : undefined}
                          />
                        )}
                      </span>
                      <span className="t12 dd">
                        <Icon n="right" size="xs" /> {s.to} <b className="m d">{pool(r.pool_id)}</b> ·{' '}
                        {r.match.length > 0 &&
                          s.matching(r.match.map((m) => s.matches[m]).join(', ')) + ' · '}
                        {r.product_id &&
                          s.certified(products.data?.items.find((x) => x.id === r.product_id)?.name ?? '') +
                            ' · '}
                        {r.sla_minutes ? s.within(r.sla_minutes) : s.norm} ·{' '}
                        {r.explore ? s.byLot(r.explore) + ' · ' : ''}
                        {r.fallback_pool_id ? s.fallback(pool(r.fallback_pool_id)) : s.wait} · {s.otherwise}
                        {flow(r.id)}
                      </span>
                    </span>
                    {edit && (
                      <span className="row g4 ruleacts">
                        <button
                          className="btn g s ic"
                          aria-label={s.up(r.name)}
                          disabled={i === 0}
                          onClick={() => move(i, -1)}
                        >
                          <Icon n="up" size="s" />
                        </button>
                        <button
                          className="btn g s ic"
                          aria-label={s.down(r.name)}
                          disabled={i === list.length - 1}
                          onClick={() => move(i, 1)}
                        >
                          <Icon n="dn" size="s" />
                        </button>
                        <Menu
                          label={s.menu(r.name)}
                          items={[
                            { label: s.edit, run: () => setOpen({ at: i, rule: r }) },
                            {
                              label: s.remove,
                              danger: true,
                              run: () => change(list.filter((_, j) => j !== i)),
                            },
                          ]}
                        >
                          <Icon n="dots" size="s" />
                        </Menu>
                      </span>
                    )}
                  </li>
                ))}
              </ol>
            ) : (
              <p className="bd t13 d">{s.none}</p>
            )
          }
        </Block>
        {list.length > 0 && <p className="bd t12 dd">{s.last(everyone?.name ?? s.pool.everyone)}</p>}
        {local && (
          <div className="savebar" role="status">
            {staleDraft ? (
              <>
                <span className="grow">{s.draftStale}</span>
                <button
                  className="btn s p"
                  disabled={theirDraft.isPending}
                  onClick={() => theirDraft.mutate()}
                >
                  {s.draftTheirs}
                </button>
                <button
                  className="btn s"
                  disabled={besideDraft.isPending}
                  onClick={() => besideDraft.mutate()}
                >
                  {s.draftBeside}
                </button>
                <button className="btn s" onClick={leave}>
                  {s.draftClose}
                </button>
              </>
            ) : (
              <>
                {draft ? (
                  <input
                    className="in grow"
                    aria-label={s.draftName}
                    placeholder={s.draftName}
                    maxLength={200}
                    value={draft.note}
                    onChange={(e) => setDraft({ ...draft, note: e.currentTarget.value })}
                  />
                ) : (
                  <span className="grow">{stale ? s.stale : s.unsaved}</span>
                )}
                {save.error && !stale && <span className="bad t12">{problemText(save.error, t)}</span>}
                {stale && !draft && (
                  <button className="btn s p" onClick={() => void theirs()}>
                    {s.theirs}
                  </button>
                )}
                <button className="btn s" disabled={busy} onClick={() => simulate.mutate()}>
                  {s.simulate}
                </button>
                <button className="btn s" onClick={leave}>
                  {draft ? s.draftClose : s.drop}
                </button>
                <button className="btn s" disabled={busy} onClick={() => keepDraft.mutate()}>
                  {draft ? s.draftSave : s.draftMake}
                </button>
                {draft ? (
                  <button className="btn s p" disabled={busy} onClick={() => publish.mutate()}>
                    {s.versions.publish}
                  </button>
                ) : (
                  !stale && (
                    <button className="btn s p" disabled={busy} onClick={() => save.mutate()}>
                      {s.save}
                    </button>
                  )
                )}
              </>
            )}
          </div>
        )}
      </section>
      {pools.data ? (
        <Pools pools={poolList} edit={edit} draft={policies && { policies, onChange: setPolicies }} />
      ) : (
        <Skeleton rows={3} />
      )}
      <Norms edit={edit} />
      {/* an answer is of the rules that were asked: with other ones on screen it is gone */}
      {edit && (
        <TryLead key={(draft?.id ?? '') + (local ? 'changed' : 'live')} items={local} policies={policies} />
      )}
      <Versions
        edit={edit}
        opened={draft?.id}
        onOpen={(v) => {
          take(v);
          scrollTo({ top: 0 });
        }}
        onGone={(id) => id === draft?.id && leave()}
      />
      {open && (
        <RuleDialog
          start={open.rule}
          pools={poolList as Pool[]}
          onClose={() => setOpen(undefined)}
          onKeep={(r) => {
            change(open.at < 0 ? withNew(list, r) : list.map((x, j) => (j === open.at ? r : x)));
            setOpen(undefined);
          }}
        />
      )}
    </>
  );
}
