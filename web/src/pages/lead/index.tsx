/* The card: on the left the call and its result, in the middle why the score is such and what happened,
   on the right who else is there and why this manager. */
import { useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation, useParams, useRoute } from 'wouter';
import type { Reason } from '../../api/calibration';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { useLead, useLeadTask, usePatchLead } from '../../api/leads';
import { ApiError, problemText } from '../../api/problem';
import { stages, type Lead, type LeadCard, type Page, type Stage } from '../../api/types';
import { useNow } from '../../app/clock';
import { useKeys } from '../../app/keys';
import { useLine } from '../../app/live';
import { may, useMe, useTitle } from '../../app/session';
import { lastTrail } from '../../app/trail';
import { useFmt, useT } from '../../i18n';
import { Avatar, Block, Boundary, Dialog, Icon, Later, ScoreChip, Seg, toast } from '../../kit';
import { lazy } from '../../load/piece';
import { AssignDialog } from '../../part/assigndialog';
import { CallBox } from '../../part/callbox';
import { dial } from '../../part/dial';
import { Checklists } from '../../part/axes/checklists';
import { CellChip, Fit, PriorityLine } from '../../part/axes/fit';
import { Moments } from '../../part/axes/moment';
import { RaiseBlock } from '../../part/axes/raise';
import { useAxesT } from '../../part/axes/text';
import { isHot } from '../../part/due';
import { ChanceBlock, ChanceChip } from '../../part/learn/chance';
import { Replies } from '../../part/replies';
import { useReplyT } from '../../part/replies/text';
import { LostDialog } from '../../part/lostdialog';
import { StepDialog } from '../../part/stepdialog';
import { Verdict } from '../../part/verdict';
import { Facts, Merges, People, WhyManager } from './side';
import { useLeadT } from './text';
import { Timeline } from './timeline';
import { WhyBlock } from './why';
import './lead.css';
import { useLeadName } from '../../part/leadname';

const EditLead = lazy(() => import('../../part/editlead'));

export default function LeadPage() {
  const { id = '' } = useParams();
  const lead = useLead(id);
  const t = useLeadT();
  const tt = useT();
  const leadName = useLeadName();
  if (lead.error instanceof ApiError && lead.error.status === 404)
    return (
      <>
        <h1>404</h1>
        <p className="d">{tt.error.missing}</p>
        <p>
          <Link href="/leads">{tt.nav.leads}</Link>
        </p>
      </>
    );
  return (
    <Block q={lead} rows={10}>
      {(l) =>
        l.merged_into ? (
          <>
            <h1>{leadName(l)}</h1>
            <p className="d">{t.merged}</p>
            <p>
              <Link className="btn" href={'/leads/' + l.merged_into}>
                {t.mergedOpen}
              </Link>
            </p>
          </>
        ) : (
          <Card l={l} />
        )
      }
    </Block>
  );
}

function useTrail(id: string) {
  const qc = useQueryClient();
  const trail = lastTrail();
  if (!trail) return undefined;
  const data = qc.getQueryData<InfiniteData<Page<Lead>>>(keys.leads(trail.query));
  const ids = data?.pages.flatMap((p) => p.items.map((x) => x.id)) ?? [];
  const at = ids.indexOf(id);
  return {
    href: trail.href,
    at,
    total: data?.pages[0]?.total ?? ids.length,
    prev: ids[at - 1],
    next: at >= 0 ? ids[at + 1] : undefined,
  };
}

