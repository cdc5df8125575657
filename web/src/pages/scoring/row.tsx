/* A rule as a row: on or off, the sentence with its values, points, how many it fits, whether it tells buyers apart. */
import { useRef, type DragEvent } from 'react';
import { Link } from 'wouter';
import { hitsLeads, type Criterion, type Group, type Lift } from '../../api/models';
import { may, useMe } from '../../app/session';
import { useFmt } from '../../i18n';
import { Icon, Menu } from '../../kit';
import { isPerEvent, Sentence } from '../../part/cond';
import { AgeLine, LimitTail } from './limits';
import type { Change, Placed } from './model';
import { Points } from './points';
import { useScoringTexts } from './texts';
import { useTitleOf } from './titles';

export type RuleActs = {
  change: (patch: Partial<Criterion>) => void;
  remove: () => void;
  back: (old: Criterion) => void;
  open: () => void;
  copy: () => void;
  nudge: (by: -1 | 1) => void;
  toGroup: (group: string) => void;
  drop: (id: string) => void;
};

export const dragType = 'application/x-gradus-rule';

export function RuleRow({
  c,
  change,
  hits,
  model,
  lift,
  events,
  notes,
  edit,
  groups,
  acts,
}: {
  c: Criterion;
  change: Extract<Change, { kind: 'added' | 'changed' }> | undefined;
  hits: number | undefined;
  model: string; // whose hits they are
  lift: Lift | undefined;
  events: string[];
  notes: Placed[];
  edit: boolean;
  groups: Group[];
  acts: RuleActs;
}) {
  const s = useScoringTexts();
  const f = useFmt();
  const titles = useTitleOf();
  const all = may(useMe(), 'lead.all');
  const row = useRef<HTMLTableRowElement>(null);
  const title = titles.rule(c);
  const on = c.enabled !== false;
  const was = change?.kind === 'changed' ? change.was : undefined;
  const fields = change?.kind === 'changed' ? change.fields : [];
  const perEvent = isPerEvent(c.when);
  const note =
    change?.kind === 'added'
      ? s.wasNew
      : fields.includes('points')
        ? s.was(f.num(was!.points).replace('-', '−'))
        : fields.includes('enabled')
          ? was!.enabled === false
            ? s.wasOff
            : s.wasOn
          : fields.length
            ? s.wasChanged
            : '';
  const limits = { c, edit, perEvent, title, onChange: acts.change };
  const dragging = {
    onDragOver: (e: DragEvent) => {
      if (e.dataTransfer.types.includes(dragType)) {
        e.preventDefault();
        row.current?.classList.add('dropat');
      }
    },
    onDragLeave: () => row.current?.classList.remove('dropat'),
    onDrop: (e: DragEvent) => {
      row.current?.classList.remove('dropat');
      const id = e.dataTransfer.getData(dragType);
      if (!id) return;
      e.preventDefault();
      e.stopPropagation();
      acts.drop(id);
    },
  };
  return (
    <tr
      ref={row}
      id={'rule-' + c.id}
      className={(change ? 'ch ' : '') + (on ? '' : 'off')}
      {...(edit ? dragging : {})}
    >
      <td className="dg">
        {edit && (
          <button
            type="button"
            className="grip"
            draggable
            aria-label={s.grip(title)}
            title={s.gripHint}
            onDragStart={(e) => {
              e.dataTransfer.setData(dragType, c.id);
              e.dataTransfer.effectAllowed = 'move';
              if (row.current) e.dataTransfer.setDragImage(row.current, 12, 12);
            }}
            onKeyDown={(e) => {
              const by = e.key === 'ArrowUp' ? -1 : e.key === 'ArrowDown' ? 1 : 0;
              if (!by) {
                if (e.key !== 'Delete') return;
                e.preventDefault();
                acts.remove();
                return;
              }
              e.preventDefault();
              acts.nudge(by);
              requestAnimationFrame(() =>
                document.querySelector<HTMLElement>(`#rule-${CSS.escape(c.id)} .grip`)?.focus(),
              );
            }}
          >
            <Icon n="drag" size="s" />
          </button>
        )}
      </td>
      <td>
        <input
          type="checkbox"
          role="switch"
          className="swi"
          checked={on}
          disabled={!edit}
          aria-label={s.enable(title)}
          onChange={(e) => acts.change({ enabled: e.currentTarget.checked })}
        />
      </td>
      <td>
        <span className="col">
          <span className="rt-when sentence">
            <Sentence
              cond={c.when}
              events={events}
              after={perEvent ? s.limits.each : ''}
              bad={notes.flatMap((n) => (n.error && n.path ? [n.path] : []))}
              onChange={edit ? (when) => acts.change({ when }) : undefined}
            />
            <LimitTail {...limits} />
          </span>
          <span className="t12 dd rt-title">
            {c.title && (c.title.ru || c.title.en) && (
              <>
                {edit ? (
                  <button
                    type="button"
                    className="lnk d m t12"
                    aria-label={s.rule.change + ': ' + title}
                    onClick={acts.open}
                  >
                    {title}
                  </button>
                ) : (
                  <span className="m d">{title}</span>
                )}
                <span aria-hidden="true">·</span>
              </>
            )}
            <AgeLine {...limits} />
          </span>
          {notes.map((n, i) => (
            <span
              key={i}
              className={'t12 rnote ' + (n.error ? 'bad' : 'warnc')}
              role={n.error ? 'alert' : undefined}
            >
              <Icon n={n.error ? 'warn' : 'info'} size="xs" />
              {n.text}
            </span>
          ))}
        </span>
      </td>
      <td>
        <span className="col">
          <Points
            label={s.pointsOf(title)}
            value={c.points}
            edit={edit}
            changed={fields.includes('points')}
            onChange={(points) => acts.change({ points })}
          />
          {note && <span className="t12 dd nw">{note}</span>}
        </span>
      </td>
      <td className="num d" data-label={s.col.hits}>
        {hits && all ? (
          <Link href={hitsLeads(model, c.id)}>{f.num(hits)}</Link>
        ) : hits === undefined ? (
          ''
        ) : (
          f.num(hits)
        )}
      </td>
      <td data-label={s.col.lift}>
        <LiftCell lift={lift} />
      </td>
      <td className="acts">
        {edit && (
          <Menu
            label={s.rule.menu(title)}
            items={[
              { label: s.rule.change, run: acts.open },
              { label: s.rule.copy, run: acts.copy },
              { label: s.rule.up, key: '↑', run: () => acts.nudge(-1) },
              { label: s.rule.down, key: '↓', run: () => acts.nudge(1) },
              ...groups
                .filter((g) => g.name !== c.group)
                .map((g) => ({ label: s.rule.toGroup(titles.group(g)), run: () => acts.toGroup(g.name) })),
              ...(was ? [{ label: s.rule.back, run: () => acts.back(was) }] : []),
              { label: s.rule.remove, key: 'Del', danger: true, run: acts.remove },
            ]}
          >
            <Icon n="dots" size="s" />
          </Menu>
        )}
      </td>
    </tr>
  );
}

