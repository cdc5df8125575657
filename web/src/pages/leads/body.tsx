/* The rows: only those in sight are in the page. Own memoised component with memoised rows, so that a key press
   draws two rows, not the screen. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { Lead } from '../../api/types';
import { useNow } from '../../app/clock';
import { usePhone } from '../../app/media';
import { useFmt, useT } from '../../i18n';
import { Icon, ScoreChip, Why } from '../../kit';
import { CellChip } from '../../part/axes/fit';
import { ChanceChip } from '../../part/learn/chance';
import { useLearnT } from '../../part/learn/text';
import { Due } from '../../part/due';
import { eventName } from '../../part/events';
import { useLeadsT } from './text';
import { useLeadName } from '../../part/leadname';

export type RowActs = {
  current: (i: number) => void;
  pick: (i: number, range: boolean) => void;
  call: (l: Lead) => void;
  message: (l: Lead) => void;
  step: (l: Lead) => void;
  filter: (what: 'stage' | 'source' | 'q', value: string) => void;
  warm: (l: Lead) => void;
};

const ROW = 44;
const CARD = 92;

export const Body = memo(function Body({
  rows,
  total,
  cur,
  picked,
  flashes,
  acts,
  label,
  onNear,
  more,
}: {
  rows: Lead[];
  total: number;
  cur: number;
  picked: ReadonlySet<string>;
  flashes: ReadonlySet<string>;
  acts: RowActs;
  label: string;
  onNear: () => void; // 60 % of the loaded rows have been passed
  more: boolean;
}) {
  const t = useLeadsT();
  useLearnT(); // of the chips: waited for before anything is drawn, as the first rows come a moment after the table
  const box = useRef<HTMLDivElement>(null);
  const phone = usePhone();
  const v = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (phone ? CARD : ROW),
    overscan: 6,
  });
  useEffect(() => v.measure(), [phone, v]);
  useEffect(() => {
    if (cur >= 0 && cur < rows.length) v.scrollToIndex(cur, { align: 'auto' });
  }, [cur, v, rows.length]);
  const items = v.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length * 0.6) onNear();
  }, [last, rows.length, more, onNear]);
  return (
    <div
      className={'tw' + (phone ? ' cards' : '')}
      ref={box}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={8}
      aria-multiselectable="true"
      aria-activedescendant={rows[cur] ? 'row-' + rows[cur].id : undefined}
    >
      {!phone && (
        <div role="rowgroup" className="ghead">
          <div role="row" aria-rowindex={1} className="gr">
            <span role="columnheader" aria-label={t.selectAll} />
            <span role="columnheader">{t.score}</span>
            <span role="columnheader">{t.lead}</span>
            <span role="columnheader">{t.why}</span>
            <span role="columnheader" className="c-stage">
              {t.stage}
            </span>
            <span role="columnheader">{t.step}</span>
            <span role="columnheader" className="c-last">
              {t.last}
            </span>
            <span role="columnheader" className="num c-amount">
              {t.amount}
            </span>
          </div>
        </div>
      )}
      <div role="rowgroup" className="gbody" style={{ height: v.getTotalSize() }}>
        {items.map((it) => {
          const l = rows[it.index]!;
          return (
            <Row
              key={l.id}
              l={l}
              i={it.index}
              top={it.start}
              cur={it.index === cur}
              picked={picked.has(l.id)}
              flash={flashes.has(l.id)}
              phone={phone}
              acts={acts}
            />
          );
        })}
      </div>
    </div>
  );
});

const Row = memo(function Row({
  l,
  i,
  top,
  cur,
  picked,
  flash,
  phone,
  acts,
}: {
  l: Lead;
  i: number;
  top: number;
  cur: boolean;
  picked: boolean;
  flash: boolean;
  phone: boolean;
  acts: RowActs;
}) {
  const tt = useT();
  const t = useLeadsT();
  const f = useFmt();
  const [over, setOver] = useState(false); // the buttons are drawn for the row under the pointer and the current one only
  const hover = useRef<ReturnType<typeof setTimeout>>(undefined);
  const name = useLeadName()(l);
  const sub = [l.company ?? '—', l.title].filter(Boolean).join(' · ');
  const props = {
    id: 'row-' + l.id,
    role: 'row',
    'aria-rowindex': i + 2,
    'aria-selected': picked,
    className: 'gr' + (cur ? ' cur' : '') + (picked ? ' on' : '') + (flash ? ' flash' : ''),
    style: { transform: `translateY(${top}px)` },
    onClick: () => acts.current(i),
    onPointerEnter: () => {
      setOver(true);
      hover.current = setTimeout(() => acts.warm(l), 80);
    },
    onPointerLeave: () => {
      setOver(false);
      clearTimeout(hover.current);
    },
  };
  const closed = l.stage === 'won' || l.stage === 'lost';
  const step = l.next_task ? (
    <Due task={l.next_task} />
  ) : closed ? (
    <span className="dd">—</span>
  ) : (
    <span className="flow">
      <span className="tag warn">
        <Icon n="warn" size="xs" />
        {tt.call.noStep}
      </span>
      <button className="lnk t12 m" tabIndex={-1} onClick={() => acts.step(l)}>
        {tt.call.set}
      </button>
    </span>
  );
  if (phone)
    return (
      <div {...props}>
        <span role="gridcell" className="pc-score">
          <ScoreChip score={l.score} band={l.band} />
          <ChanceChip p={l.probability} />
        </span>
        <span role="gridcell" className="who">
          <Link href={'/leads/' + l.id} className="m cut plain">
            {name}
          </Link>
          <span className="dd t12 cut">{sub}</span>
          <span className="pc-step">{step}</span>
        </span>
        <span role="gridcell">
          {l.phone && (
            <button
              className="btn call sq"
              aria-label={tt.call.call + ': ' + name}
              onClick={() => acts.call(l)}
            >
              <Icon n="phone" size="l" />
            </button>
          )}
        </span>
      </div>
    );
  return (
    <div {...props}>
      <span role="gridcell">
        <input
          type="checkbox"
          className="cbx1"
          tabIndex={-1}
          checked={picked}
          aria-label={t.select(name)}
          onClick={(e) => {
            e.stopPropagation();
            acts.pick(i, e.shiftKey);
          }}
          onChange={() => {}}
        />
      </span>
      <span role="gridcell" className="row g6">
        <ScoreChip score={l.score} band={l.band} />
        {l.cell && <CellChip cell={l.cell} />}
        <ChanceChip p={l.probability} />
      </span>
      <span role="gridcell" className="who">
        <Link href={'/leads/' + l.id} tabIndex={-1} className="m cut plain">
          {name}
        </Link>
        <span className="dd t12 cut">{sub}</span>
      </span>
      <span role="gridcell" className="flow whys">
        {(l.reasons ?? []).slice(0, 2).map((r) => (
          <Why key={r.criterion} points={r.points} text={r.name ?? r.criterion} />
        ))}
      </span>
      <span role="gridcell" className="c-stage">
        <button className="lnk d" tabIndex={-1} onClick={() => acts.filter('stage', l.stage)}>
          {tt.stage[l.stage]}
        </button>
      </span>
      <span role="gridcell">{step}</span>
      <span role="gridcell" className="c-last">
        {cur || over ? (
          <span className="acts">
            {l.phone ? (
              <button className="btn s call" tabIndex={-1} onClick={() => acts.call(l)}>
                <Icon n="phone" size="s" />
                {tt.call.call}
              </button>
            ) : (
              <span className="dd t12">{tt.call.noPhone}</span>
            )}
            {l.email && (
              <button
                className="btn s ic"
                tabIndex={-1}
                aria-label={t.act.message}
                onClick={() => acts.message(l)}
              >
                <Icon n="mail" size="s" />
              </button>
            )}
            <button
              className="btn s ic"
              tabIndex={-1}
              aria-label={t.act.postpone}
              onClick={() => acts.step(l)}
            >
              <Icon n="clock" size="s" />
            </button>
          </span>
        ) : (
          <Last l={l} acts={acts} />
        )}
      </span>
      <span role="gridcell" className="num c-amount">
        {l.amount ? f.money(l.amount, l.currency ?? undefined) : '—'}
      </span>
    </div>
  );
});

function Last({ l, acts }: { l: Lead; acts: RowActs }) {
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  return (
    <span className="who lastev">
      <span className="cut">{l.last_event ? eventName(l.last_event, t) : '—'}</span>
      <span className="dd t12 cut lastof">
        {l.last_event ? f.ago(l.last_event.at, now) : l.seen_at ? f.ago(l.seen_at, now) : ''}
        {l.source && (
          <>
            <span>·</span>
            <button className="lnk dd t12 cut" tabIndex={-1} onClick={() => acts.filter('source', l.source!)}>
              {l.source}
            </button>
          </>
        )}
      </span>
    </span>
  );
}
