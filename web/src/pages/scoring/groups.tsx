/* One group of rules: its name, its limits, and a row a rule. */
import { useState } from 'react';
import type { Criterion, Group, Lift, ModelBody } from '../../api/models';
import { useT } from '../../i18n';
import { Icon, Menu, toast } from '../../kit';
import {
  changeOf,
  duplicate,
  moveCriterion,
  moveGroup,
  notesOf,
  nudge,
  withCriterion,
  withoutGroup,
  type Change,
  type Placed,
} from './model';
import { axes, axisOf, withAxis, type AxisName } from './axis';
import { dragType, RuleRow, type RuleActs } from './row';
import { useScoringTexts } from './texts';
import { useTitleOf } from './titles';

export function GroupCard({
  group,
  body,
  base,
  changes,
  hits,
  model,
  lifts,
  events,
  notes,
  edit,
  onBody,
  onAdd,
  onOpen,
  onName,
}: {
  group: Group;
  body: ModelBody;
  base: ModelBody;
  changes: Change[];
  hits: Map<string, number> | undefined;
  model: string;
  lifts: Map<string, Lift> | undefined;
  events: string[];
  notes: Placed[];
  edit: boolean;
  onBody: (b: ModelBody) => void;
  onAdd: () => void;
  onOpen: (c: Criterion) => void;
  onName: () => void;
}) {
  const s = useScoringTexts();
  const titles = useTitleOf();
  const list = body.criteria.filter((c) => c.group === group.name);
  const was = base.groups.find((g) => g.name === group.name);
  const put = (patch: Partial<Group>) =>
    onBody({ ...body, groups: body.groups.map((g) => (g.name === group.name ? { ...g, ...patch } : g)) });
  const name = titles.group(group);
  const at = body.groups.indexOf(group);
  const own = notes.filter((n) => n.group === group.name && !n.criterion);
  const acts = (c: Criterion): RuleActs => ({
    change: (patch) => onBody(withCriterion(body, c.id, patch)),
    remove: () => {
      onBody({ ...body, criteria: body.criteria.filter((x) => x.id !== c.id) });
      toast(s.removed(titles.rule(c)), { undo: () => onBody(body) });
    },
    back: (old) => onBody({ ...body, criteria: body.criteria.map((x) => (x.id === c.id ? old : x)) }),
    open: () => onOpen(c),
    copy: () => {
      const made = duplicate(body, c.id, s.rule.copyMark);
      onBody(made.body);
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>(`#rule-${CSS.escape(made.id)} .pts input`)?.focus(),
      );
    },
    nudge: (by) => {
      const next = nudge(body, c.id, by);
      if (next) onBody(next);
    },
    toGroup: (g) => onBody(moveCriterion(body, c.id, g)),
    drop: (id) => onBody(moveCriterion(body, id, group.name, c.id)),
  });
  return (
    <section
      className="card grp"
      aria-label={name}
      onDragOver={(e) => {
        if (edit && e.dataTransfer.types.includes(dragType)) e.preventDefault();
      }}
      onDrop={(e) => {
        const id = e.dataTransfer.getData(dragType);
        if (!id || !edit) return;
        e.preventDefault();
        onBody(moveCriterion(body, id, group.name));
      }}
    >
      <div className="hd wrap" id={'group-' + group.name}>
        <h2>{name}</h2>
        <span className="t12 dd">{s.rules(list.length)}</span>
        <AxisPick
          label={s.axis.of(name)}
          value={axisOf(body, group.name)}
          was={was && axisOf(base, group.name)}
          edit={edit}
          onChange={(axis) => onBody(withAxis(body, group.name, axis))}
        />
        <span className="sp row wrap g6 t12 d">
          {s.ceiling}
          <LimitInput
            label={s.groupFloor(name)}
            value={group.floor}
            was={was?.floor}
            edit={edit}
            onChange={(floor) => put({ floor })}
          />
          –
          <LimitInput
            label={s.groupCeiling(name)}
            value={group.ceiling}
            was={was?.ceiling}
            edit={edit}
            onChange={(ceiling) => put({ ceiling })}
          />
        </span>
        {edit && (
          <span className="row g6">
            <button className="btn s g" onClick={onAdd}>
              <Icon n="plus" size="s" />
              {s.addRule}
            </button>
            <span className="acts">
              <Menu
                label={s.group.menu(name)}
                items={[
                  { label: s.group.rename, run: onName },
                  ...(at > 0
                    ? [{ label: s.group.up, run: () => onBody(moveGroup(body, group.name, -1)) }]
                    : []),
                  ...(at < body.groups.length - 1
                    ? [{ label: s.group.down, run: () => onBody(moveGroup(body, group.name, 1)) }]
                    : []),
                  ...(body.groups.length > 1
                    ? [
                        {
                          label: s.group.remove,
                          danger: true,
                          run: () => {
                            onBody(withoutGroup(body, group.name));
                            toast(s.group.removed(name, list.length), { undo: () => onBody(body) });
                          },
                        },
                      ]
                    : []),
                ]}
              >
                <Icon n="dots" size="s" />
              </Menu>
            </span>
          </span>
        )}
      </div>
      {own.map((n, i) => (
        <p
          key={i}
          className={'t12 rnote gnote ' + (n.error ? 'bad' : 'warnc')}
          role={n.error ? 'alert' : undefined}
        >
          <Icon n={n.error ? 'warn' : 'info'} size="xs" />
          {n.text}
        </p>
      ))}
      {list.length ? (
        <table className="rt">
          <thead>
            <tr>
              <th scope="col">
                <span className="vh">{s.col.order}</span>
              </th>
              <th scope="col">
                <span className="vh">{s.col.on}</span>
              </th>
              <th scope="col">{s.col.when}</th>
              <th scope="col">{s.col.points}</th>
              <th scope="col" className="num" title={s.hitsHint}>
                {s.col.hits}
              </th>
              <th scope="col" title={s.lift.hint}>
                {s.col.lift}
              </th>
              <th scope="col">
                <span className="vh">{s.col.acts}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map((c) => (
              <RuleRow
                key={c.id}
                c={c}
                change={changeOf(changes, c.id)}
                hits={hits?.get(c.id)}
                model={model}
                lift={lifts?.get(c.id)}
                events={events}
                notes={notesOf(notes, c.id)}
                edit={edit}
                groups={body.groups}
                acts={acts(c)}
              />
            ))}
          </tbody>
        </table>
      ) : (
        <p className="bd t13 dd">{s.emptyGroup}</p>
      )}
    </section>
  );
}

