/* My leads, all leads: views, filters, the grid, a panel to peek into, and bulk work. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { cells } from '../../api/axes';
import { leadQuery, scoreQuery, useLeads, useManagers } from '../../api/leads';
import { useViews } from '../../api/views';
import { stages, type Lead } from '../../api/types';
import { usePhone } from '../../app/media';
import { onLive, useFlashes, useLine } from '../../app/live';
import { useKeys } from '../../app/keys';
import { may, useMe, useTitle } from '../../app/session';
import { leaveTrail } from '../../app/trail';
import { useFmt, useT } from '../../i18n';
import { Empty, Failed, Icon, Later, Menu, Skeleton, toast } from '../../kit';
import { lazy } from '../../load/piece';
import { dial } from '../../part/dial';
import { AssignDialog } from '../../part/assigndialog';
import { CallDialog } from '../../part/calldialog';
import { LostDialog } from '../../part/lostdialog';
import { StepDialog } from '../../part/stepdialog';
import { Body, type RowActs } from './body';
import { bucketName } from './bucket';
import { figureHome, figureText } from './figure';
import { Bulk } from './bulk';
import { FilterChip } from './filters';
import { Peek } from './peek';
import { format, isFiltered, parse, risen, sorts, toApi, toggled, type ListState } from './state';
import { useLeadsT } from './text';
import { ViewTabs } from './views';
import './leads.css';

const NewLead = lazy(() => import('./newlead'));
const EditLead = lazy(() => import('../../part/editlead'));

type Open = { what: 'call' | 'step' | 'edit' | 'assign' | 'lost'; lead: Lead } | { what: 'new' } | undefined;
const none: ReadonlySet<string> = new Set();

export default function Leads() {
  const tt = useT();
  const t = useLeadsT();
  const f = useFmt();
  const me = useMe();
  const qc = useQueryClient();
  const phone = usePhone();
  const [, go] = useLocation();
  const search = useSearch();
  const state = useMemo(() => parse(search), [search]);
  const query = toApi(state, me.role);
  const title = me.role === 'manager' ? tt.nav.myLeads : tt.nav.allLeads;
  useTitle(title);

  const list = useLeads(query);
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data]);
  const first = list.data?.pages[0];
  const total = first?.total ?? rows.length;
  const views = useViews();
  const flashes = useFlashes();
  const line = useLine();

  const [cur, setCur] = useState(0);
  const [peek, setPeek] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<string>>(none);
  const [open, setOpen] = useState<Open>();
  const [news, setNews] = useState(none);
  const anchor = useRef(0);
  const box = useRef<HTMLInputElement>(null);
  const current = rows[Math.min(cur, rows.length - 1)];

  const set = useCallback(
    (patch: Partial<ListState>) => {
      const next = format({ ...state, ...patch });
      go('/leads' + (next ? '?' + next : ''), { replace: 'q' in patch });
    },
    [state, go],
  );
  useEffect(() => {
    setCur(0);
    setPicked(none);
    setNews(none);
    leaveTrail({ href: '/leads' + (search ? '?' + search : ''), query });
  }, [query, search]);

  // A hot or newly assigned lead that is not in the list: told by the pill, never pushed under the cursor.
  const ids = useRef<Set<string>>(new Set());
  ids.current = useMemo(() => new Set(rows.map((r) => r.id)), [rows]);
  useEffect(
    () =>
      onLive((e) => {
        if (e.type !== 'lead.hot' && e.type !== 'lead.assigned') return;
        const id = e.type === 'lead.hot' ? e.lead.id : e.id;
        if (id && !ids.current.has(id)) setNews((n) => new Set(n).add(id));
      }),
    [],
  );
  const above =
    useMemo(
      () => (state.report || state.figure ? 0 : risen(rows, state.sort)),
      [rows, state.sort, state.report, state.figure],
    ) + [...news].filter((id) => !ids.current.has(id)).length;
  const show = () => {
    setNews(none);
    setCur(0);
    void qc.resetQueries({ queryKey: ['leads', query] });
  };

  const call = (l: Lead) => {
    if (!dial(l.phone)) toast(tt.call.noPhone, { bad: true });
    setOpen({ what: 'call', lead: l });
  };
  const message = (l: Lead) => {
    if (l.email) location.href = 'mailto:' + l.email;
  };
  const warm = (l: Lead) => {
    void qc.prefetchQuery({ ...leadQuery(l.id), staleTime: 15_000 });
    void qc.prefetchQuery({ ...scoreQuery(l.id), staleTime: 15_000 });
  };
  const pick = (i: number, range: boolean) => {
    const next = new Set(picked);
    const [a, b] = range ? [Math.min(anchor.current, i), Math.max(anchor.current, i)] : [i, i];
    for (let k = a; k <= b; k++) {
      const id = rows[k]?.id;
      if (!id) continue;
      if (!range && next.has(id)) next.delete(id);
      else next.add(id);
    }
    anchor.current = i;
    setPicked(next);
  };
  // One stable object for the memoised rows; what it calls is always of the last drawing.
  const latest = useRef({ call, message, warm, pick, set, state });
  latest.current = { call, message, warm, pick, set, state };
  const acts = useMemo<RowActs>(
    () => ({
      current: setCur,
      pick: (i, r) => latest.current.pick(i, r),
      call: (l) => latest.current.call(l),
      message: (l) => latest.current.message(l),
      warm: (l) => latest.current.warm(l),
      step: (l) => setOpen({ what: 'step', lead: l }),
      filter: (what, value) => {
        const { set, state } = latest.current;
        if (what === 'q') set({ q: value });
        else set({ [what]: [...new Set([...(state[what] as string[]), value])] });
      },
    }),
    [],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const near = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const move = (d: number) => {
    const i = Math.max(0, Math.min(rows.length - 1, cur + d));
    setCur(i);
    if (rows[i]) warm(rows[i]);
  };
  const withRow = (what: 'call' | 'step' | 'edit' | 'assign' | 'lost') => () => {
    if (!current) return;
    if (what === 'lost' && current.stage === 'lost') return;
    if (what === 'call') call(current);
    else setOpen({ what, lead: current });
  };
  const a = t.act;
  useKeys(title, {
    KeyJ: { run: () => move(1), label: a.down },
    KeyK: { run: () => move(-1), label: a.up },
    ArrowDown: { run: () => move(1), label: a.down, hidden: true },
    ArrowUp: { run: () => move(-1), label: a.up, hidden: true },
    Enter: { run: () => current && go('/leads/' + current.id), label: a.open },
    Space: { run: () => setPeek(!peek), label: a.peek },
    KeyC: { run: withRow('call'), label: tt.call.call },
    KeyM: { run: () => current && message(current), label: a.message },
    KeyS: { run: withRow('step'), label: tt.call.next },
    KeyE: { run: withRow('edit'), label: a.edit },
    KeyL: { run: withRow('lost'), label: tt.verdict.lostAct },
    KeyX: { run: () => pick(cur, false), label: a.select },
    'Shift+KeyX': { run: () => pick(cur, true), label: a.range },
    KeyA: may(me, 'lead.assign') ? { run: withRow('assign'), label: a.assign } : undefined,
    'Ctrl+KeyA': { run: () => setPicked(new Set(rows.map((r) => r.id))), label: a.all },
    Slash: { run: () => box.current?.focus(), label: a.search },
    KeyN: { run: () => setOpen({ what: 'new' }), label: a.add },
    Escape: {
      run: () => {
        if (document.activeElement === box.current) box.current?.blur();
        else if (peek) setPeek(false);
        else if (picked.size) setPicked(none);
      },
      label: a.close,
      hidden: true,
    },
  });

  const sources = useMemo(
    () =>
      [...new Set([...state.source, ...rows.map((r) => r.source).filter((s): s is string => !!s)])]
        .sort()
        .slice(0, 30),
    [rows, state.source],
  );
  const close = () => setOpen(undefined);
  return (
    <div className="leads">
      <header className="row wrap">
        <h1>{title}</h1>
        {line.live && <span className="live">{tt.live}</span>}
        <span className="sp" />
        {may(me, 'lead.export') && (
          <a
            className="btn hidephone"
            href={'/api/v1/export/leads.csv?' + query}
            download
            aria-label={t.exportCsv}
          >
            <Icon n="download" size="s" />
            <span className="wide">{t.exportCsv}</span>
          </a>
        )}
        <button className="btn" onClick={() => setOpen({ what: 'new' })}>
          <Icon n="plus" size="s" />
          {t.add}
          <kbd>N</kbd>
        </button>
      </header>
      {state.figure ? (
        <p className="row g6 t13 d">
          <Icon n="chart" size="s" />
          {t.ofReport(figureText(state.figure, t, tt))}
          <Link className="btn s" href={figureHome(state.figure, f)}>
            <Icon n="chart" size="xs" />
            {t.toReport}
          </Link>
          <Link className="btn s" href="/leads">
            <Icon n="x" size="xs" />
            {t.clear}
          </Link>
        </p>
      ) : state.report ? (
        <p className="row g6 t13 d">
          <Icon n="chart" size="s" />
          {t.ofReport(bucketName(state.bucket ?? '', t, tt))}
          <Link className="btn s" href="/leads">
            <Icon n="x" size="xs" />
            {t.clear}
          </Link>
        </p>
      ) : (
        <>
          <ViewTabs state={state} views={views.data?.items ?? []} />
          <Filters state={state} set={set} sources={sources} box={box} />
        </>
      )}
      {above > 0 && (
        <button className="pill" onClick={show}>
          <Icon n="up" size="xs" />
          {t.above(above)}
        </button>
      )}
      <div className={'listrow' + (peek && current && !phone ? ' peeking' : '')}>
        {list.isPending ? (
          <div className="card grow">
            <Skeleton rows={10} />
          </div>
        ) : list.error && !rows.length ? (
          <div className="grow">
            <Failed error={list.error} retry={() => void list.refetch()} />
          </div>
        ) : rows.length ? (
          <Later
            at={rows}
            wait={
              <div className="card grow">
                <Skeleton rows={10} />
              </div>
            }
          >
            <Body
              rows={rows}
              total={total}
              cur={cur}
              picked={picked}
              flashes={flashes}
              acts={acts}
              label={title}
              onNear={near}
              more={!!hasNextPage}
            />
          </Later>
        ) : (
          <div className="card grow">
            {isFiltered(state) ? (
              <Empty title={t.emptyFilter}>
                <Dropper state={state} set={set} />
                <button className="btn" onClick={() => go('/leads')}>
                  {t.clear}
                </button>
              </Empty>
            ) : (
              <Empty title={t.empty}>
                <button className="btn p" onClick={() => setOpen({ what: 'new' })}>
                  <Icon n="plus" size="s" />
                  {t.addTitle}
                </button>
                {may(me, 'import') && (
                  <button className="btn" onClick={() => go('/import')}>
                    {t.emptyImport}
                  </button>
                )}
              </Empty>
            )}
          </div>
        )}
        {peek && current && !phone && (
          <Peek lead={current} onClose={() => setPeek(false)} onCall={() => call(current)} />
        )}
      </div>
      {picked.size > 0 ? (
        <Bulk leads={rows.filter((r) => picked.has(r.id))} onClear={() => setPicked(none)} />
      ) : (
        <footer className="keys">
          <span>
            <kbd>J</kbd>
            <kbd>K</kbd> {t.keys.rows}
          </span>
          <span>
            <kbd>Space</kbd> {t.keys.peek}
          </span>
          <span>
            <kbd>C</kbd> {t.keys.call}
          </span>
          <span>
            <kbd>S</kbd> {t.keys.step}
          </span>
          <span>
            <kbd>X</kbd> {t.keys.select}
          </span>
          <span>
            <kbd>?</kbd> {t.keys.all}
          </span>
          <span className="sp">
            {rows.length > 0 &&
              (rows.length >= 2000
                ? t.cap
                : t.shown(f.num(rows.length), first?.total_is ? t.about(f.num(total)) : f.num(total)))}
          </span>
        </footer>
      )}
      <CallDialog
        open={open?.what === 'call'}
        lead={open?.what === 'call' ? open.lead : undefined}
        onClose={close}
      />
      <StepDialog
        open={open?.what === 'step'}
        lead={open?.what === 'step' ? open.lead : undefined}
        onClose={close}
      />
      <AssignDialog
        open={open?.what === 'assign'}
        leads={open?.what === 'assign' ? [open.lead] : []}
        onClose={close}
      />
      <Later at={open} wait={null}>
        {open?.what === 'lost' && <LostDialog lead={open.lead} onClose={close} />}
        {open?.what === 'new' && <NewLead onClose={close} />}
        {open?.what === 'edit' && <EditLead lead={open.lead} onClose={close} />}
      </Later>
    </div>
  );
}

function Filters({
  state,
  set,
  sources,
  box,
}: {
  state: ListState;
  set: (p: Partial<ListState>) => void;
  sources: string[];
  box: React.RefObject<HTMLInputElement | null>;
}) {
  const tt = useT();
  const t = useLeadsT();
  const me = useMe();
  const managers = useManagers(me.role !== 'manager');
  const [q, setQ] = useState(state.q);
  const wait = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setQ(state.q), [state.q]);
  return (
    <div className="row g6 wrap filters" role="search">
      <label className="row in g6 find">
        <Icon n="search" size="s" />
        <input
          ref={box}
          type="search"
          aria-label={t.search}
          placeholder={t.search}
          value={q}
          onChange={(e) => {
            const v = e.currentTarget.value;
            setQ(v);
            clearTimeout(wait.current);
            wait.current = setTimeout(() => set({ q: v }), 200);
          }}
          onKeyDown={(e) => {
            if (e.key !== 'Enter') return;
            clearTimeout(wait.current);
            set({ q });
            e.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
      </label>
      <FilterChip
        label={t.stage}
        options={stages.map((id) => ({ id, label: tt.stage[id] }))}
        value={state.stage}
        onToggle={(id) => set({ stage: toggled(state.stage, id as ListState['stage'][number]) })}
      />
      <FilterChip
        label={t.temp}
        options={(['hot', 'warm', 'cold'] as const).map((id) => ({ id, label: tt.band[id] }))}
        value={state.temp}
        onToggle={(id) => set({ temp: toggled(state.temp, id as ListState['temp'][number]) })}
      />
      <FilterChip
        label={t.source}
        options={sources.map((id) => ({ id, label: id }))}
        value={state.source}
        onToggle={(id) => set({ source: toggled(state.source, id) })}
      />
      <FilterChip
        label={t.cell}
        options={cells.map((id) => ({ id, label: id }))}
        value={state.cell}
        onToggle={(id) => set({ cell: toggled(state.cell, id) })}
      />
      <FilterChip
        label={t.icp}
        options={[50, 75, 100].map((n) => ({ id: String(n), label: t.icpFrom(n) }))}
        value={state.icp ? [String(state.icp)] : []}
        onToggle={(id) => set({ icp: state.icp === Number(id) ? undefined : Number(id) })}
      />
      {me.role !== 'manager' && (
        <FilterChip
          label={t.owner}
          options={[
            { id: 'me', label: t.ownerMe },
            { id: 'none', label: t.ownerNone },
            ...(managers.data?.items ?? []).map((m) => ({ id: m.user_id, label: m.name })),
          ]}
          value={state.owner ? [state.owner] : []}
          onToggle={(id) => set({ owner: state.owner === id ? undefined : id })}
        />
      )}
      {state.step && (
        <button className="chip on" onClick={() => set({ step: undefined })} aria-label={t.drop(t.noStep)}>
          {t.noStep}
          <Icon n="x" size="xs" />
        </button>
      )}
      {isFiltered(state) && (
        <button
          className="btn s g"
          onClick={() =>
            set({
              temp: [],
              stage: [],
              source: [],
              cell: [],
              icp: undefined,
              q: '',
              step: undefined,
              owner: undefined,
              view: undefined,
            })
          }
        >
          {t.clear}
        </button>
      )}
      <span className="sp" />
      <Menu
        label={`${t.sort}: ${t.sorts[state.sort]}`}
        items={sorts.map((id) => ({ label: t.sorts[id], run: () => set({ sort: id }) }))}
      >
        <Icon n="swap" size="s" />
        <span className="wide t12">{t.sorts[state.sort]}</span>
      </Menu>
    </div>
  );
}

/* Empty by filter: each condition is named, one click drops it. */
function Dropper({ state, set }: { state: ListState; set: (p: Partial<ListState>) => void }) {
  const tt = useT();
  const t = useLeadsT();
  const list: [string, Partial<ListState>][] = [
    ...(state.q ? [[t.quoted(state.q), { q: '' }] as [string, Partial<ListState>]] : []),
    ...state.stage.map((s): [string, Partial<ListState>] => [
      tt.stage[s],
      { stage: toggled(state.stage, s) },
    ]),
    ...state.temp.map((s): [string, Partial<ListState>] => [tt.band[s], { temp: toggled(state.temp, s) }]),
    ...state.source.map((s): [string, Partial<ListState>] => [s, { source: toggled(state.source, s) }]),
    ...state.cell.map((s): [string, Partial<ListState>] => [s, { cell: toggled(state.cell, s) }]),
    ...(state.icp
      ? [[`${t.icp} ${t.icpFrom(state.icp)}`, { icp: undefined }] as [string, Partial<ListState>]]
      : []),
    ...(state.step ? [[t.noStep, { step: undefined }] as [string, Partial<ListState>]] : []),
  ];
  return (
    <>
      {list.map(([name, patch]) => (
        <button key={name} className="chip on" aria-label={t.drop(name)} onClick={() => set(patch)}>
          {name}
          <Icon n="x" size="xs" />
        </button>
      ))}
    </>
  );
}
