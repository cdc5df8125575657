/* Today: one queue in the order of urgency. The first of the waiting stands large, with its clock and the call. */
import { useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useToday } from '../../api/leads';
import { openStages, type TodayItem } from '../../api/types';
import { useNow } from '../../app/clock';
import { useKeys } from '../../app/keys';
import { useLine } from '../../app/live';
import { may, useMe, useTitle } from '../../app/session';
import { screenTexts, useFmt, useT } from '../../i18n';
import { Block, Empty, Icon, ScoreChip, toast, Why } from '../../kit';
import { PriorityTag } from '../../part/axes/fit';
import { AssignDialog } from '../../part/assigndialog';
import { dial } from '../../part/dial';
import { CallDialog } from '../../part/calldialog';
import { Countdown, dueOf, taskTitle } from '../../part/due';
import { StepDialog } from '../../part/stepdialog';
import { Claims } from './claims';
import { Notices } from './notices';
import type { TodayTexts } from './en';
import './today.css';
import { useCalled } from '../../part/leadname';

const useTodayT = screenTexts<TodayTexts>({ en: () => import('./en'), ru: () => import('./ru') });
const order = ['sla', 'overdue', 'hot_no_step', 'today'] as const;

/* Where a row leads to: a lost certificate to the plan for its leads. */
const placeOf = (x: TodayItem) =>
  (x.kind as string) === 'skill' ? '/team/certification' : '/leads/' + x.lead_id;

/* One lead as the shared windows want it. */
const asLead = (x: TodayItem) => ({
  id: x.lead_id,
  called: x.lead_name,
  phone: x.phone,
  score: x.score,
  band: x.band,
  owner_id: x.assignee_id,
  next_task: x.id ? { id: x.id, kind: x.kind, title: x.title, due_at: x.due_at } : null,
});

export default function Today() {
  const tt = useT();
  const t = useTodayT();
  const today = useToday();
  const line = useLine();
  const me = useMe();
  const [, go] = useLocation();
  const [cur, setCur] = useState(0);
  const [open, setOpen] = useState<{ what: 'call' | 'step' | 'assign'; x: TodayItem } | undefined>();
  useTitle(tt.nav.today);

  const items = order.flatMap((g) => (today.data?.items ?? []).filter((x) => x.group === g));
  const at = Math.min(cur, items.length - 1);
  const now = items[at];
  const root = useRef<HTMLDivElement>(null);
  const move = (d: number) => {
    const i = Math.max(0, Math.min(items.length - 1, at + d));
    setCur(i);
    root.current?.querySelectorAll('[data-item]')[i]?.scrollIntoView({ block: 'nearest' });
  };
  const call = (x: TodayItem) => {
    if (!dial(x.phone)) toast(tt.call.noPhone, { bad: true });
    setOpen({ what: 'call', x });
  };
  useKeys(tt.nav.today, {
    KeyJ: { run: () => move(1), label: '↓' },
    KeyK: { run: () => move(-1), label: '↑' },
    ArrowDown: { run: () => move(1), label: '↓', hidden: true },
    ArrowUp: { run: () => move(-1), label: '↑', hidden: true },
    Enter: { run: () => now && go(placeOf(now)), label: tt.open },
    KeyC: { run: () => now && call(now), label: tt.call.call },
    KeyS: { run: () => now && setOpen({ what: 'step', x: now }), label: tt.call.next },
    KeyA: may(me, 'lead.assign')
      ? { run: () => now && setOpen({ what: 'assign', x: now }), label: t.hand }
      : undefined,
  });
  const close = () => setOpen(undefined);
  const big = items[0]?.group === 'sla' ? items[0] : undefined;
  return (
    <div className="today" ref={root}>
      <header className="row">
        <h1>{tt.nav.today}</h1>
        {line.live && <span className="live">{tt.live}</span>}
      </header>
      <Notices s={t.notices} />
      <Claims s={t.claims} />
      <Block q={today} rows={5}>
        {(d) => (
          <>
            {!items.length && (
              <section className="card">
                <Empty title={t.empty}>
                  {d.no_step_warm > 0 && (
                    <Link
                      className="btn"
                      href={`/leads?temp=warm&step=none&owner=${me.id}&stage=${openStages}`}
                    >
                      {t.warmNoStep(d.no_step_warm)}
                    </Link>
                  )}
                </Empty>
              </section>
            )}
            {big && (
              <Big
                x={big}
                cur={at === 0}
                onCall={() => call(big)}
                onHand={may(me, 'lead.assign') ? () => setOpen({ what: 'assign', x: big }) : undefined}
                onPick={() => setCur(0)}
              />
            )}
            {order.map((g) => {
              const list = items.filter((x) => x.group === g && x !== big);
              if (!list.length) return null;
              return (
                <section key={g} aria-labelledby={'g-' + g}>
                  <h2 className="gh" id={'g-' + g}>
                    {t.groups[g]}
                    <span className="sp dd">{list.length}</span>
                  </h2>
                  <ul className="card queue">
                    {list.map((x) => (
                      <Item
                        key={x.id || x.lead_id}
                        x={x}
                        cur={x === now}
                        onPick={() => setCur(items.indexOf(x))}
                        onCall={() => call(x)}
                        onStep={() => setOpen({ what: 'step', x })}
                      />
                    ))}
                  </ul>
                </section>
              );
            })}
            {items.length > 0 && d.no_step_warm > 0 && (
              <Link className="t13" href={`/leads?temp=warm&step=none&owner=${me.id}&stage=${openStages}`}>
                {t.warmNoStep(d.no_step_warm)}
              </Link>
            )}
          </>
        )}
      </Block>
      <CallDialog open={open?.what === 'call'} lead={open && asLead(open.x)} onClose={close} />
      <StepDialog open={open?.what === 'step'} lead={open && asLead(open.x)} onClose={close} />
      <AssignDialog open={open?.what === 'assign'} leads={open ? [asLead(open.x)] : []} onClose={close} />
    </div>
  );
}