function Card({ l }: { l: LeadCard }) {
  const tt = useT();
  const t = useLeadT();
  const at = useAxesT();
  const rt = useReplyT();
  const f = useFmt();
  const me = useMe();
  const line = useLine();
  const [, go] = useLocation();
  const [deep] = useRoute('/leads/:id/score');
  const trail = useTrail(l.id);
  const task = useLeadTask(l.id);
  const [win, setWin] = useState<'edit' | 'step' | 'assign' | 'dispute' | 'lost' | undefined>();
  const [history, setHistory] = useState(!!deep);
  const name = useLeadName()(l);
  useTitle(name);
  useEffect(() => setHistory(!!deep), [deep, l.id]);

  const call = () => {
    if (!dial(l.phone)) toast(tt.call.noPhone, { bad: true });
  };
  const mail = () => {
    if (l.email) location.href = 'mailto:' + l.email;
  };
  const walk = (to: string | undefined) => to && go('/leads/' + to);
  const close = () => setWin(undefined);
  const mayAssign = may(me, 'lead.assign');
  useKeys(name, {
    KeyC: { run: call, label: tt.call.call },
    KeyM: { run: mail, label: t.mail },
    KeyS: { run: () => setWin('step'), label: tt.call.next },
    KeyE: { run: () => setWin('edit'), label: t.edit },
    KeyL: l.stage === 'lost' ? undefined : { run: () => setWin('lost'), label: tt.verdict.lostAct },
    KeyA: mayAssign ? { run: () => setWin('assign'), label: tt.assign.title } : undefined,
    KeyW: {
      run: () => {
        document.getElementById('why')?.scrollIntoView({ block: 'start' });
        document.getElementById('why-h')?.focus({ preventScroll: true });
      },
      label: t.act.why,
    },
    KeyH: { run: () => setHistory(!history), label: t.act.history },
    KeyB: {
      run: () => {
        document.getElementById('checks')?.scrollIntoView({ block: 'nearest' });
        document.getElementById('checks-h')?.focus({ preventScroll: true });
      },
      label: at.lists,
    },
    KeyR: {
      run: () => {
        document.getElementById('replies')?.scrollIntoView({ block: 'nearest' });
        document.getElementById('replies-h')?.focus({ preventScroll: true });
      },
      label: rt.title,
    },
    KeyJ: { run: () => walk(trail?.next), label: t.act.next },
    KeyK: { run: () => walk(trail?.prev), label: t.act.prev },
    Escape: { run: () => go(trail?.href ?? '/leads'), label: t.act.back },
  });

  const city = l.facts?.city?.value;
  const hot = task.data && isHot(task.data) && !task.data.cooled_at;
  return (
    <div className="leadpage">
      <div className="row t12 dd crumbs">
        <Link href={trail?.href ?? '/leads'} className="row g4">
          <Icon n="left" size="xs" />
          {me.role === 'manager' ? tt.nav.myLeads : tt.nav.allLeads}
        </Link>
        {trail && trail.at >= 0 && (
          <>
            <span>·</span>
            <span>{t.position(f.num(trail.at + 1), f.num(trail.total))}</span>
            <kbd>K</kbd>
            <kbd>J</kbd>
          </>
        )}
        {line.live && <span className="sp live">{t.fresh}</span>}
      </div>
      <header className="head">
        <ScoreChip score={l.score} band={l.band} />
        <CellChip cell={l.cell} />
        <ChanceChip p={l.probability} />
        <div className="col min0">
          <h1>{name}</h1>
          <span className="d t13">
            {[[l.title, l.company].filter(Boolean).join(', '), typeof city === 'string' && city]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </div>
        <span className="sp" />
        {l.email && (
          <a className="btn l" href={'mailto:' + l.email}>
            <Icon n="mail" size="s" />
            {t.mail}
            <kbd>M</kbd>
          </a>
        )}
        {l.phone && (
          <button className="btn call l" onClick={call}>
            <Icon n="phone" />
            {tt.call.call} {f.phone(l.phone)}
            <kbd>C</kbd>
          </button>
        )}
      </header>
      <div className="row g12 wrap stagerow">
        <Steps l={l} onLost={() => setWin('lost')} />
        <span className="sp" />
        <button className="btn s g owner" disabled={!mayAssign} onClick={() => setWin('assign')}>
          {l.owner_name ? (
            <>
              <Avatar name={l.owner_name} small />
              {l.owner_name}
            </>
          ) : (
            t.noOwner
          )}
        </button>
        {!!l.amount && <span className="t13 b">{f.money(l.amount, l.currency ?? undefined)}</span>}
      </div>
      {l.stage === 'lost' && <LostLine l={l} />}
      {l.automatic && (
        <p className="linebar" role="status">
          <Icon n="warn" size="s" />
          {t.automatic}
        </p>
      )}
      <div className="row g12 wrap">
        {l.priority && <PriorityLine p={l.priority} />}
        <span className="sp" />
        <HistoryToggle open={history} onToggle={() => setHistory(!history)} />
      </div>
      {history && <Moments key={l.id} l={l} warm={me.thresholds.warm} hot={me.thresholds.hot} />}
      <div className="grid">
        <div className="c1">
          <section className={'card' + (hot ? ' callnow' : '')} aria-labelledby="call-h">
            <div className="hd">
              <h2 id="call-h">{hot ? tt.call.nowTitle : tt.call.title}</h2>
              {hot && task.data?.sla_minutes ? (
                <span className="sp tag warn">
                  <Icon n="clock" size="xs" />
                  {tt.call.norm(tt.time.min(task.data.sla_minutes))}
                </span>
              ) : (
                task.data === null &&
                l.stage !== 'won' &&
                l.stage !== 'lost' && (
                  <span className="sp tag warn">
                    <Icon n="warn" size="xs" />
                    {tt.call.noStep}
                  </span>
                )
              )}
            </div>
            <div className="bd">
              <Block q={task} rows={4}>
                {(x) => <CallBox lead={l} task={x} />}
              </Block>
            </div>
          </section>
          <Boundary at={l}>
            <Replies key={l.id + 'r'} id={l.id} email={l.email} />
            <Checklists key={l.id} id={l.id} />
            {may(me, 'lead.edit') && <Verdict lead={l.id} />}
          </Boundary>
          <Boundary at={l}>
            <Facts lead={l} onEdit={() => setWin('edit')} />
          </Boundary>
        </div>
        <div className="c2">
          <Boundary at={l}>
            <WhyBlock lead={l} onDispute={() => setWin('dispute')} />
          </Boundary>
          <Boundary at={l}>
            <ChanceBlock lead={l} />
            <RaiseBlock key={l.id} lead={l} />
          </Boundary>
          <Boundary at={l}>
            <Timeline id={l.id} />
          </Boundary>
        </div>
        <div className="c3">
          <Boundary at={l}>
            <Fit lead={l} />
            <WhyManager id={l.id} />
            <People lead={l} />
            <Merges id={l.id} />
          </Boundary>
        </div>
      </div>
      <StepDialog
        open={win === 'step'}
        lead={{ ...l, next_task: task.data ?? l.next_task ?? null }}
        onClose={close}
      />
      <AssignDialog open={win === 'assign'} leads={[l]} onClose={close} />
      <Later at={win} wait={null}>
        {win === 'edit' && <EditLead lead={l} onClose={close} />}
      </Later>
      {win === 'lost' && <LostDialog lead={l} onClose={close} />}
      {win === 'dispute' && <Dispute id={l.id} onClose={close} />}
    </div>
  );
}

function HistoryToggle({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  const t = useLeadT();
  return (
    <button className="btn s g histbtn" aria-expanded={open} onClick={onToggle}>
      <Icon n="trend" size="s" />
      {t.history}
      <kbd>H</kbd>
    </button>
  );
}

/* When and why it was lost. */
function LostLine({ l }: { l: LeadCard }) {
  const tt = useT();
  const f = useFmt();
  const now = useNow(60);
  const why = l.lost_reason && (tt.verdict.reasons[l.lost_reason as Reason] ?? l.lost_reason);
  return (
    <p className="t13 lostline">
      {l.lost_at ? `${tt.stage.lost}, ${f.date(l.lost_at, now)}` : tt.stage.lost}
      {': '}
      <b className="m">{why || tt.verdict.lostUnsaid}</b>
      {l.lost_note && ` · ${l.lost_note}`}
    </p>
  );
}

const path: Stage[] = stages.filter((s) => s !== 'lost');

function Steps({ l, onLost }: { l: LeadCard; onLost: () => void }) {
  const tt = useT();
  const t = useLeadT();
  const patch = usePatchLead();
  const at = path.indexOf(l.stage);
  const set = (stage: Stage) => {
    if (stage === l.stage) return;
    const was = l.stage;
    patch.mutate(
      { id: l.id, version: l.version, patch: { stage } },
      {
        onSuccess: (x) =>
          toast(`${tt.field.stage}: ${tt.stage[stage]}`, {
            undo: () =>
              patch.mutate({ id: l.id, version: x?.version ?? l.version + 1, patch: { stage: was } }),
          }),
        onError: (e) => {
          if (!(e instanceof ApiError && e.status === 412)) toast(problemText(e, tt), { bad: true });
        },
      },
    );
  };
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const now = box.current?.querySelector<HTMLElement>('.now');
    if (now && box.current) box.current.scrollLeft = now.offsetLeft - 40;
  }, [l.stage]);
  return (
    <>
      <nav className="steps" aria-label={t.stageNav} ref={box}>
        {path.map((s, i) => (
          <button
            key={s}
            className={i < at ? 'done' : i === at ? 'now' : ''}
            aria-current={i === at ? 'step' : undefined}
            onClick={() => set(s)}
          >
            {i < at && <Icon n="check" size="xs" />}
            {tt.stage[s]}
          </button>
        ))}
      </nav>
      <button
        className="btn s g"
        aria-pressed={l.stage === 'lost'}
        onClick={() => l.stage !== 'lost' && onLost()}
      >
        {l.stage === 'lost' ? tt.stage.lost : t.lost}
        {l.stage !== 'lost' && <kbd>L</kbd>}
      </button>
    </>
  );
}

