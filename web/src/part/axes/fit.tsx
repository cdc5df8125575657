/* Where the lead stands on the grid, how like the ideal customer it is, and how soon it deserves a hand. */
import { useIcp, cells, type Cell } from '../../api/axes';
import { useScore } from '../../api/leads';
import type { LeadCard } from '../../api/types';
import { useFmt } from '../../i18n';
import { Block, Icon, type IconName } from '../../kit';
import { useAxesT } from './text';
import './axes.css';

export function CellChip({ cell }: { cell: string | null | undefined }) {
  return cell ? <span className={'cellchip c' + cell}>{cell}</span> : <span className="dd">—</span>;
}

/* The nine cells, the lead's own marked by a frame and its name. */
export function MiniGrid({ cell, label }: { cell: Cell | string; label: string }) {
  return (
    <span className="minigrid" role="img" aria-label={label}>
      {cells.map((c) => (
        <i key={c} className={'c' + c + (c === cell ? ' on' : '')}>
          {c}
        </i>
      ))}
    </span>
  );
}

export function Fit({ lead }: { lead: LeadCard }) {
  const t = useAxesT();
  const f = useFmt();
  const score = useScore(lead.id);
  const icp = useIcp(lead.id);
  return (
    <section className="card" aria-labelledby="fit-h">
      <div className="hd">
        <h2 id="fit-h">{t.grid}</h2>
      </div>
      <div className="bd col g12">
        <Block q={score} rows={3}>
          {(s) => (
            <div className="row g12">
              <MiniGrid
                cell={s.cell}
                label={t.cellRead(s.cell, f.num(round(s.fit)), f.num(round(s.engagement)))}
              />
              <dl className="axeskv t13">
                <dt>{t.fit}</dt>
                <dd className="b">{f.num(round(s.fit))}</dd>
                <dt>{t.engagement}</dt>
                <dd className="b">{f.num(round(s.engagement))}</dd>
              </dl>
            </div>
          )}
        </Block>
        <Block q={icp} rows={2}>
          {(x) =>
            x.match === null ? (
              <p className="dd t12">{t.icpNone}</p>
            ) : (
              <div className="col g6 t13">
                <span className="row">
                  <span className="m">{t.icp}</span>
                  <b className="sp">{f.num(x.match)} %</b>
                </span>
                <span className="pr icpbar" aria-hidden="true">
                  <i style={{ width: x.match + '%' }} />
                </span>
                <IcpList title={t.icpMissing} items={x.missing} icon="x" />
                <IcpList title={t.icpHave} items={x.have} icon="check" />
              </div>
            )
          }
        </Block>
      </div>
    </section>
  );
}

function IcpList({
  title,
  items,
  icon,
}: {
  title: string;
  items: { name: string; condition: string }[];
  icon: IconName;
}) {
  if (!items.length) return null;
  return (
    <div>
      <span className="dd t12">{title}</span>
      <ul className="col g4">
        {items.map((i) => (
          <li key={i.name} className="row g6" title={i.condition}>
            <Icon n={icon} size="xs" />
            <span className="grow brk">{i.name}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const round = (n: number) => Math.round(n * 10) / 10;

export type Priority = NonNullable<LeadCard['priority']>;

export function PriorityTag({ p }: { p: Priority }) {
  const t = useAxesT();
  const icon: IconName = p.level === 'low' ? 'dn' : p.level === 'normal' ? 'right' : 'up';
  return (
    <span className={'tag prio ' + p.level}>
      <Icon n={icon} size="xs" />
      {t.priorityIs(t.priority[p.level] ?? p.level)}
    </span>
  );
}

/* The level with the reasons that moved it off what the temperature says. */
export function PriorityLine({ p }: { p: Priority }) {
  const t = useAxesT();
  return (
    <div className="row g6 wrap t12 prioline">
      <PriorityTag p={p} />
      <span className="d">
        {[
          t.priorityBase(t.priority[p.base] ?? p.base),
          ...p.reasons.map((r) => (r.step > 0 ? '↑ ' : '↓ ') + r.text),
        ].join(' · ')}
      </span>
    </div>
  );
}