function Big({
  x,
  cur,
  onCall,
  onHand,
  onPick,
}: {
  x: TodayItem;
  cur: boolean;
  onCall: () => void;
  onHand: (() => void) | undefined;
  onPick: () => void;
}) {
  const tt = useT();
  const t = useTodayT();
  const f = useFmt();
  const now = useNow(1);
  const who = useCalled();
  const left = dueOf(x) - now;
  const whole = x.sla_minutes ? x.sla_minutes * 60_000 : Math.max(1, dueOf(x) - Date.parse(x.created_at));
  const share = Math.max(0, Math.min(1, left / whole));
  return (
    <section className={'card bigone' + (cur ? ' cur' : '')} data-item onClick={onPick}>
      <div className="row">
        <span className="col grow">
          <Link className="nm plain" href={placeOf(x)}>
            {who(x.lead_name, x.lead_id)}
          </Link>
          {x.lead_name && x.company && <span className="d t13">{x.company}</span>}
        </span>
        <ScoreChip score={x.score} band={x.band} />
      </div>
      <div className="row g6 wrap">
        {(x.reasons ?? []).slice(0, 3).map((r) => (
          <Why key={r.criterion} points={r.points} text={r.name ?? r.criterion} />
        ))}
      </div>
      <div className="col g6">
        <div className="row">
          <span className={'cl' + (left < 0 ? ' bad' : '')} role="timer" aria-live="off">
            {f.countdown(left)}
          </span>
          <span className="t12 dd">{left < 0 ? tt.call.overdue : `${tt.call.left(f.countdown(whole))}`}</span>
          <span className="vh" role="status">
            {left < 0 ? tt.call.overdue : left < 60_000 ? tt.call.lastMinute : ''}
          </span>
        </div>
        <div className="pr">
          <i style={{ width: share * 100 + '%' }} />
        </div>
      </div>
      <div className="three">
        <button className="btn call xl" onClick={onCall}>
          <Icon n="phone" size="l" />
          {tt.call.call}
          <kbd>C</kbd>
        </button>
        {onHand && (
          <button className="btn sq" aria-label={t.hand} title={t.hand} onClick={onHand}>
            <Icon n="swap" size="l" />
          </button>
        )}
      </div>
    </section>
  );
}

function Item({
  x,
  cur,
  onPick,
  onCall,
  onStep,
}: {
  x: TodayItem;
  cur: boolean;
  onPick: () => void;
  onCall: () => void;
  onStep: () => void;
}) {
  const tt = useT();
  const who = useCalled();
  const t = useTodayT();
  const f = useFmt();
  const now = useNow(60);
  const clocked = x.group === 'sla';
  return (
    <li className={'it' + (cur ? ' cur' : '')} data-item onClick={onPick}>
      <ScoreChip score={x.score} band={x.band} />
      <span className="col min0">
        <span className="row g6 min0">
          <Link className="m cut plain who" href={placeOf(x)}>
            {who(x.lead_name, x.lead_id)}
          </Link>
          {x.lead_name && x.company && <span className="dd t12 cut">{x.company}</span>}
        </span>
        <span className="t12 row wrap g6 min0">
          <span className="row g6 min0 what">
            {clocked ? (
              <Countdown due={dueOf(x)} className="t12" />
            ) : x.group === 'hot_no_step' ? (
              <span className="tag warn">
                <Icon n="warn" size="xs" />
                {tt.call.noStep}
              </span>
            ) : (
              <b className={'m nw' + (x.group === 'overdue' ? ' bad' : '')}>
                {x.group === 'overdue' && <Icon n="warn" size="xs" />} {x.due_at ? f.when(x.due_at, now) : ''}
              </b>
            )}
            <span className="dd cut">
              {clocked || x.group === 'hot_no_step'
                ? (x.reasons ?? []).map((r) => r.name ?? r.criterion).join(', ')
                : taskTitle(x, tt)}
            </span>
          </span>
          {x.priority && (x.priority.level === 'high' || x.priority.level === 'urgent') && !clocked && (
            <span className="nw" title={x.priority.reasons.map((r) => r.text).join(' · ')}>
              <PriorityTag p={x.priority} />
            </span>
          )}
        </span>
      </span>
      <span className="row g6 wys">
        {(x.reasons ?? []).slice(0, 2).map((r) => (
          <Why key={r.criterion} points={r.points} text={r.name ?? r.criterion} />
        ))}
      </span>
      <span className="row g6">
        <button
          className="btn ic hidephone"
          aria-label={t.postpone + ': ' + who(x.lead_name, x.lead_id)}
          title={t.postpone}
          onClick={onStep}
        >
          <Icon n="clock" size="s" />
        </button>
        {x.phone ? (
          <button
            className="btn call sq"
            aria-label={tt.call.call + ': ' + who(x.lead_name, x.lead_id)}
            onClick={onCall}
          >
            <Icon n="phone" size="l" />
          </button>
        ) : (
          <Link
            className="btn sq"
            href={placeOf(x)}
            aria-label={tt.open + ': ' + who(x.lead_name, x.lead_id)}
          >
            <Icon n="right" size="l" />
          </Link>
        )}
      </span>
    </li>
  );
}