function Dispute({ id, onClose }: { id: string; onClose: () => void }) {
  const tt = useT();
  const t = useLeadT();
  const qc = useQueryClient();
  const [direction, setDirection] = useState<'higher' | 'lower'>('higher');
  const [text, setText] = useState('');
  const send = useMutation({
    mutationFn: () => api.post(`/leads/${id}/dispute`, { direction, text: text.trim() }),
    onSuccess: () => {
      toast(t.disputeDone);
      void qc.invalidateQueries({ queryKey: ['timeline', id] });
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={t.dispute}>
      <form
        className="col g12"
        onSubmit={(e) => {
          e.preventDefault();
          send.mutate();
        }}
      >
        <Seg<'higher' | 'lower'>
          label={t.dispute}
          value={direction}
          onChange={setDirection}
          items={[
            { id: 'higher', label: t.higher },
            { id: 'lower', label: t.lower },
          ]}
        />
        <textarea
          className="in"
          rows={3}
          required
          maxLength={1000}
          aria-label={t.disputeWhy}
          placeholder={t.disputeWhy}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        {send.error && (
          <p className="failed" role="alert">
            {problemText(send.error, tt)}
          </p>
        )}
        <div className="row dlg-acts">
          <button type="button" className="btn" onClick={onClose}>
            {tt.cancel}
          </button>
          <button className="btn p" disabled={send.isPending}>
            {t.disputeSend}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