function AxisPick({
  label,
  value,
  was,
  edit,
  onChange,
}: {
  label: string;
  value: AxisName;
  was: AxisName | undefined;
  edit: boolean;
  onChange: (v: AxisName) => void;
}) {
  const s = useScoringTexts();
  const changed = was !== undefined && was !== value;
  return (
    <span className="row g4 t12 d" title={s.axis.hint}>
      <select
        className={'in mini axis' + (changed ? ' ch' : '')}
        aria-label={label}
        disabled={!edit}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value as AxisName)}
      >
        {axes.map((a) => (
          <option key={a} value={a}>
            {s.axis[a]}
          </option>
        ))}
      </select>
      {changed && <span className="dd nw">{s.was(s.axis[was])}</span>}
    </span>
  );
}

function LimitInput({
  label,
  value,
  was,
  edit,
  onChange,
}: {
  label: string;
  value: number | null | undefined;
  was: number | null | undefined;
  edit: boolean;
  onChange: (v: number | null) => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const shown = value === null || value === undefined ? '' : String(value).replace('-', '−');
  const [text, setText] = useState(shown);
  const [last, setLast] = useState(shown);
  if (shown !== last) {
    setLast(shown);
    setText(shown);
  }
  const changed = (value ?? null) !== (was ?? null);
  return (
    <span className="row g4">
      <input
        className={'in mini' + (changed ? ' ch' : '')}
        aria-label={label}
        inputMode="numeric"
        placeholder={s.noLimit}
        disabled={!edit}
        value={text}
        onChange={(e) => {
          const x = e.currentTarget.value;
          setText(x);
          const n = Number(x.replace('−', '-').replace(',', '.'));
          if (!x.trim()) onChange(null);
          else if (Number.isFinite(n)) {
            setLast(String(n).replace('-', '−'));
            onChange(n);
          }
        }}
      />
      {changed && (
        <span className="dd nw">
          {s.was(was === null || was === undefined ? t.none : String(was).replace('-', '−'))}
        </span>
      )}
    </span>
  );
}