/* Those of the report's leads whom the rule fits. */
const behind = (lift: Lift) => (lift.with?.leads ? `/leads?${lift.with.leads}:counted` : '/calibration');

/* «×3,1» with its bar: how much likelier those whom the rule fits are to buy. Few leads: it says so. */
function LiftCell({ lift }: { lift: Lift | undefined }) {
  const s = useScoringTexts();
  const f = useFmt();
  if (!lift) return null;
  const shown = lift.adjusted ?? lift.lift;
  if (!lift.enough || !shown)
    return (
      <span className="t12 dd" title={s.lift.few(f.num(lift.n), f.num(lift.won))}>
        {lift.n ? <Link href={behind(lift)}>{s.lift.little}</Link> : s.lift.little}
      </span>
    );
  const { value, low, high } = shown;
  const tone = lift.direction === 'wrong' ? 'bad' : lift.direction === 'right' ? 'ok' : 'warn';
  const words =
    s.lift.say(f.num(value), f.num(low), f.num(high), f.num(lift.n), f.num(lift.won)) +
    (lift.adjusted ? '' : ' ' + s.lift.plain);
  return (
    <Link
      className="lf plain"
      href={behind(lift)}
      title={words}
      aria-label={words + ' ' + s.lift[lift.direction]}
    >
      <span className="bar" aria-hidden="true">
        <i className={tone} style={{ width: Math.min(100, (value / 4) * 100) + '%' }} />
      </span>
      <span className={'t12 ' + (tone === 'ok' ? 'd' : tone === 'bad' ? 'bad b' : 'warnc b')}>
        ×{f.num(value)}
      </span>
      <span className="t12 dd nw">{lift.adjusted ? `(${f.num(low)}–${f.num(high)})` : s.lift.plain}</span>
    </Link>
  );
}
